"""WitMotion's means, and the one setting that is ever written."""

import struct

import pytest

from agent.drivers.codecs import witmotion
from agent.line.asking import NoAnswer
from agent.model.messages import Reading
from tests.drivers.aerial import Table, build_radio
from tests.drivers.radio.sealed import at
from tests.drivers.wires import now

VIBRATION = bytes.fromhex("5561110016000200020000000100e60a430047000a00250025002500")
ASKED = witmotion.question(witmotion.RATE)


def motion(roll: float, pitch: float = 0.0) -> bytes:
    words = [round(angle / 180 * 32768) for angle in (roll, pitch, 0)]
    clipped = [max(-32768, min(32767, word)) for word in words]
    return bytes.fromhex("5561") + struct.pack("<9h", 0, 0, 2048, 0, 0, 0, *clipped)


def rate(code: int) -> bytes:
    return bytes.fromhex("55710300") + struct.pack("<8h", code, *[0] * 7)


def heard(portions: list[tuple[float, bytes]], **options: str | float) -> list[tuple[str, float]]:
    driver = build_radio("wit-ble", None, **options)
    said = [m for second, data in portions for m in driver.heard(data, at(second))]
    return [(m.quantity, m.value) for m in said if isinstance(m, Reading)]


def test_a_reading_is_the_mean_of_its_span() -> None:
    frames = [(n / 10, motion(1.0 if n % 2 else 3.0, -2.0)) for n in range(1, 45)]
    told = heard(frames, mean_s=2.0)
    assert [name for name, _ in told] == ["tilt_x", "tilt_y"] * 2
    assert [value for _, value in told] == pytest.approx([2.0, -2.0, 2.0, -2.0], abs=0.06)


def test_the_mean_of_an_angle_that_wraps_is_not_zero() -> None:
    frames = [(n / 10, motion(179.9 if n % 2 else -179.9)) for n in range(1, 22)]
    ((_, roll), _) = heard(frames, mean_s=1.9)
    assert abs(roll) > 179.8


def test_frames_may_be_glued_and_cut_anywhere() -> None:
    stream = b"".join(motion(n / 10) for n in range(1, 41))
    for size in (1, 7, 20, 33, 60):
        cut = [stream[at_ : at_ + size] for at_ in range(0, len(stream), size)]
        driver = build_radio("wit-ble", mean_s=1.0)
        frames = [
            reading
            for number, data in enumerate(cut)
            for reading in driver.heard(data, at(10 * number * size / len(stream)))
        ]
        assert frames, size


def test_a_pause_belongs_to_no_mean() -> None:
    frames = [(n / 10, motion(1.0)) for n in range(1, 8)] + [(100 + n, motion(5.0)) for n in (0, 1)]
    assert heard(frames, mean_s=1.0) == []


def test_the_slowest_rate_still_gives_means() -> None:
    frames = [(5.0 * n, motion(1.0)) for n in range(1, 20)]
    assert heard(frames, mean_s=15.0)


def test_gravity_does_not_need_the_sensor_s_own_angle() -> None:
    tipped = bytes.fromhex("5561") + struct.pack("<9h", 0, 1024, 1774, *[0] * 6)
    told = heard([(n / 10, tipped) for n in range(1, 13)], mean_s=1.0, source="gravity")
    assert dict(told)["tilt_x"] == pytest.approx(30.0, abs=0.02)


def test_a_vibration_sensor_is_not_read_as_an_inclinometer() -> None:
    assert heard([(n / 10, VIBRATION) for n in range(50)], mean_s=1.0) == []


async def test_the_rate_is_written_where_it_is_another_one() -> None:
    line = Table(answers={ASKED: [motion(1.0), rate(6)[:9], rate(6)[9:]]})
    await build_radio("wit-ble", rate_hz=0.2).poll(line, now)
    assert [data.hex() for _, data in line.written] == [
        "ffaa270300", "ffaa6988b5", "ffaa030100", "ffaa000000",
    ]  # fmt: skip
    assert {where for where, _ in line.written} == {witmotion.WRITE}


async def test_nothing_is_written_where_it_is_right_already() -> None:
    line = Table(answers={ASKED: [rate(1)]})
    await build_radio("wit-ble", rate_hz=0.2).poll(line, now)
    assert [data for _, data in line.written] == [ASKED]


async def test_one_that_does_not_tell_its_rate_is_not_written_to() -> None:
    line = Table(answers={ASKED: [motion(1.0)]})
    with pytest.raises(NoAnswer):
        await build_radio("wit-ble", rate_hz=0.2).poll(line, now)
    assert [data for _, data in line.written] == [ASKED]


def test_without_a_wish_it_writes_nothing_at_all() -> None:
    assert not hasattr(build_radio("wit-ble"), "poll")
