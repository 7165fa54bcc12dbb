"""The zones of a GM65, where its settings are: read, write, and write no more than was asked for.

Addresses and bits from the GM65 user manual's table of zones, as public drivers use it
(bezahl-online/gm65; Waveshare's and Newland EM3095's example programs).  A module answers a
command within its pause of 400 ms, or not at all: one with a wrong check is met by silence.
"""

from dataclasses import dataclass
from types import MappingProxyType

from agent.drivers.base import Refused
from agent.drivers.codecs import gm65
from agent.drivers.codecs.base import search
from agent.line.asking import Answer, Asks, Found

MODE, TRIGGER, SETTING_CODES, BAUD, TAIL, RESET, VERSION = 0x00, 0x02, 0x03, 0x2A, 0x60, 0xD9, 0xE0
CUTS_OFF = (BAUD, BAUD + 1, RESET)
"""Zones that would make the module deaf to us: its baud rate, and the reset to factory settings."""

_BAUD_CLOCK = 3_000_000  # 0139 is 9600, 001A is 115200
_BAUDS = (1200, 4800, 9600, 14400, 19200, 38400, 57600, 115200)
_ACK = 7  # bytes of a reply that carries one


@dataclass(frozen=True, slots=True)
class Bits:
    """Some bits of one zone.  ``mask``: which; ``value``: as they shall be."""

    zone: int
    mask: int
    value: int

    def of(self, byte: int) -> int:
        return byte & ~self.mask | self.value


CR_TAIL = Bits(TAIL, 0b0110_0001, 0b0000_0001)  # bits 6-5 which end, 00 is CR; bit 0 whether
NO_SETTING_CODES = Bits(SETTING_CODES, 0b11, 0b10)  # bit 1 off; bit 0 sends their text, too
MODES = MappingProxyType(
    {
        "manual": Bits(MODE, 0b11, 0b00),
        "command": Bits(MODE, 0b11, 0b01),
        "continuous": Bits(MODE, 0b11, 0b10),
        "induction": Bits(MODE, 0b11, 0b11),
    }
)


class Zones:
    """A module on its wire.  NoAnswer where it stays silent, Refused where it says no."""

    def __init__(self, line: Asks) -> None:
        self._line = line

    async def read(self, zone: int, count: int = 1) -> bytes:
        return await self._ask(gm65.encode("read", zone, bytes((count,))), count)

    async def write(self, zone: int, data: bytes) -> None:
        await self._ask(gm65.encode("write", zone, data), 1)

    async def save(self) -> None:
        """All zones into the flash, which wears: call it after a change only."""
        await self._ask(gm65.encode("save", 0, b"\0"), 1)

    async def settle(self, bits: Bits) -> bool:
        """Make them so, and see that they are.  Whether anything had to be changed."""
        (before,) = await self.read(bits.zone)
        if bits.of(before) == before:
            return False
        await self.write(bits.zone, bytes((bits.of(before),)))
        (after,) = await self.read(bits.zone)
        if bits.of(after) != after:
            raise Refused(f"zone {bits.zone:#06x} stays {after:#04x} 设置未生效")
        return True

    async def _ask(self, request: bytes, size: int) -> bytes:
        reply = await self._line.ask(request, _reply(size), expect=_ACK - 1 + size)
        if reply.status:
            raise Refused(f"the module says no ({reply.status:#04x}) 模块拒绝该命令")
        return reply.data


def _reply(size: int) -> Answer[gm65.Reply]:
    """With ``size`` bytes of data, or one that says no; it may stand in the middle of a code."""

    def answer(heard: bytes) -> Found[gm65.Reply] | None:
        found = search(gm65.take_framed, heard, lambda frame: _fits(frame, size))
        if found is None or not isinstance(found.value, gm65.Reply):
            return None
        return Found(found.value, found.start, found.end)

    return answer


def _fits(frame: gm65.Frame, size: int) -> bool:
    return isinstance(frame, gm65.Reply) and (len(frame.data) == size or frame.status != 0)


def baud_of(divisor: bytes) -> int:
    """The rate that a divisor, low byte first, is nearest to; bit/s."""
    rate = _BAUD_CLOCK / max(1, int.from_bytes(divisor, "little"))
    return min(_BAUDS, key=lambda known: abs(known - rate))
