"""A slope is asked more often while a command wants it, and never told to forget its baseline."""

import asyncio
from dataclasses import replace

import pytest

from agent.config.settings import Device
from agent.drivers.base import Hurries, Refused
from agent.drivers.register import REGISTER
from agent.model.messages import Event
from tests.conformance.card import Card
from tests.conformance.cards import cards
from tests.conformance.world import Play
from tests.drivers.wires import AT, Script, build, command, now
from tests.supervisor.jumping import jumping

SLOPES = ("wit-tilt-485", "rion", "bwsensing", "laser-crack", "rain-gauge")
CARD: Card = cards()["rion"]


@pytest.mark.parametrize("name", SLOPES)
async def test_a_command_sets_the_pace_for_its_time_and_no_longer(name: str) -> None:
    driver = build(name, 1)
    assert isinstance(driver, Hurries)
    assert driver.pace(AT) is None
    act = getattr(driver, "act")  # noqa: B009  # of each of them
    (told,) = await act(Script([]), command("sample", every_s=0.5, for_s=60), now)
    assert isinstance(told, Event)
    assert told.data == {"every_s": 0.5, "for_s": 60.0}
    assert driver.pace(replace(AT, mono_ns=AT.mono_ns + 59 * 10**9)) == 0.5
    assert driver.pace(replace(AT, mono_ns=AT.mono_ns + 60 * 10**9)) is None
    await act(Script([]), command("sample", every_s=2, for_s=60), now)
    await act(Script([]), command("relax"), now)
    assert driver.pace(AT) is None


@pytest.mark.parametrize(
    "args",
    [{}, {"every_s": 0.1, "for_s": 60}, {"every_s": 1}, {"every_s": 1, "for_s": 1e9},
     {"every_s": True, "for_s": 60}, {"every_s": "1", "for_s": 60}, {"every_s": 60, "for_s": 1}],
)  # fmt: skip
async def test_a_pace_that_is_none_changes_nothing(args: dict[str, float]) -> None:
    driver = build("rion", 0)
    with pytest.raises(Refused):
        await driver.act(Script([]), command("sample", **args), now)  # type: ignore[union-attr]  # it acts
    assert isinstance(driver, Hurries)
    assert driver.pace(AT) is None


@pytest.mark.parametrize("name", SLOPES)
def test_no_slope_sensor_can_be_told_to_set_its_zero(name: str) -> None:
    assert set(REGISTER[name].does) == {"sample", "relax"}


@jumping
async def test_the_next_poll_comes_at_once_and_the_pace_beats_the_configuration() -> None:
    play = Play(CARD)
    async with play.running():
        device: Device = play.keeper._devices["dev"].talker.device
        play.keeper._devices["dev"].talker.device = replace(device, every=60.0)
        await asyncio.sleep(130)
        slow = len(play.meanings())
        assert slow <= 4
        await play.act()
        await asyncio.sleep(10)
        assert 19 <= len(play.meanings()) - slow <= 21
        await asyncio.sleep(130)
        assert len(play.meanings()) - slow <= 44
    assert not [line for line in play.truth if line.get("what") == "zero"]
    assert isinstance(play.kinds("sampling_changed")[0], Event)
