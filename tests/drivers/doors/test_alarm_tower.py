"""An alarm tower takes every word that it knows, and shows it."""

import asyncio
from dataclasses import replace

import pytest

from agent.drivers.base import Acts, Polls
from agent.drivers.doors.alarm_tower import RHYTHMS
from agent.line.asking import NoAnswer
from tests.conformance.cards import cards
from tests.conformance.world import Play
from tests.drivers.doors.played import Played
from tests.drivers.wires import build, command, now
from tests.supervisor.jumping import jumping


def tower(**options: object) -> Acts:  # type: ignore[type-arg]  # of a wire
    driver = build("alarm-tower", 1, **options)
    assert isinstance(driver, Acts)
    assert not isinstance(driver, Polls)
    return driver


@pytest.mark.parametrize("rhythm", RHYTHMS)
async def test_all_rhythms_are_shown(rhythm: str) -> None:
    wire = Played("alarm-tower", 1)
    for channel in range(1, 5):
        await tower().act(wire, command("blink", channel=channel, rhythm=rhythm), now)
        await tower().act(wire, command("off", channel=channel), now)
    shown = [(line["channel"], line["state"]) for line in wire.happened("blink", "off")]
    assert shown == [(channel, state) for channel in range(1, 5) for state in (rhythm, "off")]


async def test_colours_may_stand_anywhere() -> None:
    wire = Played("alarm-tower", 1, coils=[7, 3, 5, 1])
    await tower(red=7, yellow=3, green=5, buzzer=1).act(wire, command("on", channel=3), now)
    assert [line["channel"] for line in wire.happened("on")] == [3]


async def test_a_tower_that_is_not_there_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        await tower().act(Played("alarm-tower", 2), command("on", channel=1), now)


@jumping
async def test_a_tower_that_blinks_is_not_at_rest_and_comes_to_rest_when_the_box_stops() -> None:
    play = Play(replace(cards()["alarm-tower"], act=("blink", {"channel": 1, "rhythm": "1hz"})))
    async with play.running():
        await asyncio.sleep(5)
        await play.act()
        assert play.kinds("command_done")
    told = [line["what"] for line in play.truth if line.get("truth") == "told"]
    assert told[-2:] == ["blink", "off"]
    assert not play.kinds("command_failed")
