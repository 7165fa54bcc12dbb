"""What is done to every driver of the radio, and what must hold then.

As ``harms.py`` is for wires: a function per column, and ``not_for`` tells why one says nothing of a
device.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from agent.drivers.register import REGISTER
from agent.supervisor.presence import NO_ANSWER, SILENT, WIRE_DOWN
from agent.supervisor.radio_rhythm import FALLBACK_S
from tests.conformance.air import ADDRESS, AirCard, Flight

Trial = Callable[[AirCard, Path], Awaitable[None]]


async def clean(card: AirCard, folder: Path) -> None:
    """near, and nothing in the way: what it says is told, nothing else is"""
    flight = Flight(card, folder)
    async with flight.running():
        await _while(flight)
    _alive(flight)


async def lost(card: AirCard, folder: Path) -> None:
    """half of its advertisements are not heard"""
    flight = Flight(card, folder)
    flight.aether.wrongs.lost = 0.5
    async with flight.running():
        await _while(flight)
        await _while(flight)
    _alive(flight)
    assert not flight.kinds("device_away")


async def repeated(card: AirCard, folder: Path) -> None:
    """each advertisement is heard three times: told once"""
    flight = Flight(card, folder)
    flight.aether.wrongs.times = 3
    async with flight.running():
        await _while(flight)
    _alive(flight)
    assert len(flight.claims()) <= sum(len(meaning) for _, meaning in flight.aether.said)
    assert "replayed" not in [e.data["fault"] for e in flight.kinds("fault_reported")]


async def replayed(card: AirCard, folder: Path) -> None:
    """recorded and sent again an hour later: not believed"""
    flight = Flight(card, folder)
    async with flight.running():
        await _while(flight)
        flight.stand.mute = True
        await asyncio.sleep(3600)
        before = len(flight.claims())
        flight.aether.replay()
        assert len(flight.claims()) == before
        flight.stand.mute = False
        await _while(flight)
        assert len(flight.claims()) > before


async def flipped(card: AirCard, folder: Path) -> None:
    """one bit of each advertisement is flipped: never believed"""
    flight = Flight(card, folder)
    flight.aether.wrongs.flip = True
    async with flight.running():
        await _while(flight)
        await _while(flight)
    assert not flight.claims()


async def cut(card: AirCard, folder: Path) -> None:
    """the end of each advertisement is missing: nothing is invented"""
    flight = Flight(card, folder)
    flight.aether.wrongs.cut = True
    async with flight.running():
        await _while(flight)
        flight.aether.wrongs.cut = False
        before = len(flight.claims())
        await _while(flight)
        assert len(flight.claims()) > before
    assert not flight.invented()
    assert not flight.kinds("device_broke")


async def foreign(card: AirCard, folder: Path) -> None:
    """the same from another address: nobody listens"""
    flight = Flight(card, folder)
    flight.aether.wrongs.foreign = True
    async with flight.running():
        await _while(flight)
    assert not flight.claims()
    assert not flight.kinds("device_back")


async def silence(card: AirCard, folder: Path) -> None:
    """silent: away once, back once"""
    flight = Flight(card, folder)
    async with flight.running():
        await _while(flight)
        assert [e.data["reason"] for e in flight.kinds("device_back")] == ["first"]
        flight.stand.mute = True
        flight.stand.move(in_range=False)
        await asyncio.sleep(2 * FALLBACK_S)
        assert [e.data["reason"] for e in flight.kinds("device_away")] in ([SILENT], [NO_ANSWER])
        flight.stand.mute = False
        flight.stand.move(in_range=True)
        await asyncio.sleep(2 * FALLBACK_S)
        assert len(flight.kinds("device_back")) == 2
        assert len(flight.kinds("device_away")) == 1


async def gone(card: AirCard, folder: Path) -> None:
    """the adapter is pulled out and put back: away once, back once, and well"""
    flight = Flight(card, folder)
    async with flight.running():
        await _while(flight)
        flight.aether.pull()
        await asyncio.sleep(20)
        assert [e.data["reason"] for e in flight.kinds("device_away")] == [WIRE_DOWN]
        before = len(flight.claims())
        flight.aether.plug()
        await _while(flight)
        await _while(flight)
        assert len(flight.kinds("device_back")) == 2
        assert len(flight.kinds("device_away")) == 1
        assert len(flight.claims()) > before
    _alive(flight)


async def link_lost(card: AirCard, folder: Path) -> None:
    """the link breaks now and then, in the middle of things"""
    flight = Flight(card, folder)
    async with flight.running():
        for _ in range(4):
            await _while(flight, 3)
            flight.aether.drop(ADDRESS)
        await _while(flight)
        await _while(flight)
    assert len(flight.claims()) >= card.least
    assert not flight.invented()
    assert not flight.kinds("device_broke")


async def doubled(card: AirCard, folder: Path) -> None:
    """each notification comes twice"""
    await _notified(card, folder, "doubled")


async def split(card: AirCard, folder: Path) -> None:
    """a frame in two notifications, or three in one"""
    await _notified(card, folder, "split")
    await _notified(card, folder, "glue")


AIR_HARMS: Mapping[str, Trial] = MappingProxyType(
    {
        trial.__name__: trial
        for trial in (
            *(clean, lost, repeated, replayed, flipped, cut, foreign, silence, gone),
            *(link_lost, doubled, split),
        )
    }
)


def not_for(harm: str, card: AirCard) -> str:
    """Why this says nothing of that device; empty if it does."""
    radio = REGISTER[card.driver].radio
    assert radio is not None
    says = "" if radio.link == "never" else "what it says comes over a link"
    linked = "it is never linked to" if radio.link == "never" else ""
    why = {
        "lost": "" if radio.link != "kept" else says,
        "repeated": says or ("" if card.once else "each is news: it tells how near it is"),
        "replayed": says or card.open,
        "flipped": says or card.unchecked,
        "cut": says,
        "foreign": says,
        "silence": card.silent,
        "link_lost": linked,
        "doubled": linked or ("" if radio.notify else "it notifies nothing"),
        "split": linked or ("" if radio.notify else "it notifies nothing"),
    }
    return why.get(harm, "")


async def _notified(card: AirCard, folder: Path, wrong: str) -> None:
    flight = Flight(card, folder)
    setattr(flight.aether.wrongs, wrong, True)
    async with flight.running():
        await _while(flight)
    _alive(flight)


async def _while(flight: Flight, part: int = 1) -> None:
    """With the card's command in its middle."""
    seconds = flight.card.seconds / part
    await asyncio.sleep(seconds / 2)
    if flight.card.act:
        await flight.act()
    await asyncio.sleep(seconds / 2)


def _alive(flight: Flight) -> None:
    card = flight.card
    assert len(flight.claims()) >= card.least
    assert not flight.invented(), flight.invented()[:3]
    assert not flight.kinds("device_broke")
    if card.act:
        assert flight.kinds("command_done")
        assert flight.told()
