"""What is done to every driver, and what must hold then.  One function per column of the table.

Each takes a card, plays a minute or two of a wire's life and asserts; the docstring is what the
page of devices says about it.  ``not_for`` tells why a harm says nothing of a device.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from agent.drivers.base import Acts, Listens, Model, Polls, Seat, Talks
from agent.drivers.register import REGISTER
from agent.supervisor.presence import NO_ANSWER, SILENT, WIRE_DOWN
from tests.conformance.card import Card
from tests.conformance.world import Play

Trial = Callable[[Card], Awaitable[None]]

A_WHILE = 30.0  # seconds; longer than any driver's silence or three polls of one that is away
FRESH = 2.0
"""Seconds from the wire to the message; a frame that is older was kept somewhere."""


async def clean(card: Card) -> None:
    """on a good wire: what it says is told, what it is told it does, nothing else is said"""
    play = Play(card)
    async with play.running():
        await _minute(play)
    _alive(play)


async def chopped(card: Card) -> None:
    """byte by byte, frames cut anywhere"""
    await _harmless(card, "chop")


async def glued(card: Card) -> None:
    """held back by the adapter, several frames at once"""
    await _harmless(card, "glue", hold_s=0.15)


async def noisy(card: Card) -> None:
    """bytes inserted, lost and doubled: nothing is invented, and afterwards all is well"""
    play = Play(card)
    async with play.running():
        for harm in ("noise", "drop", "dup"):
            play.harm(harm, 0.004)
        await _minute(play)
        play.heal()
        before = len(play.claims())
        await _minute(play)
        assert len(play.claims()) - before >= card.least // 2
    if not card.unchecked:
        assert not play.invented()


async def flipped(card: Card) -> None:
    """one bit of a frame flipped: never believed"""
    play = Play(card)
    async with play.running():
        play.harm("bit", 0.5)
        await _minute(play)
        await _minute(play)
    struck = [line for line in play.truth if "bit" in line.get("harm", ())]
    assert struck or not play.meanings()
    assert not play.invented()


async def late(card: Card) -> None:
    """an answer that comes late is not taken for the next one, nor for a neighbour's"""
    play = Play(card, ids=_pair(card))
    async with play.running():
        play.harm("late", 0.3, late_s=0.7)
        await _minute(play)
        play.heal()
        await _minute(play)
    for device in play.ids:
        assert not play.invented(device)


async def echo(card: Card) -> None:
    """an adapter that repeats our own words: never taken for the device's"""
    for known in (True, False):
        play = Play(card, echo=known)
        async with play.running():
            play.harm("echo")
            await _minute(play)
        assert not play.invented()
        if known:
            _alive(play)
    if card.act and card.confirms:
        play = Play(card, echo=True)
        async with play.running():
            play.harm("echo")
            play.mute("dev", on=True)
            await asyncio.sleep(1)
            await play.act()
        assert not play.kinds("command_done")


async def silence(card: Card) -> None:
    """silent: away once, back once"""
    play = Play(card)
    model = REGISTER[card.driver]
    driver = model.build(_seat(card, model))
    quiet = driver.silence if isinstance(driver, Talks) else 0.0
    every = driver.every if isinstance(driver, Polls) else 0.0
    async with play.running():
        await _minute(play)
        assert [e.data["reason"] for e in play.kinds("device_back")] == ["first"]
        play.mute("dev", on=True)
        await asyncio.sleep(A_WHILE + quiet + 4 * every)
        assert [e.data["reason"] for e in play.kinds("device_away")] in ([NO_ANSWER], [SILENT])
        play.mute("dev", on=False)
        await asyncio.sleep(A_WHILE + quiet + 25 * every)
        assert len(play.kinds("device_back")) == 2
        assert len(play.kinds("device_away")) == 1


async def unplugged(card: Card) -> None:
    """pulled out and put back: away once, back once, and well"""
    play = Play(card)
    async with play.running():
        await _minute(play)
        back = len(play.kinds("device_back"))
        play.unplug()
        await asyncio.sleep(20)
        assert [e.data["reason"] for e in play.kinds("device_away")] == [WIRE_DOWN]
        play.plug()
        await _minute(play)
        assert len(play.kinds("device_back")) == back + 1
        assert len(play.kinds("device_away")) == 1
    _alive(play)


async def stale(card: Card) -> None:
    """the box is held up: what its kernel kept meanwhile is not told as if it were now"""
    play = Play(card)
    async with play.running():
        await _minute(play)
        play.stall(20)
        began = asyncio.get_running_loop().time()
        await _minute(play)
    spoken = play.meanings()
    for at, claim in play.claims():
        if at >= began:
            fresh = (m for then, m in spoken if at - FRESH <= then <= at + FRESH)
            assert card.borne_out(claim, fresh), (at - began, claim)


async def misbehaving(card: Card) -> None:
    """as the fact sheets say that this device misbehaves"""
    for each in card.misbehaves:
        play = Play(card, more=dict(each.options), options=dict(each.drivers))
        async with play.running():
            await _minute(play)
        assert not play.invented(), (each.en, play.invented()[:3])
        assert not play.kinds("device_broke"), each.en


HARMS: Mapping[str, Trial] = MappingProxyType(
    {
        trial.__name__: trial
        for trial in (
            *(clean, chopped, glued, noisy, flipped, late, echo, silence, unplugged, stale),
            misbehaving,
        )
    }
)


def not_for(harm: str, card: Card) -> str:
    """Why this says nothing of that device; empty if it does."""
    model = REGISTER[card.driver]
    driver = model.build(_seat(card, model))
    asks = isinstance(driver, Polls | Acts)
    why = {
        "flipped": card.unchecked,
        "late": "" if asks else "it is never asked",
        "echo": "" if asks else "it is never told anything",
        "silence": "" if isinstance(driver, Polls | Talks) else "it may be silent for days",
        "stale": card.stale or ("" if isinstance(driver, Listens) else "it says nothing unasked"),
        "misbehaving": "" if card.misbehaves else "nothing is known against it",
    }
    return why.get(harm, "")


async def _harmless(card: Card, harm: str, **more: float) -> None:
    play = Play(card)
    async with play.running():
        play.harm(harm, **more)
        await _minute(play)
    _alive(play)


async def _minute(play: Play) -> None:
    """With the card's command in its middle."""
    await asyncio.sleep(play.card.seconds / 2)
    if play.card.act:
        await play.act()
    await asyncio.sleep(play.card.seconds / 2)


def _alive(play: Play) -> None:
    card = play.card
    assert len(play.claims()) >= card.least
    assert not play.invented()
    assert not play.kinds("device_broke")
    if card.act:
        failed = play.kinds("command_failed")
        assert play.kinds("command_done"), failed
        assert not failed
        assert play.told() or not card.told


def _pair(card: Card) -> tuple[str, ...]:
    """Two of them where two can hang on one pair."""
    return ("dev", "other") if card.address is not None else ("dev",)


def _seat(card: Card, model: Model) -> Seat:
    return Seat(device="dev", address=card.address, options=model.options(**card.options))
