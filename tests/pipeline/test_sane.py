import pytest
from hypothesis import given

from agent.model.messages import Quality, Reading
from agent.pipeline.sane import Limits, Sane, SaneOptions
from agent.pipeline.thin import Thin, ThinOptions
from tests.pipeline.scenes import Scene, event, play, reading, readings, run, scenes

SECOND = 1_000_000_000
STRICT = SaneOptions(limits={"weight": Limits(low=-1, high=100, max_rate=7.3)})


def judged(options: SaneOptions, *given: Reading) -> list[Quality]:
    return [each.quality for each in readings(run(Sane(options), given))]


def test_what_cannot_be_is_invalid() -> None:
    values = (-1.1, -1, 0, 100, 100.1, float("nan"), float("inf"))
    told = [reading(value, n * 60 * SECOND) for n, value in enumerate(values)]
    bad, good = Quality.INVALID, Quality.GOOD
    assert judged(STRICT, *told) == [bad, good, good, good, bad, bad, bad]


def test_without_limits_the_table_bounds() -> None:
    wet = reading(100.1, 0, quantity="humidity")
    dry = reading(-0.1, 0, quantity="humidity")
    fair = reading(50, 0, quantity="humidity")
    assert judged(SaneOptions(), wet, dry, fair) == [Quality.INVALID, Quality.INVALID, Quality.GOOD]


def test_the_kept_value_is_judged() -> None:
    hair = reading(100.00004, 0)
    assert judged(STRICT, hair) == [Quality.GOOD]


def test_a_jump_is_suspect_until_it_could_have_been_made() -> None:
    told = [reading(0, 0)] + [reading(20, n * SECOND) for n in (1, 2, 3)]
    assert judged(STRICT, *told) == [Quality.GOOD, Quality.SUSPECT, Quality.SUSPECT, Quality.GOOD]


def test_the_last_good_one_counts_not_the_last() -> None:
    spike = [reading(1, 0), reading(90, SECOND), reading(1, 2 * SECOND)]
    assert judged(STRICT, *spike) == [Quality.GOOD, Quality.SUSPECT, Quality.GOOD]


def test_as_fast_as_allowed_is_allowed() -> None:
    options = SaneOptions(limits={"weight": Limits(max_rate=1.1)})
    told = [reading(n * 11 / 10, n * SECOND) for n in range(50)]
    assert judged(options, *told) == [Quality.GOOD] * 50


def test_a_new_boot_begins_anew() -> None:
    assert judged(STRICT, reading(0, SECOND), reading(50, 0, "boot-1")) == [Quality.GOOD] * 2


def test_series_do_not_mix() -> None:
    told = [
        reading(0, 0), reading(50, 1, device="other"), reading(50, 1, point="b"),
        reading(50, 1, quantity="temperature"),
    ]  # fmt: skip
    assert judged(STRICT, *told) == [Quality.GOOD] * 4


def test_no_quality_is_improved() -> None:
    for quality in Quality:
        assert judged(STRICT, reading(5, 0, quality=quality)) == [quality]
    assert judged(STRICT, reading(500, 0, quality=Quality.SUSPECT)) == [Quality.INVALID]


def test_others_pass() -> None:
    for message in (event("device_away"), reading(5, 0, quantity="of-2031")):
        assert list(Sane(STRICT)(message)) == [message]


@given(scenes)
def test_it_says_the_same_again(scene: Scene) -> None:
    once = run(Sane(STRICT), play(scene))
    assert run(Sane(STRICT), once) == once


@given(scenes)
def test_it_says_the_same_of_what_thin_left(scene: Scene) -> None:
    left = run(Thin(ThinOptions()), run(Sane(STRICT), play(scene)))
    assert run(Sane(STRICT), left) == left


@pytest.mark.parametrize(
    "limits", [{"wieght": Limits()}, {"weight": Limits(low=2, high=1)}, {"fill": Limits(low=101)}]
)
def test_limits_that_make_no_sense_are_refused(limits: dict[str, Limits]) -> None:
    with pytest.raises(ValueError, match=next(iter(limits))):
        SaneOptions(limits=limits)
