"""Listening to a port at one setting after the other.  Not one byte is sent."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agent.config.settings import Bus
from agent.drivers.probes.ears import Ears
from agent.links.base import Link, LinkDown
from agent.links.open import open_link

WINDOW_S = 1.2
"""Nearly all talkers say something twice a second, or once."""

BAUDS = (9600, 4800, 2400, 1200, 19_200, 115_200)
FORMATS = ("8N1", "7E1")
LIKELY = (9600, 115_200, 4800, 2400, 19_200, 1200)
MOST_S = 20.0  # at one setting, however much seems to begin


@dataclass(frozen=True, slots=True)
class Setting:
    baud: int
    format: str = "8N1"

    def bus(self, port: str, *, echo: bool = False) -> Bus:
        return Bus(id="scan", port=port, baud=self.baud, format=self.format, echo=echo)


async def listen(port: str, setting: Setting, seconds: float, *, eager: bool = False) -> Ears:
    """All that is heard within ``seconds``, and a while longer if something has begun.

    ``eager``: no longer than ``WINDOW_S`` after the first bytes.  LinkDown.
    """
    link = await open_link(setting.bus(port))
    try:
        return await _listen(link, seconds, eager=eager)
    finally:
        await link.aclose()


async def _listen(link: Link, seconds: float, *, eager: bool) -> Ears:
    loop, ears = asyncio.get_running_loop(), Ears()
    began = moved = loop.time()
    end, frames = began + seconds, 0
    while True:
        wait_until = min(max(end, moved + ears.patience()), max(end, began + MOST_S))
        try:
            async with asyncio.timeout_at(wait_until):
                data = await link.receive()
        except TimeoutError:
            return ears
        if loop.time() >= wait_until:  # a talker never lets the clock win
            return ears
        if eager and not ears.heard:
            end = min(end, loop.time() + WINDOW_S)
        ears.feed(data)
        if ears.frames > frames:
            frames, moved = ears.frames, loop.time()


async def first_understood(
    port: str, settings: Sequence[Setting], seconds: float, *, eager: bool = False
) -> tuple[Setting | None, Ears]:
    """The first setting at which anything is understood; None, and what was heard in all.

    LinkDown if the port cannot be opened at the first of them; a setting that an adapter refuses
    later is left out.
    """
    noise = Ears()
    for number, setting in enumerate(settings):
        try:
            ears = await listen(port, setting, seconds, eager=eager)
        except LinkDown:
            if number == 0:
                raise
            continue
        if ears.sightings():
            return setting, ears
        noise.heard += ears.heard
    return None, noise
