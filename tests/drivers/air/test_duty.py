"""Waking, measuring and sleeping, in the real line and keeper against the simulated sensors."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.conformance.cards import cards
from tests.conformance.world import Play
from tests.supervisor.jumping import JumpingLoop

HOUR = 3600.0
OPTIONS: Mapping[str, object] = {"mode": "duty", "duty_s": 600}


def played(driver: str, seconds: float, **sim: object) -> Play:
    """An undisturbed run of so many seconds."""

    async def run() -> Play:
        card = replace(cards()[driver], life=None, act=None)
        play = Play(card, more=dict(sim), options=dict(OPTIONS))
        async with play.running():
            await asyncio.sleep(seconds)
        return play

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(run())


def told(play: Play, what: str) -> int:
    return sum(line.get("truth") == "told" and line["what"] == what for line in play.truth)


@pytest.mark.parametrize(("driver", "wake", "each"), [("pms", "wake", 3), ("sds011", "work", 2)])
def test_six_measurements_an_hour_and_three_minutes_of_laser(
    driver: str, wake: str, each: int
) -> None:
    play = played(driver, HOUR - 1)
    assert told(play, wake) == told(play, "sleep") == 6
    assert len(play.claims()) == 6 * each
    assert not play.invented()
    assert [e.data["reason"] for e in play.kinds("device_back")] == ["first"]
    assert not play.kinds("device_away")


@pytest.mark.parametrize("driver", ["pms", "sds011"])
def test_one_that_dies_is_away_once_and_comes_back_once(driver: str) -> None:
    async def run() -> Play:
        play = Play(replace(cards()[driver], life=None, act=None), options=dict(OPTIONS))
        async with play.running():
            await asyncio.sleep(100)
            play.mute("dev", on=True)
            await asyncio.sleep(HOUR)
            play.mute("dev", on=False)
            await asyncio.sleep(HOUR)
        return play

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        play = runner.run(run())
    assert len(play.kinds("device_away")) == 1
    assert play.kinds("device_back")[0].data["reason"] == "first"
    assert len(play.kinds("device_back")) == 2
    assert not play.invented()
