"""Cameras fall ill, and are told to be so once; weather and traffic are no illness."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.vision.health import measures
from agent.vision.health.camera import ABSENT_S, CameraHealth, Told
from agent.vision.health.latch import Latch
from tests.vision.scenes import (
    SECOND,
    Floats,
    Street,
    Weather,
    blurred,
    both,
    cars,
    clouds,
    day,
    flat,
    fog,
    headlights,
    lorry,
    night,
    rain,
    turned,
)

Course = Iterable[tuple[float, Weather]]
"""Seconds of each weather, one after the other."""


def told(course: Course, street: Street | None = None, fps: float = 1) -> list[tuple[float, Told]]:
    """All that is told, and when."""
    street = street or Street()
    health, begin, said = CameraHealth(0), 0.0, []
    for lasts, weather in course:
        for frame in street.frames(begin, begin + lasts, weather, fps):
            now = frame.mono_ns
            new = health.saw(frame.thumb(), now) + health.passed(now, there=True)
            if health.wants_close(now):
                new += health.saw_close(frame.half(), now)
            said += [(now / SECOND, each) for each in new]
        begin += lasts
    return said


def faults(course: Course, street: Street | None = None) -> list[str]:
    return [f"{'-' if each.well else '+'}{each.fault}" for _, each in told(course, street)]


@pytest.mark.parametrize(
    ("before", "weather"),
    [
        (day, rain),
        (day, cars),
        (day, lorry),
        (day, fog),
        (day, night),
        (night, headlights),
        (night, both(night, rain)),
        (night, day),
    ],
)
def test_weather_and_traffic_are_no_faults(before: Weather, weather: Weather) -> None:
    assert faults([(50, before), (140, weather), (20, before)]) == []


def test_the_sun_goes_and_comes_and_shadows_wander() -> None:
    assert faults([(400, clouds)]) == []


@pytest.mark.parametrize(
    ("usual", "harm", "fault"),
    [
        (day, flat(4), "black"),
        (night, flat(15), "black"),
        (day, flat(255), "over_exposed"),
        (day, blurred(4), "blurred"),
        (night, both(night, blurred(8)), "blurred"),
        (day, turned(16, 4), "moved"),
        (day, turned(200, 40), "moved"),
        (night, both(turned(60, 20), night), "moved"),
        (cars, both(cars, turned(60, 10)), "moved"),
    ],
)
def test_each_fault_is_told_once_and_so_is_its_end(
    usual: Weather, harm: Weather, fault: str
) -> None:
    assert faults([(50, usual), (130, harm), (15, usual)]) == [f"+{fault}", f"-{fault}"]


def test_how_long_it_lasted_counts_from_its_beginning() -> None:
    said = told([(60, day), (40, flat(4)), (30, day)])
    assert [(each.fault, each.well) for _, each in said] == [("black", False), ("black", True)]
    assert said[0][0] == pytest.approx(80, abs=1)
    assert said[1][1].seconds == pytest.approx(50, abs=1)


def test_what_is_short_is_no_fault() -> None:
    assert faults([(60, day), (15, flat(4)), (30, day), (15, flat(255)), (30, day)]) == []


def test_a_frozen_picture_is_told_though_its_clock_ticks() -> None:
    def ticking(light: Floats, seconds: float) -> Floats:
        light[8:20, 10 : 20 + int(seconds) % 4 * 8] = 255
        return light

    assert faults([(60, ticking)], Street(noise=0.7)) == []
    assert faults([(60, ticking)], Street(noise=0)) == ["+frozen"]


def test_a_black_picture_is_not_frozen_too() -> None:
    assert faults([(90, flat(0))], Street(noise=0)) == ["+black"]


def test_masks_are_no_blackness() -> None:
    """Half of the picture hidden, and the other half alive, or frozen."""

    def masked(light: Floats, _: float) -> Floats:
        light[:, :400] = -1000
        return light

    assert faults([(200, masked)]) == []
    assert faults([(60, masked)], Street(noise=0)) == ["+frozen"]


def test_gone_and_stuck() -> None:
    street = Street()
    for there, fault in ((False, "gone"), (True, "stuck")):
        health, said = CameraHealth(0), []
        for second in range(60):
            now = second * SECOND
            said += health.passed(now, there=there)
            if second < 10 or second > 40:
                said += health.saw(street.frame(second, day).thumb(), now)
            assert health.fault in {"", fault}
        assert said[0] == Told(fault)
        assert (said[1].fault, said[1].well, len(said)) == (fault, True, 2)
        assert said[1].seconds == pytest.approx(34, abs=2)
        assert not health.fault


def test_a_camera_that_never_comes_is_gone_after_a_while() -> None:
    health = CameraHealth(5 * SECOND)
    said = [health.passed(second * SECOND, there=False) for second in range(5, 60)]
    assert [index for index, each in enumerate(said) if each] == [int(ABSENT_S)]


def test_a_slow_camera_is_not_frozen_before_ten_frames() -> None:
    assert told([(80, day)], Street(noise=0), fps=0.1) == []


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.floats(0, 20)), max_size=80))
def test_a_latch_turns_only_after_its_time(course: list[tuple[bool | None, float]]) -> None:
    latch, now, turns = Latch(10, 5), 0, []
    for doubt, wait in course:
        now += int(wait * 1e9)
        change = latch.judge(doubt, now)
        if change:
            assert doubt is latch.standing is (change == "fault")
            turns.append(change)
    assert turns == ["fault", "well"] * (len(turns) // 2) + ["fault"] * (len(turns) % 2)


def test_a_latch_believes_no_long_gap() -> None:
    latch = Latch(10, 5)
    assert [latch.judge(doubt=True, mono_ns=at * SECOND) for at in (0, 100, 200)] == [
        None,
        None,
        "fault",
    ]


@given(st.integers(0, 255), st.integers(2, 400), st.integers(2, 400))
def test_any_picture_can_be_measured(level: int, width: int, height: int) -> None:
    grey = np.full((height, width), level, np.uint8)
    assert measures.steepness(grey) is None
    assert measures.is_black(grey) is (level <= 20)
    assert measures.is_white(grey) is (level >= 250)
    if height >= 8 and width >= 8:
        assert measures.changed_share(grey, grey) == 0
