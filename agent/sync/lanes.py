"""What goes next: urgent records first, then the newest blocks, then older ones, then replays.

Sans I/O.  ``next`` says what to do; the caller does it and tells the outcome, and asks again when
something is new.  Nothing goes before ``greeted``, and each ``greeted`` begins anew: what the
platform has not acknowledged is read from the journal again.

Bounded: each lane reads a handful of parcels ahead, of the rest only the numbers are remembered.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.model.kinds import BULK, URGENT
from agent.store.ranges import Range
from agent.sync.counts import STREAM_OF, Counts
from agent.sync.flights import Flight, Flights
from agent.sync.pace import MOST_BLOCKS, MOST_BYTES, MOST_URGENT, Bucket, Window
from agent.sync.steps import Fetch, Parcel, Read, Send, Step, Wait
from agent.sync.wire import Ack, Replay

LIVE, BACKFILL = "live", "backfill"

JOINED = 64  # urgent records in one message, docs/protocol.md
JOINED_BYTES = 64 * 1024
READ_URGENT, READ_BLOCKS = 64, 16  # parcels that a lane reads ahead: a block has some 2 KiB

URGENT_ALOFT, BLOCKS_ALOFT = 64, 1024
"""Messages that the platform has not acknowledged.  1024 blocks of 256 readings are thirteen
seconds of the fastest catch-up; a platform that is further behind needs no more."""

MOST_ASKED = 16  # requests for a replay that wait; the platform repeats others after a hello


@dataclass(slots=True)
class _Lane:
    """``dry``: the journal has nothing more for it."""

    name: str
    after: int = 0
    upto: int | None = None
    dry: bool = False
    queue: deque[Parcel] = field(default_factory=deque)


class Lanes:
    """One connection's."""

    def __init__(self, counts: Counts, bucket: Bucket) -> None:
        self._counts, self._bucket = counts, bucket
        self._greeted = False
        self._reset(0)
        self._urgent_window = Window(MOST_URGENT)
        self._block_window = Window(MOST_BLOCKS, MOST_BYTES)
        self._aloft = {URGENT: Flights(URGENT_ALOFT), BULK: Flights(BLOCKS_ALOFT)}
        self._asked: deque[Replay] = deque()
        self._again: deque[Send] = deque()  # of one flight
        self._replays: deque[tuple[str, Parcel]] = deque()  # by stream; of one request

    # ── from outside ─────────────────────────────────────────────────────────────────────────

    def greeted(self, last: int, now_ns: int) -> None:
        """A hello was answered that told ``last`` as the newest block's last number."""
        self._greeted = True
        self._reset(last)
        self._again.clear()
        for flights in self._aloft.values():
            flights.clear(now_ns)

    def hold(self) -> None:
        """Nothing goes until the next ``greeted``: the numbers are about to change their epoch."""
        self._greeted = False

    def news(self, urgent_last: int, bulk_last: int) -> None:
        """The journal has something new; these are the highest numbers now.

        Numbers that went back are another database's: then everything is new.
        """
        if urgent_last < self._urgent.after or bulk_last < self._live.after:
            self._reset(0)
        self._urgent.dry = self._live.dry = False

    def acked(self, ack: Ack, now_ns: int) -> None:
        settled = self._aloft[ack.stream].ack(ack.epoch, ack.ranges, now_ns)
        self._counts.acked[ack.stream] += settled

    def asked(self, replay: Replay) -> None:
        """The platform lacks numbers that were acknowledged, or so this box believes."""
        known = any(
            (one.stream, one.epoch, one.ranges) == (replay.stream, replay.epoch, replay.ranges)
            for one in self._asked
        )
        if not known and len(self._asked) < MOST_ASKED:
            self._asked.append(replay)

    def taken(self, send: Send) -> None:
        """The broker has it."""
        send.window.taken(len(send.payload))

    def in_flight(self) -> Counter[str]:
        """Records without word, by lane."""
        return self._aloft[URGENT].records + self._aloft[BULK].records

    # ── what to do ───────────────────────────────────────────────────────────────────────────

    def next(self, now_ns: int) -> Step:
        """A ``Send`` counts as sent when it is given out."""
        if not self._greeted:
            return Wait(None)
        step = self._next_urgent(now_ns) or self._next_again(now_ns)
        step = step or self._next_blocks(self._live, now_ns)
        if step is None and self._bucket.open_ns(now_ns) <= now_ns:
            step = self._next_blocks(self._backfill, now_ns) or self._next_replay(now_ns)
        return step or self._wait(now_ns)

    def read(self, read: Read, parcels: Sequence[Parcel]) -> None:
        """The answer to a ``Read``.  One from before the last ``greeted`` is dropped."""
        lane = {URGENT: self._urgent, LIVE: self._live, BACKFILL: self._backfill}[read.lane]
        if (lane.after, lane.upto) != (read.after, read.upto):
            return
        aloft = self._aloft[STREAM_OF[lane.name]]
        lane.queue.extend(one for one in parcels if not aloft.has(one.epoch, one.first))
        lane.dry = not parcels
        if parcels:
            lane.after = parcels[-1].last

    def fetched(
        self, fetch: Fetch, parcels: Sequence[Parcel], rest: Sequence[Range], now_ns: int
    ) -> None:
        """The answer to a ``Fetch``; ``rest`` was not looked at yet."""
        flight = fetch.flight
        if flight is None:
            self._replays.extend((fetch.stream, one) for one in parcels)
            if rest:
                self._asked.appendleft(Replay("", fetch.stream, fetch.epoch, tuple(rest)))
            return
        aloft = self._aloft[fetch.stream]
        left = [one for one in parcels if one.first in flight.pieces]
        if left and aloft.holds(flight):
            self._again.append(self._sent(flight, left, now_ns))
        elif aloft.holds(flight):  # it was given up, and a gap record is on its way
            aloft.drop(flight)

    # ── lanes ────────────────────────────────────────────────────────────────────────────────

    def _reset(self, last: int) -> None:
        self._urgent = _Lane(URGENT)
        self._live = _Lane(LIVE, after=last)
        self._backfill = _Lane(BACKFILL, upto=last, dry=last == 0)

    def _next_urgent(self, now_ns: int) -> Step | None:
        lane, aloft = self._urgent, self._aloft[URGENT]
        if not aloft.room or not self._urgent_window.takes(0):
            return None
        if lane.queue:
            parcels = _joined(lane.queue)
            flight = Flight(URGENT, parcels[0].epoch, {one.first: one.last for one in parcels})
            return self._sent(flight, parcels, now_ns)
        return None if lane.dry else Read(lane.name, lane.after, READ_URGENT)

    def _next_blocks(self, lane: _Lane, now_ns: int) -> Step | None:
        aloft = self._aloft[BULK]
        if not aloft.room or aloft.silent(now_ns):
            return None
        if not lane.queue:
            return None if lane.dry else Read(lane.name, lane.after, READ_BLOCKS, lane.upto)
        if not self._block_window.takes(len(lane.queue[0].payload)):
            return None
        parcel = lane.queue.popleft()
        if lane.name == BACKFILL:
            self._bucket.take(parcel.last - parcel.first + 1, now_ns)
        flight = Flight(lane.name, parcel.epoch, {parcel.first: parcel.last})
        return self._sent(flight, [parcel], now_ns)

    def _next_again(self, now_ns: int) -> Step | None:
        """What stays without word, urgent before blocks."""
        if self._again:
            return self._again.popleft()
        for stream, window in ((URGENT, self._urgent_window), (BULK, self._block_window)):
            flight = self._aloft[stream].overdue(now_ns) if window.takes(0) else None
            if flight is not None:
                return Fetch(stream, flight.epoch, flight.ranges, len(flight.pieces), flight)
        return None

    def _next_replay(self, now_ns: int) -> Step | None:
        if not self._replays:
            if not self._asked:
                return None
            asked = self._asked.popleft()
            return Fetch(asked.stream, asked.epoch, asked.ranges, READ_BLOCKS)
        stream, parcel = self._replays[0]
        window = self._urgent_window if stream == URGENT else self._block_window
        if not window.takes(len(parcel.payload)):
            return None
        self._replays.popleft()
        self._bucket.take(parcel.last - parcel.first + 1, now_ns)
        lane = URGENT if stream == URGENT else BACKFILL
        self._counts.went(lane, parcel.epoch, (parcel.first, parcel.last))
        window.put(len(parcel.payload))
        return Send(lane, parcel.payload, window)

    def _sent(self, flight: Flight, parcels: Sequence[Parcel], now_ns: int) -> Send:
        self._aloft[STREAM_OF[flight.lane]].put(flight, now_ns)
        for one in parcels:
            self._counts.went(flight.lane, one.epoch, (one.first, one.last))
        window = self._urgent_window if flight.lane == URGENT else self._block_window
        payload = b"\n".join(one.payload for one in parcels)
        window.put(len(payload))
        return Send(flight.lane, payload, window)

    def _wait(self, now_ns: int) -> Wait:
        wakes = [flights.wake_ns() for flights in self._aloft.values()]
        if self._backfill.queue or not self._backfill.dry or self._replays or self._asked:
            wakes.append(self._bucket.open_ns(now_ns))
        times = [wake for wake in wakes if wake is not None and wake > now_ns]
        return Wait(min(times, default=None))


def _joined(queue: deque[Parcel]) -> list[Parcel]:
    """Off the queue: the records of the next message, of one epoch and not too many."""
    parcels = [queue.popleft()]
    size = len(parcels[0].payload)
    while queue and len(parcels) < JOINED and queue[0].epoch == parcels[0].epoch:
        size += 1 + len(queue[0].payload)
        if size > JOINED_BYTES:
            break
        parcels.append(queue.popleft())
    return parcels
