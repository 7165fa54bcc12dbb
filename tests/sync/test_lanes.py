"""What goes next."""

import pytest

from agent.model.kinds import BULK, URGENT
from agent.store.outbox import Parcel
from agent.sync.counts import Counts
from agent.sync.lanes import BLOCKS_ALOFT, URGENT_ALOFT, Lanes
from agent.sync.pace import MOST_BLOCKS, MOST_BYTES, MOST_URGENT, Bucket
from agent.sync.steps import Fetch, Read, Send, Wait
from agent.sync.wire import Ack, Replay
from tests.sync.fakes import SECOND, parcel

Stored = dict[str, list[Parcel]]


class Crew:
    """Does what the lanes want, over a journal of lists; the broker takes everything at once."""

    def __init__(self, rate: float = 1e6) -> None:
        self.counts = Counts()
        self.lanes = Lanes(self.counts, Bucket(rate))
        self.stored: Stored = {URGENT: [], BULK: []}
        self.settled: set[tuple[str, int]] = set()
        self.now = 1_000 * SECOND
        self.sent: list[tuple[str, bytes]] = []
        self.under_way: list[Send] = []
        self.takes = True

    def add(self, stream: str, *firsts: int, n: int = 1) -> None:
        self.stored[stream] += [parcel(stream, first, first + n - 1) for first in firsts]

    def last(self, stream: str) -> int:
        return max((one.last for one in self.stored[stream]), default=0)

    def news(self) -> None:
        self.lanes.news(self.last(URGENT), self.last(BULK))

    def greet(self) -> None:
        self.lanes.greeted(self.last(BULK), self.now)

    def ack(self, stream: str, *ranges: tuple[int, int]) -> None:
        for one in self.stored[stream]:
            if any(first <= one.first and one.last <= last for first, last in ranges):
                self.settled.add((stream, one.first))
        self.lanes.acked(Ack(stream, 1, ranges), self.now)

    def work(self, most: int = 10_000) -> Wait | None:
        """Until there is nothing to do; what is to be waited for then."""
        for _ in range(most):
            match self.lanes.next(self.now):
                case Send() as send:
                    self._send(send)
                case Read() as read:
                    self.lanes.read(read, self._read(read))
                case Fetch() as fetch:
                    self._fetch(fetch)
                case wait:
                    return wait
        return None

    def firsts(self, lane: str) -> list[int]:
        """The first numbers of what went, in order."""
        return [
            int(line.split(b'"seq": ')[1].split(b",")[0])
            for name, payload in self.sent
            if name == lane
            for line in payload.splitlines()
        ]

    def _send(self, send: Send) -> None:
        self.sent.append((send.lane, send.payload))
        if self.takes:
            self.lanes.taken(send)
        else:
            self.under_way.append(send)

    def _read(self, read: Read) -> list[Parcel]:
        stream = URGENT if read.lane == URGENT else BULK
        return [
            one
            for one in self.stored[stream]
            if one.first > read.after
            and (read.upto is None or one.last <= read.upto)
            and (stream, one.first) not in self.settled
        ][: read.limit]

    def _fetch(self, fetch: Fetch) -> None:
        found = [
            one
            for one in self.stored[fetch.stream]
            if any(first <= one.first <= last for first, last in fetch.ranges)
        ]
        rest = [(one.first, one.last) for one in found[fetch.limit :]]
        self.lanes.fetched(fetch, found[: fetch.limit], rest, self.now)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def test_nothing_goes_before_the_answer_to_a_hello(crew: Crew) -> None:
    crew.add(URGENT, 1)
    crew.add(BULK, 1)
    crew.news()
    assert crew.work() == Wait(None)
    assert not crew.sent
    crew.greet()
    crew.work()
    assert [lane for lane, _ in crew.sent] == ["urgent", "backfill"]


def test_urgent_then_live_then_backfill(crew: Crew) -> None:
    crew.add(BULK, *range(1, 6))
    crew.greet()
    crew.add(BULK, 6, 7)
    crew.add(URGENT, 1, 2)
    crew.news()
    crew.work()
    lanes = [lane for lane, _ in crew.sent]
    assert lanes == ["urgent", "live", "live", *["backfill"] * 5]
    assert crew.firsts("live") == [6, 7]
    assert crew.firsts("backfill") == [1, 2, 3, 4, 5]


def test_an_alarm_overtakes_a_backlog(crew: Crew) -> None:
    crew.add(BULK, *range(1, 500))
    crew.greet()
    crew.work(most=40)
    before = len(crew.sent)
    assert before > 10
    crew.add(URGENT, 1)
    crew.news()
    crew.work()
    assert crew.sent[before][0] == "urgent"
    assert crew.firsts("backfill") == list(range(1, 500))


def test_an_alarm_does_not_wait_for_the_broker(crew: Crew) -> None:
    """Blocks fill their window; the alarm has one of its own."""
    crew.takes = False
    crew.add(BULK, *range(1, 500))
    crew.greet()
    assert crew.work() == Wait(crew.now + 20 * SECOND)
    assert len(crew.sent) == MOST_BLOCKS
    crew.add(URGENT, 1)
    crew.news()
    crew.work()
    assert crew.sent[-1][0] == "urgent"


