"""One wire at one setting, on which one question after the other is asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from agent.config.settings import Bus
from agent.drivers.probes.ears import Ears
from agent.line.asking import Answer, Found, Manners, NoAnswer, T
from agent.line.line import Line
from agent.links.base import Link, LinkDown
from agent.links.open import open_link
from cli.scan.listening import Setting

QUIET_S = 0.03
"""After a question that was not answered.  Short: whoever answers late says his address, or is
asked again."""


class Questions(Protocol):
    """``evidence``: the last answer.  ``noise``: what came and answered nothing."""

    evidence: bytes
    noise: bytes

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int, patience: float
    ) -> T | None:
        """None if nobody answered.  LinkDown if the wire goes."""
        ...

    async def rest(self, seconds: float) -> None:
        """Ask nothing for so long."""
        ...


class Asker:
    """``Questions`` on a port.  ``echoes``: how many of them came back in full."""

    def __init__(self, link: Link, bus: Bus, ears: Ears) -> None:
        self._ears, self._since = ears, b""
        self.line = Line(link, bus, heard=self.heard, tap=self._passes)
        self.evidence, self.noise, self.echoes = b"", b"", 0

    def heard(self, data: bytes) -> None:
        self.noise = (self.noise + data)[-512:]
        self._ears.feed(data)

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int, patience: float
    ) -> T | None:
        def look(heard: bytes) -> Found[T] | None:
            found = answer(heard)
            if found is not None:
                self.evidence = heard[found.start : found.end]
            return found

        seat = self.line.seat(0, Manners(patience=patience, quiet=QUIET_S, attempts=1))
        try:
            return await seat.ask(request, look, expect=expect)
        except NoAnswer:
            return None
        finally:
            self.echoes += self._since.startswith(request)

    async def rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _passes(self, who: str, data: bytes) -> None:
        self._since = b"" if who == "host" else self._since + data


@asynccontextmanager
async def asker(
    port: str, setting: Setting, ears: Ears, *, echo: bool = False
) -> AsyncIterator[Asker]:
    """LinkDown if it cannot be opened."""
    bus = setting.bus(port, echo=echo)
    link = await open_link(bus)
    wire = Asker(link, bus, ears)
    pump = asyncio.ensure_future(wire.line.pump())
    try:
        yield wire
    finally:
        pump.cancel()
        with suppress(asyncio.CancelledError, LinkDown):
            await pump
        await link.aclose()
