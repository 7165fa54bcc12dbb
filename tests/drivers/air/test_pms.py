"""The Plantower sensor where time matters: warm-up, the zero frame, sleep."""

import pytest

from agent.drivers.codecs import pms
from agent.line.asking import NoAnswer
from tests.drivers.air.clock import Clock, Said, asked, plain, polled, talks

PASSIVE, READ = pms.encode(pms.REPORTS), pms.encode(pms.REPORT)
WAKE, SLEEP = pms.encode(pms.SLEEP, 1), pms.encode(pms.SLEEP)


def frame(pm2_5: int, error: int = 0) -> bytes:
    words = (pm2_5, pm2_5, pm2_5, pm2_5 - 1, pm2_5, pm2_5 + 1, 900, 300, 50, 9, 2, 1)
    body = b"\x42\x4d\x00\x1c" + b"".join(w.to_bytes(2) for w in words) + bytes((0x97, error))
    return body + sum(body).to_bytes(2)


ZERO = bytes.fromhex("424d001c" + "00" * 26 + "00ab")


def told(pm2_5: int, quality: str = "good") -> list[Said]:
    values = zip(("pm1", "pm2_5", "pm10"), (pm2_5 - 1, pm2_5, pm2_5 + 1), strict=True)
    return [(name, float(value), quality) for name, value in values]


def heard(*frames: tuple[float, bytes], warm_s: float = 30.0) -> list[list[Said]]:
    driver, clock, said = talks("pms", warm_s=warm_s), Clock(), list[list[Said]]()
    for at_s, data in frames:
        clock.s = at_s
        said.append(plain(driver.heard(data, clock())))
    return said


def test_what_talks_when_it_is_found_may_be_new_and_is_doubted() -> None:
    said = heard(*((float(s), frame(20)) for s in range(32)))
    assert said[0] == said[29] == told(20, "suspect")
    assert said[30] == said[31] == told(20)


def test_the_zero_frame_is_dropped_and_the_warm_up_behind_it() -> None:
    said = heard((100, ZERO), *((100.0 + s, frame(20)) for s in range(1, 32)))
    assert said[:30] == [[]] * 30
    assert said[30] == told(20)


def test_a_zero_frame_in_the_middle_begins_a_warm_up() -> None:
    said = heard((0, frame(9)), (1, ZERO), (2, frame(9)), *((float(s), b"") for s in range(3, 30)))
    assert said[0]
    assert not any(said[1:])


def test_a_pause_begins_one_too() -> None:
    frames = [(float(s), frame(20)) for s in (0, 1, 2, 8, 9)]
    assert [bool(said) for said in heard(*frames)] == [True, True, True, False, False]
    assert heard(*frames, warm_s=0.0)[3] == told(20)


def test_no_other_bytes_make_a_pause_shorter() -> None:
    said = heard((0, frame(20)), (4, b"\x42\x4d\x00"), (8, frame(20)[3:]))
    assert said[2] == []


def test_a_fault_is_told_once_and_its_values_are_doubted() -> None:
    said = heard((0, frame(20, 8)), (1, frame(20, 8)), (2, frame(20)), (3, frame(20, 8)), warm_s=0)
    fault: Said = ("fault_reported", "error 08", "")
    assert said[0] == said[3] == [fault, *told(20, "suspect")]
    assert said[1] == told(20, "suspect")
    assert said[2] == told(20)


async def test_asked_it_is_first_told_to_be_quiet_then_warms_up() -> None:
    driver, clock = asked("pms", mode="passive"), Clock()
    assert await polled(driver, clock, 0, (PASSIVE, b"")) == []
    assert await polled(driver, clock, 4) == []
    assert await polled(driver, clock, 6, (READ, frame(3))) == []
    assert await polled(driver, clock, 29, (READ, frame(3))) == []
    assert await polled(driver, clock, 30, (READ, frame(20))) == told(20)
    assert await polled(driver, clock, 31, (READ, frame(21))) == told(21)


async def test_it_answers_as_well_while_it_talks() -> None:
    driver, clock = asked("pms", mode="passive", warm_s=0), Clock()
    assert await polled(driver, clock, 0, (PASSIVE, b"")) == []
    confirmed = bytes.fromhex("424d0004e1000174")
    assert await polled(driver, clock, 1, (READ, confirmed + frame(20) + frame(21))) == told(20)


async def test_duty_wakes_measures_once_and_sleeps() -> None:
    driver, clock = asked("pms", mode="duty", duty_s=600), Clock()
    assert await polled(driver, clock, 0, (WAKE, b"")) == []
    assert await polled(driver, clock, 10, (READ, frame(3))) == []
    assert await polled(driver, clock, 30, (READ, frame(20)), (SLEEP, b"")) == told(20)
    for s in (31, 100, 599):
        assert await polled(driver, clock, s) == []
    assert await polled(driver, clock, 600, (WAKE, b"")) == []
    assert await polled(driver, clock, 630, (READ, frame(22)), (SLEEP, b"")) == told(22)


async def test_one_that_is_away_stays_so_until_it_answers() -> None:
    driver, clock = asked("pms", mode="duty", duty_s=600), Clock()
    await polled(driver, clock, 0, (WAKE, b""))
    with pytest.raises(NoAnswer):
        await polled(driver, clock, 10, (READ, b""))
    with pytest.raises(NoAnswer):
        await polled(driver, clock, 11, (WAKE, b""))
    with pytest.raises(NoAnswer):
        await polled(driver, clock, 12)
    assert await polled(driver, clock, 20, (READ, frame(3))) == []
    assert await polled(driver, clock, 41, (READ, frame(20)), (SLEEP, b"")) == told(20)


async def test_one_that_lost_its_power_is_warmed_up_again() -> None:
    driver, clock = asked("pms", mode="passive"), Clock()
    await polled(driver, clock, 0, (PASSIVE, b""))
    assert await polled(driver, clock, 40, (READ, frame(20))) == told(20)
    assert await polled(driver, clock, 41, (READ, ZERO)) == []
    assert await polled(driver, clock, 42, (PASSIVE, b"")) == []
    assert await polled(driver, clock, 60, (READ, frame(5))) == []
    assert await polled(driver, clock, 72, (READ, frame(20))) == told(20)
