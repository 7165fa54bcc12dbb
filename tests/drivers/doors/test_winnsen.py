"""A Winnsen board has no checksum: what one damaged byte may do, and what it may not."""

import pytest

from agent.drivers.base import Refused
from agent.drivers.codecs import winnsen
from agent.drivers.doors.winnsen import Winnsen
from agent.line.asking import NoAnswer
from agent.model.messages import Event
from tests.drivers.doors.played import Played
from tests.drivers.properties import flips
from tests.drivers.wires import Script, build, command, now

ORDER, QUESTION = winnsen.encode(0x05, 1, 3), winnsen.encode(0x12, 1, 3)
DONE, OPEN = bytes.fromhex("90078501030103"), bytes.fromhex("90079201030103")
SHUT = bytes.fromhex("90079201030003")


def board(**options: object) -> Winnsen:
    driver = build("winnsen", 1, **options)
    assert isinstance(driver, Winnsen)
    return driver


@pytest.mark.parametrize("over", [True, False])
async def test_a_lock_is_opened_and_falls_shut(over: bool) -> None:
    driver = board(watch=[3], reading="status-lock" if over else "lock-status")
    wire, told = Played("winnsen", 1, over=over), list[object]()
    for seconds in (0, 0, 9):
        wire.wait(seconds)
        told += [m.kind for m in await driver.poll(wire, now) if isinstance(m, Event)]
        if not wire.happened("open"):
            await driver.act(wire, command("open", channel=3), now)
    assert told == ["lock_closed", "lock_closed"]
    assert len(wire.happened("lock_opened")) == 1


async def test_a_magnet_that_must_rest_is_told_to_the_asker() -> None:
    driver, wire = board(), Played("winnsen", 1)
    await driver.act(wire, command("open", channel=3), now)
    with pytest.raises(Refused, match="频繁"):
        await driver.act(wire, command("open", channel=3), now)


async def test_no_single_damaged_answer_opens_a_door_for_the_journal() -> None:
    """Neither the board's "done" nor the lock's "open" is enough alone."""
    for damaged in (*flips(DONE), DONE):
        with pytest.raises((NoAnswer, Refused)):
            await board().act(
                Script([(ORDER, damaged), *[(QUESTION, SHUT)] * 3]), command("open", channel=3), now
            )


@pytest.mark.parametrize("reading", ["lock-status", "status-lock"])
async def test_no_single_damaged_answer_tells_of_a_change(reading: str) -> None:
    right = SHUT if reading == "lock-status" else SHUT[:4] + b"\x00\x03\x03"
    for damaged in flips(right):
        driver = board(watch=[3], reading=reading)
        await driver.poll(Script([(QUESTION, right)] * 2), now)
        try:
            told = list(await driver.poll(Script([(QUESTION, damaged), (QUESTION, right)]), now))
        except NoAnswer:
            told = []
        assert not told, damaged.hex(" ")


async def test_a_wrong_reading_is_nobody_and_never_another_lock() -> None:
    wire = Played("winnsen", 1, over=True)
    for lock in range(2, 17):
        with pytest.raises(NoAnswer):
            await board(watch=[lock]).poll(wire, now)
