"""What waits for the disk, in the writer thread: bounded, also when the disk refuses for days.

While transactions succeed everything here is gone after each of them.  While they fail, readings
are compressed at once (6 bytes instead of 300); the oldest fall out over the bound and are
counted, so that a gap record can say so once the disk is back.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.model.kinds import BULK, URGENT
from agent.store import block
from agent.store.jobs import Ack, Chunk, Damaged, Done, Floor, Gone, Kept, Lost, Renew, Urgent
from agent.store.ranges import Ranges
from agent.store.tuning import Tuning

MOST_ACKS = 4_096
"""Ranges that wait for a transaction; more are not taken, and what they tell is told again."""
MOST_ASKED = 64
"""Damaged blocks and requests for what is gone, in one transaction; they too come again."""


@dataclass(slots=True)
class Load:
    """What one transaction will hold.  Kept until it is durable."""

    lost: list[Lost] = field(default_factory=list)
    held: list[block.Sealed] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    urgent: list[Urgent] = field(default_factory=list)
    acks: list[Ack] = field(default_factory=list)
    renew: list[Renew] = field(default_factory=list)
    asked: list[Damaged | Gone] = field(default_factory=list)
    held_done: list[Done] = field(default_factory=list)
    floor_ns: int | None = None
    counted: int = 0  # messages that the loop still counts as waiting; held ones it does not

    def done(self) -> Iterator[Done]:
        yield from self.held_done
        for lost in self.lost:
            yield from lost.done
        for chunk in self.chunks:
            yield from chunk.done
        for urgent in self.urgent:
            if urgent.done is not None:
                yield urgent.done
        for renew in self.renew:
            yield renew.done


class Pending:
    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._lost: dict[tuple[str, str], Lost] = {}
        self._held: deque[block.Sealed] = deque()
        self._held_bytes = 0
        self._held_done: deque[Done] = deque(maxlen=tuning.most_waiting)
        self._held_urgent: deque[Urgent] = deque()
        self._chunks: deque[Chunk] = deque()
        self._urgent: deque[Urgent] = deque()
        self._acks: dict[tuple[str, int], Ranges] = {}
        self._renew: list[Renew] = []
        self._asked: list[Damaged | Gone] = []
        self._floor_ns: int | None = None

    def __bool__(self) -> bool:
        """Whether something here should not wait."""
        waiting = self._held_urgent or self._chunks or self._urgent or self._lost or self._held
        return bool(waiting or self._renew or self._asked)

    @property
    def lazy(self) -> bool:
        return bool(self._acks) or self._floor_ns is not None

    @property
    def crowded(self) -> bool:
        """Whether acknowledgements lie so scattered that they should not gather any longer."""
        return sum(map(len, self._acks.values())) >= MOST_ACKS // 2

    def put(self, job: Kept) -> None:
        match job:
            case Chunk():
                self._chunks.append(job)
            case Urgent():
                self._urgent.append(job)
            case Lost():
                self._lose(job)
            case Ack():
                self._acknowledge(job)
            case Floor():
                self._floor_ns = max(job.utc_ns, self._floor_ns or 0)
            case Renew():
                self._renew.append(job)
            case Damaged() | Gone():
                self._ask(job)

    def _ask(self, job: Damaged | Gone) -> None:
        if len(self._asked) < MOST_ASKED and job not in self._asked:
            self._asked.append(job)

    def _acknowledge(self, ack: Ack) -> None:
        if sum(map(len, self._acks.values())) < MOST_ACKS:
            self._acks.setdefault((ack.stream, ack.epoch), Ranges()).update(ack.ranges)

    def take(self, *, acks: bool) -> Load:
        """The oldest of everything, as much as one transaction should hold."""
        load = Load(lost=list(self._lost.values()))
        if acks:
            load.acks = [Ack(*whose, tuple(ranges)) for whose, ranges in self._acks.items()]
            self._acks = {}
        load.renew, load.asked = self._renew, self._asked
        load.floor_ns, self._floor_ns = self._floor_ns, None
        self._lost, self._renew, self._asked = {}, [], []
        self._take_held(load)
        readings = sum(sealed.n for sealed in load.held)
        while self._chunks and readings < self._tuning.most_readings:
            load.chunks.append(self._chunks.popleft())
            readings += len(load.chunks[-1].readings)
            load.counted += len(load.chunks[-1].readings)
        while self._held_urgent and len(load.urgent) < self._tuning.most_urgent:
            load.urgent.append(self._held_urgent.popleft())
        while self._urgent and len(load.urgent) < self._tuning.most_urgent:
            load.urgent.append(self._urgent.popleft())
            load.counted += 1
        return load

    def squeeze(self) -> int:
        """The disk refuses: hold what came in tightly; how many messages that frees the loop of."""
        freed = len(self._urgent)
        for chunk in self._chunks:
            freed += len(chunk.readings)
            self._hold(chunk)
        self._held_urgent.extend(self._urgent)
        self._chunks.clear()
        self._urgent.clear()
        self._drop_oldest()
        return freed

    def _take_held(self, load: Load) -> None:
        readings = 0
        while self._held and readings < self._tuning.most_readings:
            load.held.append(self._held.popleft())
            readings += load.held[-1].n
            self._held_bytes -= len(load.held[-1].body)
        if not self._held:
            load.held_done = list(self._held_done)
            self._held_done.clear()

    def _hold(self, chunk: Chunk) -> None:
        for run in block.split(chunk.readings):
            try:
                sealed = block.seal(run)
            except (TypeError, ValueError):
                self._lose(Lost(BULK, len(run), "unwritable"))
                continue
            self._held.append(sealed)
            self._held_bytes += len(sealed.body)
        self._held_done.extend(chunk.done)

    def _drop_oldest(self) -> None:
        while self._held_bytes > self._tuning.held_bytes:
            sealed = self._held.popleft()
            self._held_bytes -= len(sealed.body)
            self._lose(Lost(BULK, sealed.n, "memory"))
        while len(self._held_urgent) > self._tuning.held_urgent:
            urgent = self._held_urgent.popleft()
            self._lose(Lost(URGENT, 1, "memory"))
            if urgent.done is not None:
                self._held_done.append(urgent.done)

    def _lose(self, lost: Lost) -> None:
        """Counts add up; a year of losses is one gap record per stream and reason."""
        key = (lost.stream, lost.reason)
        before = self._lost.get(key)
        count = lost.count + (before.count if before else 0)
        self._lost[key] = Lost(lost.stream, count, lost.reason)
        self._held_done.extend(lost.done)
