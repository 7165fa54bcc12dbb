"""Noise transmitters on RS-485: one Modbus register, tenths of a dB(A).

RS-ZS-N01, JXBS-3001 and their kind.  They are fast A-weighted transmitters of no class: fit for
the residents' display, not for enforcement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from annotated_types import Gt, Interval, Le

from agent.drivers.base import Model, Seat
from agent.drivers.registers import read_registers
from agent.line.asking import Asks, Manners
from agent.model.messages import Message, Quality, Reading
from agent.model.quantities import QUANTITIES
from agent.model.time import Now

_LEVEL = QUANTITIES["sound_level"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseOptions:
    """``register``: 0 in most (M1405_Arduino.ino), 14 (0x000E) in GEMHO's.  ``scale``: dB per 1."""

    register: Annotated[int, Interval(ge=0, le=0xFFFF)] = 0
    scale: Annotated[float, Gt(0), Le(10)] = 0.1


class Noise:
    every = 1.0  # the transmitters renew their value every 1 to 2 s

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, NoiseOptions) else NoiseOptions()
        self._seat, self._register = seat, options.register
        self._address = 1 if seat.address is None else seat.address
        self._scale = Decimal(str(options.scale))  # 0.1 as it is written, so that 548 is 54.8

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        (raw,) = await read_registers(line, self._address, self._register, 1)
        level = float(raw * self._scale)
        possible = _LEVEL.low <= level <= _LEVEL.high
        reading = Reading(
            device=self._seat.device,
            at=now(),
            quantity="sound_level",
            value=level,
            quality=Quality.GOOD if possible else Quality.INVALID,
            point=self._seat.point,
        )
        return [reading]


MODEL = Model(
    name="noise-485",
    build=Noise,
    options=NoiseOptions,
    zh="485 噪声变送器（Modbus）",
    en="RS-485 noise transmitter (Modbus)",
    baud=4800,  # Renke and JXBS as delivered (a public taidacent log says 4800 too); others 9600
    manners=Manners(patience=0.5),  # cheap transmitters take up to half a second
    needs_address=True,
    protocol="modbus",
    measures=("sound_level",),
)
