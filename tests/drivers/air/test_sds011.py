"""The Nova sensor where time matters, and what it is told."""

import pytest

from agent.drivers.base import Acts, Refused
from agent.drivers.codecs import sds011
from agent.line.asking import NoAnswer
from tests.drivers.air.clock import Clock, asked, plain, polled, talks
from tests.drivers.wires import Script, build, command, now

AIR = bytes.fromhex("aac0d4043a0aa1601dab")
TOLD = [("pm2_5", 123.6, "good"), ("pm10", 261.8, "good")]


def reply(*data: int) -> bytes:
    body = bytes(data).ljust(4, b"\0") + b"\xa1\x60"
    return b"\xaa\xc5" + body + bytes((sum(body) & 0xFF, 0xAB))


WAKE = (sds011.encode(6, 1, 1), reply(6, 1, 1))
MODE = (sds011.encode(2), reply(2, 0, 1))
MEASURE = (sds011.encode(4), AIR)
SLEEP = (sds011.encode(6, 1, 0), reply(6, 1, 0))


async def test_duty_wakes_measures_once_and_sleeps() -> None:
    driver, clock = asked("sds011", mode="duty", duty_s=300), Clock()
    assert await polled(driver, clock, 0, WAKE, MODE) == []
    assert await polled(driver, clock, 3) == []
    assert await polled(driver, clock, 10, MEASURE) == []
    assert await polled(driver, clock, 30, MEASURE, SLEEP) == TOLD
    assert await polled(driver, clock, 31) == []
    assert await polled(driver, clock, 300, WAKE, MODE) == []


async def test_a_query_is_asked_again_and_again() -> None:
    driver, clock = asked("sds011", mode="query", warm_s=0), Clock()
    assert await polled(driver, clock, 0, WAKE, MODE) == []
    for s in (1, 2, 3):
        assert await polled(driver, clock, s, MEASURE) == TOLD


async def test_asleep_it_is_what_it_was() -> None:
    driver, clock = asked("sds011", mode="duty", duty_s=300), Clock()
    await polled(driver, clock, 0, WAKE, MODE)
    with pytest.raises(NoAnswer):
        await polled(driver, clock, 30, (sds011.encode(4), b""))
    with pytest.raises(NoAnswer):
        await polled(driver, clock, 31, (sds011.encode(6, 1, 1), b""))
    assert await polled(driver, clock, 32, WAKE, MODE) == []
    assert await polled(driver, clock, 33) == []


async def test_a_sleep_that_is_not_confirmed_is_no_measurement_lost_for_ever() -> None:
    driver, clock = asked("sds011", mode="duty", duty_s=300), Clock()
    await polled(driver, clock, 0, WAKE, MODE)
    with pytest.raises(NoAnswer):
        await polled(driver, clock, 30, MEASURE, (SLEEP[0], AIR))
    assert await polled(driver, clock, 31, WAKE, MODE) == []


@pytest.mark.parametrize("minutes", [-1, 31, True, 1.0, "5", None])
async def test_a_period_that_is_none_is_refused(minutes: object) -> None:
    driver = build("sds011")
    assert isinstance(driver, Acts)
    with pytest.raises(Refused):
        await driver.act(Script([]), command("period", minutes=minutes), now)  # type: ignore[arg-type]  # on purpose


def test_a_stream_is_told_frame_by_frame() -> None:
    driver, clock = talks("sds011"), Clock()
    assert plain(driver.heard(AIR + AIR[:4], clock())) == TOLD
    assert plain(driver.heard(AIR[4:], clock())) == TOLD
    assert plain(driver.heard(reply(6, 1, 1), clock())) == []
