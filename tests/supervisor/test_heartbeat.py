"""Whether a worker is well: by the core's ticks, and by how late its loop says it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.supervisor.heartbeat import BORN_S, HUNG_S, SLOW_BEATS, SLOW_S, TICK_S, Heartbeat


def _ticks(heart: Heartbeat) -> int:
    """How many it bears before it is said to ail."""
    count = 0
    while heart.tick() is None:
        count += 1
    return count


def test_one_that_has_not_beaten_yet_is_given_time_to_start() -> None:
    heart = Heartbeat()
    assert _ticks(heart) == BORN_S / TICK_S
    assert heart.tick() == "hung"


@pytest.mark.parametrize("hung_s", [HUNG_S, 3.0, 0.5])
def test_one_that_has_beaten_is_hung_when_it_beats_no_more(hung_s: float) -> None:
    heart = Heartbeat(hung_s)
    heart.beat(0.0)
    assert _ticks(heart) == hung_s / TICK_S


def test_a_beat_is_a_beat_also_after_a_long_silence() -> None:
    heart = Heartbeat()
    heart.beat(0.0)
    _ticks(heart)
    heart.beat(0.0)
    assert heart.tick() is None


def test_one_that_beats_late_for_long_is_slow() -> None:
    heart = Heartbeat()
    for _ in range(SLOW_BEATS - 1):
        heart.beat(SLOW_S + 0.1)
        assert heart.tick() is None
    heart.beat(SLOW_S + 0.1)
    assert heart.tick() == "slow"


def test_one_beat_in_time_forgives_the_late_ones() -> None:
    heart = Heartbeat()
    for turn in range(5 * SLOW_BEATS):
        heart.beat(SLOW_S if turn % SLOW_BEATS == SLOW_BEATS - 1 else 9.0)
        assert heart.tick() is None


@given(st.lists(st.tuples(st.integers(0, int(HUNG_S / TICK_S)), st.floats(0, SLOW_S))))
def test_whoever_beats_in_time_is_never_killed(life: list[tuple[int, float]]) -> None:
    heart = Heartbeat()
    heart.beat(0.0)
    for silence, lag in life:
        assert [heart.tick() for _ in range(silence)] == [None] * silence
        heart.beat(lag)