def test_bytes_on_their_way_to_the_broker_are_bounded(crew: Crew) -> None:
    crew.takes = False
    big = b"x" * 20_000
    crew.stored[BULK] = [Parcel(BULK, 1, first, first, big) for first in range(1, 9)]
    crew.greet()
    crew.work()
    assert len(crew.sent) == MOST_BYTES // 20_000
    crew.lanes.taken(crew.under_way.pop())
    crew.work()
    assert len(crew.sent) == MOST_BYTES // 20_000 + 1


def test_a_block_larger_than_the_window_goes_alone(crew: Crew) -> None:
    crew.takes = False
    crew.stored[BULK] = [Parcel(BULK, 1, first, first, b"x" * 100_000) for first in (1, 2)]
    crew.greet()
    crew.work()
    assert len(crew.sent) == 1
    crew.lanes.taken(crew.under_way.pop())
    crew.work()
    assert len(crew.sent) == 2


def test_urgent_records_travel_together(crew: Crew) -> None:
    crew.add(URGENT, *range(1, 151))
    crew.greet()
    crew.work()
    assert [payload.count(b"\n") + 1 for _, payload in crew.sent] == [64, 64, 22]
    assert crew.firsts("urgent") == list(range(1, 151))


def test_urgent_messages_are_bounded_in_bytes_and_of_one_epoch(crew: Crew) -> None:
    long = [Parcel(URGENT, 1, first, first, b"x" * 30_000) for first in (1, 2, 3)]
    crew.stored[URGENT] = [*long, parcel(URGENT, 4), parcel(URGENT, 5, epoch=2)]
    crew.greet()
    crew.work()
    assert [len(payload.splitlines()) for _, payload in crew.sent] == [2, 2, 1]


def test_what_the_platform_does_not_acknowledge_is_bounded(crew: Crew) -> None:
    crew.add(URGENT, *range(1, 64 * 70))
    crew.add(BULK, *range(1, 1200))
    crew.greet()
    crew.work()
    assert len(crew.firsts("backfill")) == BLOCKS_ALOFT
    assert sum(lane == "urgent" for lane, _ in crew.sent) == URGENT_ALOFT
    assert crew.lanes.in_flight() == {"urgent": 64 * 64, "backfill": BLOCKS_ALOFT}
    crew.ack(BULK, (501, 600), (1, 10))
    crew.ack(URGENT, (65, 128))
    crew.work()
    assert len(crew.firsts("backfill")) == BLOCKS_ALOFT + 110
    assert sum(lane == "urgent" for lane, _ in crew.sent) == URGENT_ALOFT + 1
    assert crew.counts.acked == {BULK: 110, URGENT: 64}


def test_a_lost_message_goes_again_and_only_that_one(crew: Crew) -> None:
    crew.add(URGENT, 1, 2, 3)
    crew.add(BULK, 1, 4, n=3)
    crew.greet()
    crew.work()
    crew.now += SECOND
    crew.ack(URGENT, (1, 1), (3, 3))
    crew.ack(BULK, (1, 3))
    crew.now += 19 * SECOND
    sent = len(crew.sent)
    crew.work()
    assert [lane for lane, _ in crew.sent[sent:]] == ["urgent", "backfill"]
    assert crew.firsts("urgent") == [1, 2, 3, 2]
    assert crew.firsts("backfill") == [1, 4, 4]
    assert crew.counts.resent == {"urgent": 1, "backfill": 3}
    assert crew.counts.sent == {"urgent": 4, "backfill": 9}


def test_a_platform_that_falls_silent_is_not_flooded(crew: Crew) -> None:
    crew.add(BULK, *range(1, 101))
    crew.greet()
    crew.work()
    crew.add(BULK, *range(101, 200))
    crew.now += 20 * SECOND
    crew.news()
    sent = len(crew.sent)
    crew.work()
    assert len(crew.sent) == sent + 1  # a probe, and nothing new
    crew.add(URGENT, 1)
    crew.news()
    crew.work()
    assert crew.sent[-1][0] == "urgent"  # an alarm goes all the same
    crew.ack(BULK, (1, 1))
    crew.work()
    assert crew.firsts("live") == list(range(101, 200))


def test_an_acknowledgement_while_the_disk_is_read(crew: Crew) -> None:
    """What was to be sent again has its word meanwhile."""
    crew.add(BULK, 1)
    crew.greet()
    crew.work()
    crew.now += 20 * SECOND
    fetch = crew.lanes.next(crew.now)
    assert isinstance(fetch, Fetch)
    crew.ack(BULK, (1, 1))
    crew.lanes.fetched(fetch, crew.stored[BULK], [], crew.now)
    assert crew.work() == Wait(None)
    assert crew.lanes.in_flight() == {}
    assert crew.firsts("backfill") == [1]


