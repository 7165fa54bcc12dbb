"""The loop's side of the journal: takes messages at any moment, and never makes anybody wait.

Readings gather in memory until they are sealed: ``seal_n`` of them, or ``seal_s`` after the first,
or when an urgent record comes, whose story they are.  Events and commands go to the writer at once.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agent.config import settings
from agent.model.kinds import BULK, URGENT
from agent.model.messages import Event, Fields, Message, Reading
from agent.model.time import Now
from agent.store.jobs import (
    Ack,
    Broken,
    Chunk,
    Damaged,
    Done,
    Floor,
    Gone,
    Lost,
    Probe,
    Renew,
    Stop,
    Urgent,
)
from agent.store.keeper import Keeper
from agent.store.outbox import Outbox
from agent.store.past import Past, Told, Unfinished, remember
from agent.store.ranges import Range, clip
from agent.store.standing import Account
from agent.store.trouble import Corrupt, Refused
from agent.store.tuning import Tuning
from agent.store.writer import Passed, Writer

log = logging.getLogger(__name__)

CLOSE_S = 10.0
"""A clean stop waits so long for the disk; systemd gives ninety."""

MOST_RANGES = 64
"""Of one request for what is gone (docs/protocol.md, section 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamCounts:
    """Since the start of the process; ``captured`` = ``stored`` + ``gapped`` + ``open``."""

    name: str
    captured: int
    stored: int
    gapped: int  # never stored, a gap record says so
    dropped: int  # stored once, given up before the platform had them, a gap record says so
    open: int
    pending: int  # durable, not acknowledged
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalCounts:
    writes: bool
    reason: str
    epoch: int
    streams: tuple[StreamCounts, ...]
    commits: int
    last_commit_s: float
    worst_commit_s: float


class Journal:
    """Made by ``open``.  All calls on the loop's thread."""

    def __init__(
        self, keeper: Keeper, store: settings.Store, gateway: str, now: Now, tuning: Tuning
    ) -> None:
        self._keeper, self._store, self._gateway, self._now = keeper, store, gateway, now
        self._tuning = tuning
        self._open: list[Reading] = []
        self._open_done: list[Done] = []
        self._timer: asyncio.TimerHandle | None = None
        self._captured: Counter[str] = Counter()
        self._waiting = 0  # handed over, not yet durable or held
        self._lost: Counter[str] = Counter()  # found no room; told to the writer when it is quick
        self._past = Past()
        self._floor_ns = 0
        self._account = Account(keeper.standing)
        self._watchers: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writer = Writer(keeper, self._tuning, now, self._told)
        self._trouble = ""
        self._closed = False

    @classmethod
    def open(
        cls, store: settings.Store, gateway: str, now: Now, tuning: Tuning | None = None
    ) -> "Journal":
        """Never raises: on a disk that refuses everything is held in memory, bounded."""
        tuning = tuning or Tuning()
        keeper = Keeper(store, gateway, now, tuning)
        journal = cls(keeper, store, gateway, now, tuning)
        try:
            journal._past = remember(keeper.open(), now().boot)
            journal._floor_ns = journal._past.floor_ns
            keeper.fill_reserve()
        except (Refused, Corrupt) as no:
            log.error("the journal cannot be opened yet: %s", no)  # noqa: TRY400  # no bug of ours
        journal._account.moved(keeper.standing)
        return journal

    def put(self, message: Message, done: Done | None = None) -> None:
        """Never blocks, never raises.  ``done``: called once it is durable or given up for good."""
        self._begin()
        stream = BULK if isinstance(message, Reading) else URGENT
        self._captured[stream] += 1
        if self._waiting + len(self._open) >= self._tuning.most_waiting:
            self._lose(stream, done)
        elif isinstance(message, Reading):
            self._gather(message, done)
        else:
            self._seal()
            self._waiting += 1
            self._writer.put(Urgent(message, done))

    async def probe(self) -> None:
        """Returns once the writer thread has got this far and touched its database."""
        self._begin()
        passed = asyncio.get_running_loop().create_future()

        def through() -> None:
            if not passed.done():
                passed.set_result(None)

        self._writer.put(Probe(through))
        await passed

    async def close(self) -> None:
        """Everything that the disk takes is durable on return."""
        if self._closed:
            return
        self._begin()
        self._closed = True
        self._seal()
        self._tell_lost()
        self._writer.put(Stop())
        ended = await asyncio.to_thread(self._writer.join, CLOSE_S)
        if not ended:
            log.error("the disk does not answer; %d messages are lost with it", self._waiting)
        for each in self.counts().streams:
            counts = {"captured": each.captured, "stored": each.stored, "gapped": each.gapped}
            log.info("the journal's %s stream is closed", each.name, extra=counts)

    def floor(self) -> int:
        """UTC was at least this, once; nanoseconds since 1970, 0 if nothing is known."""
        return self._floor_ns

    def raise_floor(self, utc_ns: int, /) -> None:
        """Durable with the next transaction, or within three minutes."""
        if utc_ns > self._floor_ns:
            self._floor_ns = utc_ns
            self._begin()
            self._writer.put(Floor(utc_ns))

    def ack(self, stream: str, epoch: int, ranges: tuple[Range, ...]) -> None:
        """The platform has committed these numbers; they may go when space is needed.

        Any number of times, in any order; numbers that were never given are ignored.  Nobody is
        sent them again from now on, though it is minutes until the disk knows.
        """
        self._begin()
        mine = self._account.acked(stream, epoch, ranges)
        if mine:
            self._writer.put(Ack(stream, epoch, mine))

    def renew(self, at_least: int, done: Done, why: str = "behind") -> None:
        """The platform knows numbers that this journal never gave (or gave twice: ``cloned``): go
        on under a new epoch, not below ``at_least``.  ``done``: called once that is durable."""
        self._begin()
        self._writer.put(Renew(at_least, done, why))

    # ── for sync ─────────────────────────────────────────────────────────────────────────────

    def outbox(self) -> Outbox:
        """A reader of its own, to be closed by its owner before the journal."""
        self._begin()
        return Outbox(self._keeper, self._account, self)

    def watch(self, callback: Callable[[], None]) -> None:
        """``callback`` runs on the loop after each transaction that gave a number."""
        self._watchers.append(callback)

    @property
    def epoch(self) -> int:
        """Of the numbers that are given now; 0 before the disk could ever be opened.  It changes
        when ``renew`` is done, and without being asked when a database is begun anew."""
        return self._account.epoch

    def last(self, stream: str) -> int:
        """The highest number that is durable; 0 before there is one."""
        return self._account.last(stream)

    def gone(self, stream: str, epoch: int, ranges: Sequence[Range]) -> None:
        """The platform asked for these and no reader finds them: gap records say ``gone``.  What is
        stored all the same, or was never given, gets none.  At most 64 ranges are taken."""
        self._begin()
        low, high = self._account.span(stream, epoch)
        mine = tuple(clip(ranges, low, high))[:MOST_RANGES]
        if mine:
            self._writer.put(Gone(stream, epoch, mine))

    def damaged(self, first: int, last: int) -> None:
        """A reader found that a block's bytes have changed: a gap record takes its place."""
        self._begin()
        self._writer.put(Damaged(first, last))

    def broken(self, opening: int) -> None:
        """A reader found the database itself damaged: it is moved aside, and one begun anew."""
        self._begin()
        self._writer.put(Broken(opening))

    def commands_without_result(self) -> list[Unfinished]:
        """Accepted before this start, and nobody ever told what became of them: the box fell in
        between.  Of the last 4096 urgent records; empty if the disk could not be read."""
        return list(self._past.commands)

    def seen(self) -> tuple[Event, ...]:
        """What cameras had told before this start, oldest first, to be asked once: of the last
        4096 urgent records; empty if the disk could not be read."""
        seen, self._past = self._past.seen, replace(self._past, seen=())
        return seen

    def anchor(self, boot: str) -> Told | None:
        """What the clock stood on before this start, if that was in the same boot."""
        return self._past.anchor if boot == self._past.boot else None

    def counts(self) -> JournalCounts:
        tally, usage = self._keeper.tally, self._keeper.usage
        sizes = {URGENT: usage.urgent, BULK: usage.bulk}
        return JournalCounts(
            writes=not self._trouble and self._keeper.db is not None,
            reason=self._trouble,
            epoch=self._account.epoch,
            streams=tuple(self._stream(name, sizes[name]) for name in (URGENT, BULK)),
            commits=tally.commits,
            last_commit_s=tally.last_s,
            worst_commit_s=tally.worst_s,
        )

    def _stream(self, name: str, size: int) -> StreamCounts:
        tally = self._keeper.tally
        captured, gapped = self._captured[name], tally.gapped[name]
        stored = tally.stored[name] - tally.own[name]
        return StreamCounts(
            name=name,
            captured=captured,
            stored=stored,
            gapped=gapped,
            dropped=tally.dropped[name],
            open=captured - stored - gapped,
            pending=self._account.pending(name),
            bytes=size,
        )

    # ── gathering ────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        """The writer starts with the first call from a running loop."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._writer.start()
            for loss in self._keeper.losses:
                self._say("buffer_lost", _loss(loss.reason, loss.quarantine, loss.old_epoch))
            self._keeper.losses = []

    def _gather(self, reading: Reading, done: Done | None) -> None:
        self._open.append(reading)
        if done is not None:
            self._open_done.append(done)
        if len(self._open) >= self._store.seal_n:
            self._seal()
        elif self._timer is None:
            assert self._loop is not None  # noqa: S101  # ``_begin`` came first
            self._timer = self._loop.call_later(self._store.seal_s, self._seal)

    def _seal(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._open:
            self._waiting += len(self._open)
            self._writer.put(Chunk(self._open, self._open_done))
            self._open, self._open_done = [], []

    def _lose(self, stream: str, done: Done | None) -> None:
        """The writer is far behind: the message becomes part of a gap, told once there is room."""
        self._lost[stream] += 1
        if done is not None and self._loop is not None:
            self._loop.call_soon(done)

    def _tell_lost(self) -> None:
        for stream, count in self._lost.items():
            self._writer.put(Lost(stream, count, "overrun"))
        self._lost.clear()

    # ── from the writer ──────────────────────────────────────────────────────────────────────

    def _told(self, passed: Passed) -> None:
        """On the writer's thread."""
        if self._loop is None or self._loop.is_closed():
            return
        try:
            self._loop.call_soon_threadsafe(self._after, passed)
        except RuntimeError:  # closed in between: nobody is left to be told
            log.debug("the loop has ended before the writer")

    def _after(self, passed: Passed) -> None:
        self._waiting -= passed.freed
        more = passed.standing is not None and self._account.moved(passed.standing)
        if self._lost and self._waiting < self._tuning.most_waiting // 2:
            self._tell_lost()
        for loss in passed.losses:
            self._say("buffer_lost", _loss(loss.reason, loss.quarantine, loss.old_epoch))
        if passed.trouble is not None:
            self._changed(passed.trouble)
        for done in passed.done:
            done()
        for callback in self._watchers if more else ():
            callback()

    def _changed(self, trouble: str) -> None:
        before, self._trouble = self._trouble, trouble
        if trouble and not before:
            self._say("buffer_trouble", {"reason": trouble})
        elif before and not trouble:
            self._say("buffer_recovered", {"reason": before})

    def _say(self, kind: str, data: Fields) -> None:
        if not self._closed:
            self.put(Event(device=self._gateway, at=self._now(), kind=kind, data=data))


def _loss(reason: str, quarantine: str | None, old_epoch: int | None) -> Fields:
    return {"reason": reason, "quarantine": quarantine, "old_epoch": old_epoch}
