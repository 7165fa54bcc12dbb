from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.messages import Message, Quality, Reading
from agent.pipeline.settle import Settle, SettleOptions
from agent.pipeline.thin import Thin, ThinOptions
from tests.pipeline.scenes import (
    MS,
    Scene,
    concluded,
    event,
    play,
    reading,
    readings,
    run,
    scenes,
)

PLAIN = ThinOptions(keep=3, keep_s=0, gap_s=1, every_s=60)


def left(options: ThinOptions, told: list[Message]) -> list[tuple[float, int]]:
    """Value and milliseconds of what is left."""
    made = readings(run(Thin(options), told))
    return [(each.value, each.at.mono_ns // MS) for each in made]


def at(*told: tuple[float, int], quality: Quality = Quality.GOOD) -> list[Message]:
    return [reading(value, ms * MS, quality=quality) for value, ms in told]


@given(
    scenes, st.integers(2, 8), st.integers(0, 6), st.sampled_from((0.0, 0.1, 0.5, 1.0)),
    st.sampled_from((0.0, 0.3, 1.0, 10.0)),
)  # fmt: skip
def test_no_weighing_changes(
    scene: Scene, frames: int, more: int, hold_s: float, gap_s: float
) -> None:
    thin = ThinOptions(keep=frames + more, keep_s=hold_s, gap_s=gap_s, every_s=5)
    settle = SettleOptions(frames=frames, hold_s=hold_s)
    told = play(scene)
    thinned = run(Thin(thin), told)
    assert concluded(run(Settle("w", settle), thinned)) == concluded(run(Settle("w", settle), told))


@given(scenes, st.sampled_from((0.0, 1.0, 10.0)))
def test_it_only_leaves_out(scene: Scene, gap_s: float) -> None:
    told = play(scene)
    made = run(Thin(ThinOptions(gap_s=gap_s)), told)
    for series in {series_of(each) for each in told}:
        mine = [each for each in told if series_of(each) == series]
        rest = iter(mine)
        assert all(any(each is one for one in rest) for each in made if series_of(each) == series)


def series_of(message: Message) -> tuple[object, ...]:
    if isinstance(message, Reading):
        return (message.device, message.point, message.quantity)
    return ("event",)


def test_a_run_is_cut_after_keep() -> None:
    told = at(*[(1.5, n * 100) for n in range(100)])
    assert left(PLAIN, told) == [(1.5, 0), (1.5, 100), (1.5, 200)]


def test_a_run_is_kept_until_its_time_is_covered() -> None:
    options = ThinOptions(keep=3, keep_s=0.5, gap_s=1, every_s=60)
    told = at(*[(1.5, n * 100) for n in range(100)])
    assert left(options, told) == [(1.5, n * 100) for n in range(6)]


def test_a_heartbeat_shows_that_it_lives() -> None:
    told = at(*[(1.5, n * 1000) for n in range(130)])
    assert left(PLAIN, told) == [(1.5, ms) for ms in (0, 1000, 2000, 62_000, 122_000)]


def test_moving_values_are_spaced() -> None:
    told = at(*[(n / 10, n * 100) for n in range(1, 35)])
    assert [ms for _, ms in left(PLAIN, told)] == [100, 1100, 2100, 3100]


def test_slow_values_leave_at_once() -> None:
    thin = Thin(PLAIN)
    for message in at((1, 0), (2, 1000), (3, 2000)):
        assert list(thin(message)) == [message]


def test_the_first_of_a_run_leaves_with_its_second() -> None:
    thin = Thin(PLAIN)
    first, moved, again = at((1, 0), (2, 100), (2, 200))
    assert list(thin(first)) == [first]
    assert list(thin(moved)) == []
    assert list(thin(again)) == [moved, again]


def test_two_runs_are_never_joined() -> None:
    told = at((1, 0), (1, 100), (2, 200), (3, 300), (1, 400), (1, 500))
    assert (3, 300) in left(PLAIN, told)


def test_doubts_leave_once_and_then_as_heartbeat() -> None:
    told = at(*[(float(n), n * 1000) for n in range(70)], quality=Quality.SUSPECT)
    assert left(PLAIN, told) == [(0, 0), (60, 60_000)]


def test_each_kind_of_doubt_leaves() -> None:
    told = at((1, 0)) + at((1, 1), quality=Quality.SUSPECT) + at((1, 2), quality=Quality.INVALID)
    assert len(left(PLAIN, told + at((1, 3), (1, 4)))) == 5


def test_what_is_held_leaves_before_the_device_goes_away() -> None:
    held, away = reading(2, 100 * MS), event("device_away", 200 * MS)
    assert run(Thin(PLAIN), [reading(1, 0), held, away]) == [reading(1, 0), held, away]


def test_others_do_not_wake_it() -> None:
    held, other = reading(2, 100 * MS), event("device_away", 200 * MS, device="other")
    assert run(Thin(PLAIN), [reading(1, 0), held, other]) == [reading(1, 0), other]


def test_a_deadband_calms_what_flickers() -> None:
    options = ThinOptions(keep=2, keep_s=0, gap_s=0, deadband={"co2": 5})
    told = [reading(400 + n % 4, n * 100 * MS, quantity="co2") for n in range(20)]
    told.append(reading(406, 2000 * MS, quantity="co2"))
    assert left(options, [*told]) == [(400, 0), (401, 100), (406, 2000)]


@pytest.mark.parametrize("deadband", [{"weight": 0.1}, {"wieght": 0.1}])
def test_weight_has_no_deadband(deadband: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="deadband"):
        ThinOptions(deadband=deadband)


def test_a_resting_scale_costs_little() -> None:
    told: list[Message] = [reading(0, n * 100 * MS) for n in range(36_000)]  # an hour at 10 Hz
    made = run(Thin(ThinOptions()), told)
    assert len(made) < 80
    assert Counter(type(each) for each in made) == {Reading: len(made)}
