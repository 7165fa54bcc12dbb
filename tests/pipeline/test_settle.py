from itertools import pairwise

import pytest
from hypothesis import given

from agent.model.messages import Event, Fields, Message, Quality, Reading
from agent.pipeline.settle import Settle, SettleOptions
from tests.pipeline.scenes import MS, Scene, concluded, event, play, reading, run, scenes

QUICK = SettleOptions(frames=3, hold_s=0.2)


def frames(*values: float, quality: Quality = Quality.GOOD, start: int = 0) -> list[Message]:
    return [reading(value, start + n * 100 * MS, quality=quality) for n, value in enumerate(values)]


def weights(messages: list[Message], options: SettleOptions = QUICK) -> list[object]:
    made = concluded(run(Settle("weigh", options), messages))
    return [each.data["weight"] for each in made if isinstance(each, Event)]


def test_equal_frames_after_an_empty_pan_are_a_weighing() -> None:
    told = frames(0, 0, 0, 0.7, 1.5, 1.5, 1.5, 1.5, 1.5)
    made = run(Settle("weigh", QUICK), told)
    assert [each for each in made if isinstance(each, Reading)] == told
    (weighing,) = concluded(made)
    data: Fields = {"weight": 1.5, "unit": "kg", "frames": 3, "seconds": 0.2}
    assert weighing == Event(device="scale", at=told[6].at, kind="weighing", data=data, by="weigh")
    assert made.index(weighing) == 7  # right after the reading that settled it


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("too few", frames(0, 0, 0, 1.5, 1.5)),
        ("not equal", frames(0, 0, 0, 1.5, 1.51, 1.5, 1.51, 1.5)),
        ("nothing was ever on it", frames(0, 0, 0, 0, 0, 0)),
        ("under Min", frames(0, 0, 0, 0.09, 0.09, 0.09, 0.09)),
        ("it lay there when we came", frames(1.5, 1.5, 1.5, 1.5)),
        ("moving", frames(0, 0, 0) + frames(1.5, 1.5, 1.5, quality=Quality.SUSPECT, start=MS)),
        ("overload", frames(0, 0, 0) + frames(9, 9, 9, quality=Quality.INVALID, start=MS)),
        ("one zero is not an empty pan", frames(1.5, 1.5, 1.5, 0, 1.5, 1.5, 1.5)),
    ],
)
def test_no_weighing(why: str, told: list[Message]) -> None:
    assert weights(told) == [], why


def test_time_must_pass_too() -> None:
    empty = frames(0, 0, 0)
    burst: list[Message] = [reading(1.5, 10_000 * MS + n * MS) for n in range(100)]
    late: list[Message] = [reading(1.5, 10_200 * MS)]
    assert weights(empty + burst) == []
    assert weights(empty + burst + late) == [1.5]


def test_one_weighing_per_load() -> None:
    assert weights(frames(0, 0, 0, *[1.5] * 50)) == [1.5]
    assert weights(frames(0, 0, 0, 1.5, 1.5, 1.5, 2.5, 2.5, 2.5, 1.5, 1.5, 1.5)) == [1.5]
    assert weights(frames(0, 0, 0, 1.5, 1.5, 1.5, 0, 0, 0, 1.5, 1.5, 1.5)) == [1.5, 1.5]


def test_a_doubt_in_between_begins_anew() -> None:
    told = frames(0, 0, 0, 1.5, 1.5, 1.5)
    told.insert(5, reading(1.5, 450 * MS, quality=Quality.SUSPECT))
    assert weights(told) == []


def test_a_tared_pan_that_is_lifted_is_empty() -> None:
    assert weights(frames(-0.3, -0.3, -0.3, 1.5, 1.5, 1.5)) == [1.5]


def test_a_device_that_was_away_begins_its_run_anew() -> None:
    told = frames(0, 0, 0, 1.5, 1.5, 1.5)
    assert weights([*told[:5], event("device_away"), told[5]]) == []
    assert weights([*told[:5], event("device_away", device="other"), told[5]]) == [1.5]


def test_a_new_boot_must_see_an_empty_pan() -> None:
    after: list[Message] = [reading(1.5, n * 100 * MS, "boot-1") for n in range(5)]
    assert weights(frames(0, 0, 0) + after) == []


def test_armed_from_the_start_if_so_configured() -> None:
    options = SettleOptions(frames=3, hold_s=0.2, zero_first=False)
    assert weights(frames(1.5, 1.5, 1.5), options) == [1.5]


def test_a_hair_that_is_not_kept_is_no_difference() -> None:
    assert weights(frames(0, 0, 0, 1.5, 1.50001, 1.49999)) == [1.5]


def test_other_quantities_are_not_weighed() -> None:
    warm = [reading(value, n * 100 * MS, quantity="temperature") for n, value in
            enumerate([0, 0, 0, 20, 20, 20])]  # fmt: skip
    assert weights([*warm]) == []


def test_min_below_empty_is_refused() -> None:
    with pytest.raises(ValueError, match="min_kg"):
        SettleOptions(empty_kg=0.2, min_kg=0.1)


@given(scenes)
def test_an_empty_pan_lies_between_two_weighings(scene: Scene) -> None:
    made = [each for each in run(Settle("weigh", QUICK), play(scene))
            if getattr(each, "point", None) is None]  # fmt: skip
    at = [n for n, each in enumerate(made) if isinstance(each, Event) and each.by]
    for one, other in pairwise(at):
        between = [each.value for each in made[one:other] if isinstance(each, Reading)]
        assert min(between) < QUICK.empty_kg
    for one in at:
        last = [each for each in made[:one] if isinstance(each, Reading)][-3:]
        assert all(each.quality is Quality.GOOD for each in last)
