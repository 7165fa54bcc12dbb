"""Back-off, damper and breaker."""

import random

from hypothesis import given
from hypothesis import strategies as st

from agent.supervisor.backoff import Backoff
from agent.supervisor.breaker import Breaker
from agent.supervisor.damper import HOUR_NS, MOST, Damper


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(random.Random(7), first=0.1, longest=5.0, healthy=10.0)
    waits = [backoff.after(0.0) for _ in range(10)]
    for step, wait in zip([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5], waits, strict=True):
        assert step / 2 <= wait <= step


def test_a_healthy_stretch_begins_anew_and_a_short_one_does_not() -> None:
    backoff = Backoff(random.Random(7), first=0.1, longest=5.0, healthy=10.0)
    for _ in range(8):
        backoff.after(0.0)
    assert backoff.after(9.9) >= 2.5
    assert backoff.after(10.0) <= 0.1


def test_two_that_fell_together_do_not_come_back_together() -> None:
    one, other = (Backoff(random.Random(seed), first=1, longest=60, healthy=1) for seed in (1, 2))
    assert one.after(0) != other.after(0)


@given(st.lists(st.integers(0, HOUR_NS), max_size=400))
def test_no_hour_sees_more_than_twice_the_most(pauses: list[int]) -> None:
    damper, at, said = Damper(), 0, list[int]()
    for pause in pauses:
        at += pause // 50
        if damper.allows(at):
            said.append(at)
    for start in said:
        assert sum(start <= moment < start + HOUR_NS for moment in said) <= 2 * MOST


def test_a_few_changes_all_pass() -> None:
    damper = Damper()
    assert [damper.allows(1) for _ in range(MOST + 1)] == [True] * MOST + [False]
    assert damper.allows(1 + HOUR_NS // MOST)


def test_a_damper_far_into_a_boot_is_full() -> None:
    damper = Damper()
    assert [damper.allows(10**18) for _ in range(MOST + 1)].count(True) == MOST


def test_three_misses_open_the_breaker_and_one_answer_closes_it() -> None:
    breaker = Breaker()
    opened = []
    for _ in range(3):
        breaker.missed()
        opened.append(breaker.is_open)
    assert opened == [False, False, True]
    breaker.answered()
    assert not breaker.is_open


def test_a_dead_device_is_polled_a_twentieth_as_often_but_every_five_minutes() -> None:
    breaker = Breaker()
    for _ in range(3):
        breaker.missed()
    assert [breaker.period(every) for every in (0.5, 1, 60, 900)] == [10, 20, 300, 900]
