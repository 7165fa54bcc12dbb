"""Modbus devices: how one is found, and what is looked at to know it.

A device is found by function 3 at register 0: whoever is there answers, if only with a refusal.
Then the registers are read by which a driver, or a map that comes with the box, knows its device;
each alone, because a device refuses a whole question for one register that it has not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.drivers.air.maps import NAMES, shipped
from agent.drivers.codecs import modbus
from agent.drivers.codecs.base import search
from agent.drivers.codecs.modbus_frames import (
    READ_COILS,
    READ_INPUT_REGISTERS,
    READ_INPUTS,
    READ_REGISTERS,
    REFUSED,
    Exceptional,
    Frame,
    Reply,
)
from agent.line.asking import Answer, Found

BAUDS = (9600, 4800, 19_200, 2400, 115_200)
"""As delivered: 9600; Renke 4800; weighers 19200; precise WitMotion sensors 115200."""

DELIVERED = (1, 2, 0x50)
"""Nearly all as 1; DFRobot's wind sensors as 2; WitMotion's sensors as 50 (hex)."""

USUAL = (*DELIVERED, *range(3, 17))
MOST_ADDRESS = 247  # Modbus over serial line V1.02, 2.2; 0 is everybody, and nobody answers
ANYBODY = 0xFF  # Renke and JXBS hear it
FAMILY = 0x07D0  # where these have their address, and their baud rate behind it
NOBODYS = 0x7A31  # a register of no table: who answers this answers anything


@dataclass(frozen=True, slots=True, order=True)
class Look:
    function: int
    start: int
    count: int = 1

    def question(self, address: int) -> bytes:
        return modbus.read(address, self.function, self.start, self.count)

    def answer(self, address: int) -> Answer[Frame]:
        if self.function in (READ_COILS, READ_INPUTS):
            return modbus.answer_bits(address, self.function, self.count)
        return modbus.answer_registers(address, self.function, self.count)

    @property
    def expect(self) -> int:
        bits = self.function in (READ_COILS, READ_INPUTS)
        return 5 + ((self.count + 7) // 8 if bits else 2 * self.count)


PRESENCE = Look(READ_REGISTERS, 0)
COILS, INPUTS = Look(READ_COILS, 0, 8), Look(READ_INPUTS, 0, 8)
RENKE = Look(READ_REGISTERS, FAMILY, 2)
NONSENSE = Look(READ_REGISTERS, NOBODYS)
WEIGHER = tuple(Look(READ_REGISTERS, at, n) for at, n in ((8, 1), (0x50, 2), (0x52, 2), (0x54, 2)))
GRAVITY, TILT = Look(READ_REGISTERS, 0x34, 3), Look(READ_REGISTERS, 0x3D, 3)
LASER = Look(READ_REGISTERS, 0x34)
FIRST_INPUT = Look(READ_INPUT_REGISTERS, 0)


def _of_maps() -> tuple[Look, ...]:
    spans = (field.span for name in NAMES for field in shipped(name).fields)
    return tuple(Look(span.function, span.start, span.count) for span in spans)


LOOKS: tuple[Look, ...] = tuple(
    dict.fromkeys(
        (
            *(PRESENCE, Look(READ_REGISTERS, 1), COILS, INPUTS, RENKE, NONSENSE, FIRST_INPUT),
            *(*WEIGHER, GRAVITY, TILT, LASER),
            *_of_maps(),
        )
    )
)
"""All that a device is asked, each once; in any order."""


@dataclass(frozen=True, slots=True)
class Seen:
    """``words`` or bits of what was answered, ``refused`` with the codes of the rest; what is in
    neither was not answered at all."""

    words: Mapping[Look, Sequence[int]]
    refused: Mapping[Look, int]

    def has(self, *looks: Look) -> bool:
        return all(look in self.words for look in looks)

    def word(self, look: Look) -> int | None:
        return self.words[look][0] if look in self.words else None


def anyone(heard: bytes) -> Found[int] | None:
    """The address of the first device that answers a reading of registers, whoever was asked.

    A slow device may answer while its neighbour is being asked; it is there all the same.
    """

    def wanted(frame: Frame) -> bool:
        if isinstance(frame, Exceptional):
            return frame.fc == READ_REGISTERS | REFUSED
        return isinstance(frame, Reply) and frame.fc == READ_REGISTERS and len(frame.data) == 2

    found = search(modbus.take, heard, wanted)
    return None if found is None else Found(found.value.addr, found.start, found.end)


def words(look: Look, frame: Frame) -> tuple[int, ...]:
    """Of an answer that is no refusal."""
    if not isinstance(frame, Reply):
        return ()
    return tuple(frame.data) if look.function in (READ_COILS, READ_INPUTS) else frame.regs
