"""The pictures' store as the agent has it: taken at any moment, kept by a thread of its own.

Nothing waits for it: what the disk refuses is given up, and told once.  It gives way to the
journal: on a disk that gets full its oldest pictures go first.  Read ``curator`` for the thread's
hands, ``album`` for what is in the database, ``desk`` for what people do with it, and
docs/evidence.md for why.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from agent.config import settings
from agent.model.evidence import Taken
from agent.model.messages import Event, Fields, Message
from agent.model.time import Now
from agent.store.curator import Curator
from agent.store.trouble import Corrupt, Full, Refused
from agent.store.tuning import Tuning

log = logging.getLogger(__name__)

MOST_WAITING = 64  # passages handed over and not yet kept: 6 MB
HELPS = 3  # times a picture is tried again after room was made or a database begun anew
CLOSE_S = 5.0
NO_ROOM = ("full", "held")  # troubles that end when a picture is kept
COMPACT_AGAIN_S = 60.0  # a reader kept the log of what was deleted

Done = Callable[[], None]
Say = Callable[[str, Fields], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCounts:
    writes: bool = False
    reason: str = ""
    passages: int = 0
    held: int = 0
    bytes: int = 0
    refused: int = 0  # passages whose pictures were given up, since the start


class Evidence:
    """All calls on the loop's thread.  ``say`` makes an event of the box's own, there as well."""

    def __init__(self, curator: Curator, say: Say, sweep_s: float = Tuning().sweep_s) -> None:
        self._curator, self._say, self._sweep_s = curator, say, sweep_s
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._waiting = self._refused = 0
        self._sweep_at = self._compact_at = time.monotonic()
        self._trouble = ""
        self._counts = EvidenceCounts()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="evidence", daemon=True)

    @classmethod
    def open(
        cls, box: settings.Box, now: Now, emit: Callable[[Message], None], tuning: Tuning
    ) -> "Evidence":
        """Never raises.  ``start`` it."""

        def say(kind: str, data: Fields) -> None:
            emit(Event(device=box.site.gateway, at=now(), kind=kind, data=data))

        return cls(Curator(box.store, box.vision, now, tuning), say, tuning.sweep_s)

    def start(self) -> None:
        """On the loop that is to be told."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def put(self, taken: Taken, done: Done) -> None:
        """Never waits, never raises.  ``done``: durable, or given up for good."""
        if self._waiting >= MOST_WAITING or self._loop is None:
            self._refused += 1
            done()
            return
        self._waiting += 1
        self._jobs.put(partial(self._keep, taken, done))

    def counts(self) -> EvidenceCounts:
        """As of the thread's last turn."""
        return replace(self._counts, refused=self._refused)

    async def close(self) -> None:
        """What was handed over is kept, as far as the disk takes it in time."""
        if self._loop is not None:
            self._jobs.put(self._stop)
            await asyncio.to_thread(self._thread.join, CLOSE_S)

    # ── on the thread ────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._jobs.get(timeout=self._wait())()
            except queue.Empty:
                self._idle()
            self._count()
        self._curator.drop()

    def _stop(self) -> None:
        self._stopping = True

    def _wait(self) -> float:
        """Seconds until there is something to do even if nobody says anything."""
        due = self._sweep_at
        if self._curator.dirty:
            due = min(due, self._compact_at)
        return max(0.01, due - time.monotonic())

    def _idle(self) -> None:
        now = time.monotonic()
        if now >= self._sweep_at:
            self._sweep_at = now + self._sweep_s
            self._guarded(self._sweep, makes_room=True)
        if self._curator.dirty and now >= self._compact_at:
            self._compact_at = now + COMPACT_AGAIN_S
            self._guarded(self._curator.compact, makes_room=True)

    def _sweep(self) -> None:
        self._curator.sweep()
        for entries, head in self._curator.news():
            self._tell("evidence_audited", {"entries": entries, "head": head})

    def _keep(self, taken: Taken, done: Done) -> None:
        kept = self._guarded(lambda: self._curator.put(taken))
        self._call(partial(self._passed, done, kept=kept))

    def _guarded(self, action: Callable[[], None], *, makes_room: bool = False) -> bool:
        """Whether it was done; what can be helped is helped, what cannot becomes the trouble.

        Deleting works where there is no room, so its success tells nothing of that.
        """
        for _ in range(HELPS):
            try:
                action()
            except Full:
                if not self._curator.make_room():
                    break
            except Refused as no:
                self._curator.drop()
                return self._turn(no.reason)
            except Corrupt:
                log.exception("the pictures' database is damaged")
                if not self._moves_aside():
                    return self._turn("damaged")
            else:
                return (makes_room and self._trouble in NO_ROOM) or self._turn("")
        return self._turn("full")

    def _moves_aside(self) -> bool:
        try:
            quarantine = self._curator.move_aside()
        except (Refused, Corrupt):
            return False
        self._tell("evidence_lost", {"reason": "damaged", "quarantine": quarantine})
        return True

    def _turn(self, trouble: str) -> bool:
        """Whether there is none."""
        before, self._trouble = self._trouble, trouble
        if trouble and not before:
            log.error("the disk refuses pictures: %s", trouble)
            self._tell("evidence_trouble", {"reason": trouble})
        elif before and not trouble:
            self._tell("evidence_recovered", {"reason": before})
        return not trouble

    def _count(self) -> None:
        album = self._curator.album
        if album is None or self._trouble:
            self._counts = EvidenceCounts(reason=self._trouble)
            return
        try:
            passages, held = album.count()
            used = album.used()
        except (Refused, Corrupt):
            return  # the next action meets it as well
        self._counts = EvidenceCounts(writes=True, passages=passages, held=held, bytes=used)

    def _tell(self, kind: str, data: Fields) -> None:
        self._call(partial(self._say, kind, data))

    def _call(self, callback: Callable[[], None]) -> None:
        """On the loop."""
        if self._loop is None or self._loop.is_closed():
            return
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:  # closed in between: nobody is left to be told
            log.debug("the loop has ended before the pictures' thread")

    # ── on the loop ──────────────────────────────────────────────────────────────────────────

    def _passed(self, done: Done, *, kept: bool) -> None:
        self._waiting -= 1
        self._refused += not kept
        done()
