"""A wire in memory with devices on it, and the smallest language that shows every trap.

``?3.`` asks device 3, which answers ``!3=42.``; a careless one answers ``=42.``, as Modbus does:
the reply does not say to what.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterable

from agent.config.settings import Bus
from agent.line.asking import Answer, Found
from agent.line.line import Line
from agent.links.base import LinkDown
from tests.line.held import now

Piece = tuple[float, bytes]
"""Seconds after the request, and what comes then."""

Device = Callable[[bytes], Iterable[Piece]]


def silent(_request: bytes) -> Iterable[Piece]:
    return ()


class Wire:
    def __init__(self, device: Device = silent) -> None:
        self.device = device
        self.sent: list[Piece] = []
        self._in: asyncio.Queue[bytes] = asyncio.Queue()
        self.refused = 0
        self._gone = False

    def say(self, data: bytes, after: float = 0.0) -> None:
        asyncio.get_running_loop().call_later(after, self.say_now, data)

    def say_now(self, data: bytes) -> None:
        self._in.put_nowait(data)

    def unplug(self) -> None:
        self._gone = True
        self._in.put_nowait(b"")

    async def receive(self) -> bytes:
        data = await self._in.get()
        if not data:
            raise LinkDown("unplugged")
        return data

    async def send(self, data: bytes) -> None:
        if self._gone:
            self.refused += 1
            raise LinkDown("unplugged")
        self.sent.append((now(), data))
        for after, piece in self.device(data):
            self.say(piece, after)

    async def aclose(self) -> None:
        self.unplug()


def bus(baud: int = 9600, form: str = "8N1", *, echo: bool = False, gap: float = 0.02) -> Bus:
    return Bus(id="bus", port="/dev/null", baud=baud, format=form, echo=echo, gap=gap)


class Ears:
    """Keeps what nobody asked for."""

    def __init__(self) -> None:
        self.heard = b""

    def __call__(self, data: bytes) -> None:
        self.heard += data


@contextlib.asynccontextmanager
async def line_on(
    wire: Wire, ears: Callable[[bytes], None] = lambda _: None, on: Bus | None = None
) -> AsyncIterator[Line]:
    line = Line(wire, on or bus(), ears)
    pump = asyncio.create_task(line.pump())
    await asyncio.sleep(0)
    try:
        yield line
    finally:
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)


def value_of(device: int) -> Answer[int]:
    return _finding(rb"!%d=(\d+)\." % device)


def any_value(heard: bytes) -> Found[int] | None:
    return _finding(rb"=(\d+)\.")(heard)


def _finding(pattern: bytes) -> Answer[int]:
    def answer(heard: bytes) -> Found[int] | None:
        match = re.search(pattern, heard)
        return match and Found(int(match[1]), match.start(), match.end())

    return answer


def devices(values: dict[int, int], after: float = 0.01) -> Device:
    """Each of them answers its own question, ``after`` seconds."""

    def answers(request: bytes) -> Iterable[Piece]:
        for device, value in values.items():
            if request == b"?%d." % device:
                yield after, b"!%d=%d." % (device, value)

    return answers
