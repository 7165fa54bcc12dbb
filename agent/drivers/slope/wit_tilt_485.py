"""WitMotion inclinometers on RS-485 (WT901C485, HWT905-485; HWT9053/9073 with ``width = 32``).

Angles from register 0x3D on (0x3D roll, then pitch, then yaw).  The 16-bit models give degrees as
int16 / 32768 · 180; the high-precision ones, in the **same registers**, 32-bit thousandths of a
degree, low word first.  Which one it is stands on the label, not on the wire.

The driver only reads.  It never sends the command that sets the present tilt to zero: that would
destroy the baseline that years of creep are measured against.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.drivers.base import Model, Seat
from agent.drivers.registers import read_registers
from agent.drivers.slope.angles import AXES, tilts
from agent.drivers.slope.sampling import ACTIONS, Sampling
from agent.line.asking import Asks
from agent.model.messages import Command, Message
from agent.model.time import Now, Stamp

_ANGLES = 0x3D


@dataclass(frozen=True, slots=True, kw_only=True)
class TiltOptions:
    """``width``: bits per angle.  ``heading``: also tell yaw, which drifts and turns by magnets."""

    width: Literal[16, 32] = 16
    heading: bool = False


class Tilt:
    every = 1.0

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, TiltOptions) else TiltOptions()
        self._seat, self._width = seat, options.width
        self._axes = 3 if options.heading else 2
        self._address = 0x50 if seat.address is None else seat.address
        self._sampling = Sampling(seat)

    def pace(self, at: Stamp) -> float | None:
        return self._sampling.pace(at)

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        count = 3 * self._width // 16
        registers = await read_registers(line, self._address, _ANGLES, count)
        return tilts(self._seat, now(), degrees(registers)[: self._axes])

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        del line  # nothing is ever written to a slope sensor
        return self._sampling.obey(command, now)


def degrees(registers: tuple[int, ...]) -> list[float]:
    """Three angles of three registers (int16) or of six (int32, low word first)."""
    if len(registers) == len(AXES):
        return [_signed(word, 16) * 180 / 32768 for word in registers]
    pairs = zip(registers[::2], registers[1::2], strict=True)
    return [float(Decimal(_signed(high << 16 | low, 32)) / 1000) for low, high in pairs]


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


MODEL = Model(
    name="wit-tilt-485",
    build=Tilt,
    options=TiltOptions,
    zh="维特智能 485 倾角传感器（Modbus）",
    en="WitMotion RS-485 inclinometer (Modbus)",
    baud=9600,  # as delivered; the high-precision models 115200 and more
    needs_address=True,
    protocol="modbus",
    measures=AXES,
    tells=("sampling_changed",),
    does=ACTIONS,
)
