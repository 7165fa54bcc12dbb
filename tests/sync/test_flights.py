"""What has no word: when it goes again, and whom it holds up."""

import random

from hypothesis import given
from hypothesis import strategies as st

from agent.sync.flights import MOST_SHELVED, Flight, Flights

SECOND = 10**9


def flight(first: int, last: int | None = None, lane: str = "live", epoch: int = 1) -> Flight:
    return Flight(lane, epoch, {first: first if last is None else last})


def put(flights: Flights, *firsts: int, at: int = 0) -> list[Flight]:
    made = [flight(first) for first in firsts]
    for one in made:
        flights.put(one, at)
    return made


def resend(flights: Flights, now_ns: int) -> int | None:
    due = flights.overdue(now_ns)
    if due is None:
        return None
    flights.put(due, now_ns)
    return next(iter(due.pieces))


def test_a_message_that_is_lost_goes_again_later_and_later() -> None:
    """Others are acknowledged all the time."""
    flights = Flights(10)
    put(flights, 1)
    sent, others = [], 100
    for second in range(1200):
        now = second * SECOND
        put(flights, others, at=now)
        flights.ack(1, [(others, others)], now + 1)
        others += 1
        while (first := resend(flights, now)) is not None:
            sent.append((second, first))
    assert sent == [(20, 1), (60, 1), (140, 1), (440, 1), (740, 1), (1040, 1)]


def test_a_poison_holds_up_nobody() -> None:
    flights = Flights(2)
    put(flights, 1, 2)
    room = [flights.room]
    for second in (20, 60, 140):
        flights.ack(1, [(999, 999)], second * SECOND - 1)
        assert resend(flights, second * SECOND) == 1
        assert resend(flights, second * SECOND) == 2
    assert [*room, flights.room] == [False, True]
    assert flights.has(1, 1)
    assert not flights.silent(10**6 * SECOND)
    assert flights.ack(1, [(1, 2)], 150 * SECOND) == 2
    assert flights.wake_ns() is None


def test_a_silent_platform_gets_one_probe_at_a_time() -> None:
    flights = Flights(100)
    put(flights, *range(1, 51))
    assert not flights.silent(19 * SECOND)
    sent = []
    for second in range(1200):
        while (first := resend(flights, second * SECOND)) is not None:
            sent.append((second, first))
    assert [second for second, _ in sent] == [20, 40, 80, 160, 320, 620, 920]
    assert len({first for _, first in sent}) == 7  # not always the same: it may be the poison
    assert flights.silent(1200 * SECOND)
    assert len(flights.records) == 1


def test_when_it_speaks_again_it_is_left_time_to_finish() -> None:
    flights = Flights(100)
    put(flights, *range(1, 51))
    assert resend(flights, 25 * SECOND) == 1
    flights.ack(1, [(1, 10)], 26 * SECOND)
    assert not flights.silent(26 * SECOND)
    assert resend(flights, 45 * SECOND) is None
    assert flights.wake_ns() == 46 * SECOND
    flights.ack(1, [(11, 49)], 40 * SECOND)
    assert resend(flights, 46 * SECOND) == 50
    assert resend(flights, 46 * SECOND) is None


def test_the_shelf_is_bounded() -> None:
    flights = Flights(10_000)
    put(flights, *range(1, 2 * MOST_SHELVED + 1))
    for second in (20, 60, 140):
        flights.ack(1, [(99_999, 99_999)], second * SECOND - 1)
        while resend(flights, second * SECOND) is not None:
            pass
    assert len(flights._all) == MOST_SHELVED


def test_a_message_of_many_records_is_settled_piece_by_piece() -> None:
    flights = Flights(10)
    joined = Flight("urgent", 1, {3: 3, 5: 5, 9: 9})
    flights.put(joined, 0)
    assert flights.ack(1, [(4, 9)], 1) == 2
    assert joined.ranges == ((3, 3),)
    assert flights.ack(2, [(1, 9)], 1) == 0  # another epoch
    assert flights.records["urgent"] == 1
    assert flights.ack(1, [(1, 3)], 1) == 1
    assert not flights.holds(joined)


def test_half_a_block_is_no_block() -> None:
    flights = Flights(10)
    flights.put(flight(1, 256), 0)
    assert flights.ack(1, [(1, 255)], 1) == 0
    assert flights.ack(1, [(2, 256)], 1) == 0
    assert flights.ack(1, [(0, 300)], 1) == 256


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 8)), max_size=40), st.integers())
def test_acknowledgements_in_any_order(acks: list[tuple[int, int]], seed: int) -> None:
    """After each, exactly the blocks that lie within no acknowledgement are without word."""
    flights = Flights(100)
    blocks = [(first, first + 2) for first in range(1, 61, 3)]
    random.Random(seed).shuffle(blocks)
    for first, last in blocks:
        flights.put(flight(first, last), 0)
    left = set(blocks)
    for low, more in acks:
        settled = {one for one in left if low <= one[0] and one[1] <= low + more}
        assert flights.ack(1, [(low, low + more)], 1) == 3 * len(settled)
        left -= settled
        assert {first for _, first in flights._keys} == {first for first, _ in left}
        assert flights.records["live"] == 3 * len(left)


def test_a_hello_forgets_everything() -> None:
    flights = Flights(1)
    put(flights, 1)
    flights.clear(5)
    assert flights.room
    assert not flights.has(1, 1)
    assert flights.wake_ns() is None
