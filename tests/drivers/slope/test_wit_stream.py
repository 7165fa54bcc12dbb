"""A stream of angles becomes their mean; what a pause parts does not belong together."""

import math
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.base import Listens
from agent.drivers.slope.wit_stream import Mean, gravity
from agent.model.messages import Message, Reading
from agent.model.time import Stamp
from hwsim.devices.slope.wit_stream import ACCELERATION, ANGLE, frame, word
from tests.drivers.wires import build

SECOND = 1_000_000_000


def at(seconds: float) -> Stamp:
    return Stamp("boot", int(seconds * SECOND))


def angles(x: float, y: float) -> bytes:
    return frame(ANGLE, [word(x, 180), word(y, 180), word(0, 180)])


def stream(driver: object, said: Iterable[tuple[float, bytes]]) -> list[Message]:
    assert isinstance(driver, Listens)
    return [message for when, data in said for message in driver.heard(data, at(when))]


def values(messages: Iterable[Message]) -> list[tuple[str, float]]:
    return [(m.quantity, m.value) for m in messages if isinstance(m, Reading)]


def test_a_reading_is_the_mean_of_its_span() -> None:
    tenths = [(n / 10, angles(10 + n % 2, -3)) for n in range(1, 23)]
    told = values(stream(build("wit-stream"), tenths))
    assert [name for name, _ in told] == ["tilt_x", "tilt_y"] * 2
    assert told[0][1] == pytest.approx(10.5, abs=0.06)
    assert told[1][1] == pytest.approx(-3, abs=0.01)


def test_the_mean_about_the_seam_is_not_zero() -> None:
    mean = Mean()
    for angle in (179.0, -179.0, 180.0):
        mean.add((angle, 0.0))
    assert abs(mean.degrees()[0]) == pytest.approx(180, abs=1e-6)


def test_a_pause_parts_spans_and_a_few_frames_make_no_mean() -> None:
    before = [(n / 10, angles(1, 1)) for n in range(5)]
    after = [(60 + n / 10, angles(50, 50)) for n in range(12)]
    told = values(stream(build("wit-stream"), [*before, *after]))
    assert told
    assert all(value == pytest.approx(50, abs=0.01) for _, value in told)
    slow = [(n * 0.9, angles(1, 1)) for n in range(10)]
    assert not stream(build("wit-stream"), slow)


def test_gravity_alone_gives_the_angle_and_the_other_frames_are_left() -> None:
    x, y = math.radians(12), math.radians(-7)
    pull = (-math.sin(y), math.sin(x) * math.cos(y), math.cos(x) * math.cos(y))
    still = frame(ACCELERATION, [word(g, 16) for g in pull])
    said = [(n / 10, still + angles(90, 90)) for n in range(12)]
    told = values(stream(build("wit-stream", source="gravity"), said))
    assert [round(value) for _, value in told] == [12, -7]


@given(st.floats(-85, 85), st.floats(-85, 85))
def test_gravity_finds_what_tilted_it(roll: float, pitch: float) -> None:
    x, y = math.radians(roll), math.radians(pitch)
    pull = (-math.sin(y), math.sin(x) * math.cos(y), math.cos(x) * math.cos(y))
    assert gravity(*pull) == pytest.approx((roll, pitch), abs=1e-6)
