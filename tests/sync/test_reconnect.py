"""Fast for one box, no herd for a city."""

import random

from agent.sync.reconnect import MOST_SPREAD_S, Reconnect
from agent.sync.wire import Retry

RULE = Retry(first_s=3.0, for_s=120.0, most_s=300.0, healthy_s=600.0)


def policy(gateway: str = "box-1", fleet: int = 1, seed: int = 1) -> Reconnect:
    return Reconnect(gateway, RULE, random.Random(seed), fleet)


def waits(policy: Reconnect, lasted_s: float | None, seconds: float) -> list[tuple[float, float]]:
    """(when, how long) of each wait, if every attempt fails at once."""
    now, made = 0.0, []
    while now < seconds:
        wait = policy.wait(now, lasted_s)
        made.append((now, wait))
        now, lasted_s = now + wait, None
    return made


def test_a_good_connection_that_falls_is_tried_closely_for_two_minutes() -> None:
    early = [wait for when, wait in waits(policy(), 600.0, 120) if when < 120]
    assert len(early) > 40
    assert max(early) <= 3.0


def test_afterwards_less_and_less_often_but_never_never() -> None:
    late = [(when, wait) for when, wait in waits(policy(), 600.0, 20_000) if when >= 120]
    bounds = [6.0, 12.0, 24.0, 48.0, 96.0, 192.0]
    for (_, wait), bound in zip(late, [3.0, *bounds], strict=False):
        assert wait <= bound
    assert 200 < max(wait for _, wait in late) <= 300.0
    assert len(late) < 200


def test_one_that_never_became_healthy_is_not_tried_closely() -> None:
    """A broker that takes and throws out would else be stormed."""
    flapping = policy()
    total = sum(flapping.wait(now * 10.0, 5.0) for now in range(100))
    assert total > 100 * 100


def test_a_fleet_comes_back_in_a_spread_that_each_box_keeps() -> None:
    first = [policy(f"box-{n}", 5000, n).wait(0, 600.0) for n in range(5000)]
    per_second = [sum(second <= wait < second + 1 for wait in first) for second in range(28)]
    assert max(per_second) < 260  # 200 a second, and dice
    assert max(first) < 5000 / 200 + 3
    assert policy("box-7", 10**9).wait(0, 600.0) <= MOST_SPREAD_S + 3


def test_one_box_does_not_wait_for_a_fleet() -> None:
    assert policy().wait(0, 600.0) <= 3.0


def test_the_platform_may_say_otherwise() -> None:
    told = policy()
    told.rule = Retry(first_s=100.0, for_s=0.0, most_s=100.0, healthy_s=1.0)
    made = [wait for _, wait in waits(told, 2.0, 5000)]
    assert max(made) > 50
    assert max(made) <= 100
