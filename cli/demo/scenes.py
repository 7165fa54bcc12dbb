"""What happens in the demo, one scene after the other, and what each of them should have led to.

A run of N seconds plays the scenes that fit into it; one without an end begins again and again.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cli.demo.community import Community
from cli.demo.stranger import Stranger
from cli.demo.words import Headline, headline
from cli.drill.uplink import HEALTHY_S, pending
from cli.world import Line, until

SHORTEST_S, LONGEST_S = 4.0, 10.0  # an outage
LONG_S = 45.0
"""In so many seconds one of each is played, also on a busy machine."""
READER, GATE, LOCKER = "gate-reader-1", "gate-relay-1", "locker-1"
FLAT, MODEM = "flat-1", "modem-1"
DUTY = "+8613800138000"  # nobody's number
EAST = 1  # the gate's output
LOCKERS = 8
"""One after the other: a door that still stands open does not open again."""
RESIDENT = "LINLI-DEMO-RESIDENT-2"
DOOR_S = 3.0
"""Between two showings of one code: those within 2 s open nothing (``again_s`` of ``allow``)."""
OPENS_S = 2.0  # GB 50396-2007, 5.1.2: a door answers within two seconds
LATE_MS = 1500
PATIENCE_S = 15.0
MOST_REFUSED = 8
"""Rounds in which somebody is refused: the box puts thirty refusals on record, then counts them."""
MOST_TRUTH = 100_000  # lines of a world without an end, 50 a second


@dataclass(slots=True)
class Story:
    """What should be found in the end.  Touched by the script alone."""

    outages: int = 0
    first_data_s: list[float] = field(default_factory=list)
    backlog: int = 0  # the largest, in records
    doors: int = 0  # shown during outages
    opened: int = 0  # of these
    slowest_s: float = 0.0
    done: Counter[str] = field(default_factory=Counter)  # commands, by target
    failed: Counter[str] = field(default_factory=Counter)  # by reason
    rejected: Counter[str] = field(default_factory=Counter)  # by reason

    @property
    def whole(self) -> bool:
        """One of each was played: an outage, a command that was done, one that was refused."""
        return bool(self.outages and self.done and self.failed and self.rejected)


class Script:
    """``run`` in a thread of its own: for ``seconds`` (None: no end), or until ``stop``.

    ``now`` is the headline of the moment.
    """

    def __init__(self, community: Community, seconds: float | None) -> None:
        self._in, self._seconds = community, seconds
        self.story = Story()
        self.now: Headline = headline("daily")
        self._stopped = threading.Event()
        self._began = time.monotonic()
        self._rounds, self._locker = 0, 0

    def run(self) -> None:
        self._began = time.monotonic()
        with Stranger(self._in.town) as stranger:
            while self._round(stranger):
                self._rounds += 1
                self._forget()

    def stop(self) -> None:
        """The scene that plays is cut short; the network is whole when ``run`` returns."""
        self._stopped.set()

    # ── the order of things ──────────────────────────────────────────────────────────────────

    def _round(self, stranger: Stranger) -> bool:
        """Whether there is anything left to play."""
        for least_s, scene in self._scenes(stranger):
            if self._stopped.is_set():
                return False
            if self._left_s() >= least_s:
                scene()
        self._say("daily")
        return not self._stopped.is_set() and self._left_s() > 0

    def _scenes(self, stranger: Stranger) -> Iterator[tuple[float, Callable[[], None]]]:
        """Each with the seconds that it may take."""
        proxy, refusals = self._in.town.proxy, self._rounds < MOST_REFUSED
        yield 0.0, self._daily
        yield 2.0, self._gate_by_command
        yield 4.0, self._flat_by_command
        if refusals:
            yield 4.0, lambda: self._strangers(stranger)
            yield 5.0, self._late
        yield self._outage_s + 4.0, lambda: self._outage("refused", proxy.refuse)
        yield 1.0, self._daily
        yield 2.0, self._locker_by_command
        yield 8.0, self._message
        yield self._outage_s + 6.0, lambda: self._outage("swallowed", proxy.blackhole)

    @property
    def _outage_s(self) -> float:
        if self._seconds is None:
            return LONGEST_S
        return min(LONGEST_S, max(SHORTEST_S, self._seconds / 6))

    @property
    def _daily_s(self) -> float:
        return 8.0 if self._seconds is None else min(8.0, max(1.0, self._seconds / 12))

    def _left_s(self) -> float:
        if self._seconds is None:
            return float("inf")
        return self._began + self._seconds - time.monotonic()

    # ── scenes ───────────────────────────────────────────────────────────────────────────────

    def _daily(self) -> None:
        self._say("daily")
        self._stopped.wait(max(0.0, min(self._daily_s, self._left_s())))

    def _gate_by_command(self) -> None:
        self._say("gate")
        self._command(GATE, "pulse", f"channel={EAST}", "ms=500")

    def _flat_by_command(self) -> None:
        self._say("flat")
        self._command(FLAT, "open")

    def _message(self) -> None:
        self._say("message")
        self._command(MODEM, "sms", f"to={DUTY}", "text=东侧边坡蓝色预警，请到现场查看")

    def _locker_by_command(self) -> None:
        self._say("locker")
        self._command(LOCKER, "open", self._next_locker())

    def _outage(self, how: str, pull: Callable[[], None]) -> None:
        town = self._in.town
        if self._outage_s > SHORTEST_S and not self.story.outages:
            self._comes(self._healthy)
        self._say(how)
        pull()
        try:
            self._doors(self._outage_s)
            stored, rows = self._stored(), town.rows()
            self._note_backlog()
        finally:
            town.proxy.restore()
        self.story.outages += 1
        self._say("catching_up")
        came = time.monotonic()
        if self._comes(lambda: town.rows() > rows):
            self.story.first_data_s.append(round(time.monotonic() - came, 2))
        self._comes(lambda: town.rows() >= stored)

    def _doors(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not self._stopped.is_set() and ends - time.monotonic() >= 1.0:
            shown_at = time.monotonic()
            self._door()
            rest_s = min(shown_at + DOOR_S, ends) - time.monotonic()
            self._stopped.wait(max(0.0, rest_s))
            self._note_backlog()
        self._stopped.wait(max(0.0, ends - time.monotonic()))

    def _door(self) -> None:
        world, since = self._in.world, len(self._in.world.truth)
        self._in.tell(do="show", device=READER, code=RESIDENT)
        shown = world.wait_for(_shown, OPENS_S, since=since)
        moved = world.wait_for(_gate_on, OPENS_S, since=since)
        self.story.doors += 1
        if shown is not None and moved is not None:
            self.story.opened += 1
            took_s = (moved["mono_ns"] - shown["mono_ns"]) / 1e9
            self.story.slowest_s = max(self.story.slowest_s, took_s)

    def _strangers(self, stranger: Stranger) -> None:
        """A good command, which somebody says again; a forged one; one for nobody."""
        if not self._comes(self._connected):
            return
        stranger.forget()
        self._locker_by_command()
        self._say("replayed")
        if stranger.replay():
            self._refused("repeat")
        self._say("forged")
        stranger.forge(GATE, "pulse", channel=EAST, ms=500)
        self._refused("signature")
        self._say("nobody")
        self._in.town.command("gate-relay-9", "pulse", f"channel={EAST}", "ms=500")
        self.story.failed["unknown_target"] += 1

    def _late(self) -> None:
        """The line stands still until the command on it is dead."""
        town = self._in.town
        if not self._comes(self._connected):
            return
        self._say("late")
        town.proxy.freeze()
        try:
            dead_soon = ("--ttl-ms", str(LATE_MS))
            town.command(LOCKER, "open", self._next_locker(), *dead_soon, wait_s=0)
            time.sleep(LATE_MS / 1000 + 0.3)
        finally:
            town.proxy.restore()
        self._refused("expired")

    def _next_locker(self) -> str:
        self._locker = self._locker % LOCKERS + 1
        return f"channel={self._locker}"

    # ── means ────────────────────────────────────────────────────────────────────────────────

    def _command(self, target: str, action: str, *args: str) -> None:
        """One that should be done."""
        if self._comes(self._connected):
            self._in.town.command(target, action, *args)
            self.story.done[target] += 1

    def _refused(self, reason: str) -> None:
        """The box should refuse one command more, for this reason; wait until it has."""
        self.story.rejected[reason] += 1
        expected = self.story.rejected[reason]
        self._comes(lambda: self._rejected().get(reason, 0) >= expected)

    def _comes(self, true: Callable[[], bool]) -> bool:
        """Whether it became true; nobody waits for anything once the script is to end."""
        return until(lambda: true() or self._stopped.is_set(), PATIENCE_S, 0.1) and true()

    def _connected(self) -> bool:
        return bool(self._in.room.status().get("sync", {}).get("up"))

    def _healthy(self) -> bool:
        """A line that was, and falls, is tried again at once."""
        sync = self._in.room.status().get("sync", {})
        return bool(sync.get("up")) and sync["for_s"] > HEALTHY_S

    def _rejected(self) -> dict[str, int]:
        told = self._in.room.status().get("sync", {}).get("rejected", ())
        return {each["result"]: each["count"] for each in told}

    def _stored(self) -> int:
        streams = self._in.room.status().get("journal", {}).get("streams", ())
        return sum(each["stored"] for each in streams)

    def _note_backlog(self) -> None:
        self.story.backlog = max(self.story.backlog, pending(self._in.room) or 0)

    def _say(self, name: str) -> None:
        self.now = headline(name)

    def _forget(self) -> None:
        """A world without an end is counted by nobody."""
        if self._seconds is None:
            self._in.world.forget(MOST_TRUTH)


def _shown(line: Line) -> bool:
    return line.get("what") == "shown" and line.get("code") == RESIDENT


def _gate_on(line: Line) -> bool:
    return (line.get("device"), line.get("what"), line.get("channel")) == (GATE, "on", EAST)