def test_a_hello_while_the_disk_is_read(crew: Crew) -> None:
    crew.add(BULK, 1)
    crew.greet()
    crew.work()
    crew.now += 20 * SECOND
    fetch = crew.lanes.next(crew.now)
    assert isinstance(fetch, Fetch)
    crew.greet()
    crew.lanes.fetched(fetch, crew.stored[BULK], [], crew.now)
    crew.work()
    assert crew.firsts("backfill") == [1, 1]
    assert crew.lanes.in_flight() == {"backfill": 1}


def test_what_the_journal_gave_up_is_not_sent_again(crew: Crew) -> None:
    crew.add(BULK, 1)
    crew.greet()
    crew.work()
    crew.stored[BULK].clear()
    crew.now += 20 * SECOND
    assert crew.work() == Wait(None)
    assert crew.lanes.in_flight() == {}


def test_after_a_hello_everything_without_word_goes_again(crew: Crew) -> None:
    crew.add(BULK, 1, 2, 3)
    crew.greet()
    crew.add(BULK, 4)
    crew.news()
    crew.work()
    crew.ack(BULK, (2, 2))
    crew.greet()
    crew.work()
    assert crew.firsts("backfill") == [1, 2, 3, 1, 3, 4]
    assert crew.firsts("live") == [4]


def test_while_the_epoch_changes_nothing_goes(crew: Crew) -> None:
    crew.greet()
    crew.lanes.hold()
    crew.add(URGENT, 1)
    crew.news()
    assert crew.work() == Wait(None)
    crew.greet()
    crew.work()
    assert crew.firsts("urgent") == [1]


def test_a_journal_that_was_begun_anew_is_read_from_its_beginning(crew: Crew) -> None:
    crew.add(URGENT, *range(1, 50))
    crew.add(BULK, *range(1, 50))
    crew.greet()
    crew.work()
    crew.stored = {URGENT: [parcel(URGENT, 1, epoch=2)], BULK: [parcel(BULK, 1, epoch=2)]}
    crew.news()
    crew.work()
    assert crew.firsts("urgent")[-1] == 1
    assert crew.firsts("live") == [1]


def test_backfill_and_replays_keep_to_the_rate_and_live_does_not() -> None:
    crew = Crew(rate=1000)
    crew.add(BULK, *range(1, 10_001, 100), n=100)
    crew.greet()
    crew.add(BULK, *range(10_001, 12_001, 100), n=100)
    crew.news()
    wait = crew.work()
    assert len(crew.firsts("live")) == 20
    assert len(crew.firsts("backfill")) == 10
    assert wait is not None
    assert wait.until_ns is not None
    seconds = 0
    while len(crew.firsts("backfill")) < 100:
        assert wait is not None
        assert wait.until_ns is not None
        assert crew.now < wait.until_ns <= crew.now + 2 * SECOND
        crew.ack(BULK, (1, crew.firsts("backfill")[-1] + 99), (10_001, 12_000))
        crew.now += SECOND
        seconds += 1
        wait = crew.work()
    assert seconds == pytest.approx(9, abs=1)


def test_replays_go_after_everything_else(crew: Crew) -> None:
    crew.add(BULK, 1, 2, 3)
    crew.add(URGENT, 1, 2)
    crew.settled = {(BULK, 1), (BULK, 2), (URGENT, 1)}
    crew.greet()
    crew.lanes.asked(Replay("r-1", BULK, 1, ((1, 2),)))
    crew.lanes.asked(Replay("r-2", URGENT, 1, ((1, 1),)))
    crew.work()
    assert [lane for lane, _ in crew.sent] == ["urgent", "backfill", *["backfill"] * 2, "urgent"]
    assert crew.firsts("backfill") == [3, 1, 2]
    assert crew.firsts("urgent") == [2, 1]
    assert crew.lanes.in_flight() == {"urgent": 1, "backfill": 1}  # nobody waits for replays


def test_a_long_replay_is_read_in_parts(crew: Crew) -> None:
    crew.add(BULK, *range(1, 101))
    crew.settled = {(BULK, first) for first in range(1, 101)}
    crew.greet()
    crew.lanes.asked(Replay("r-1", BULK, 1, ((1, 100),)))
    crew.work()
    assert crew.firsts("backfill") == list(range(1, 101))


def test_requests_for_replays_are_bounded_and_asked_once(crew: Crew) -> None:
    crew.add(BULK, *range(1, 101))
    crew.settled = {(BULK, first) for first in range(1, 101)}
    for first in range(1, 101):
        for _ in range(3):
            crew.lanes.asked(Replay(f"r-{first}", BULK, 1, ((first, first),)))
    crew.greet()
    crew.work()
    assert crew.firsts("backfill") == list(range(1, 17))


def test_the_window_of_urgent_messages_to_the_broker(crew: Crew) -> None:
    crew.takes = False
    crew.add(URGENT, *range(1, 1000))
    crew.greet()
    crew.work()
    assert len(crew.sent) == MOST_URGENT


def test_an_idle_box_reads_nothing(crew: Crew) -> None:
    crew.greet()
    assert crew.work() == Wait(None)
    assert crew.work(most=1) == Wait(None)
