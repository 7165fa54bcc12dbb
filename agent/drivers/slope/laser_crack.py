"""A laser across a crack (WitMotion WT53R-485, Modbus): distance in millimetres of one register.

``crack`` is the distance less ``zero_mm``, what it was when the sensor was mounted; that baseline
stands in the configuration, with the box's other records, and never in the sensor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from agent.drivers.base import Model, Seat
from agent.drivers.registers import read_registers
from agent.drivers.slope.angles import reading
from agent.drivers.slope.sampling import ACTIONS, Sampling
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Message
from agent.model.time import Now, Stamp

_DISTANCE = 0x34  # WT53R-485 manual, p. 25: mm


@dataclass(frozen=True, slots=True, kw_only=True)
class LaserOptions:
    """``zero_mm``: the distance at commissioning.  ``range_mm``: beyond it nothing is measured."""

    zero_mm: Annotated[float, Interval(ge=0, le=100_000)] = 0.0
    range_mm: Annotated[int, Interval(ge=1, le=65_535)] = 4000  # of the WT53R
    register: Annotated[int, Interval(ge=0, le=0xFFFF)] = _DISTANCE


class LaserCrack:
    every = 5.0

    def __init__(self, seat: Seat) -> None:
        self._options = seat.options if isinstance(seat.options, LaserOptions) else LaserOptions()
        self._seat = seat
        self._address = 0x50 if seat.address is None else seat.address
        self._sampling = Sampling(seat)

    def pace(self, at: Stamp) -> float | None:
        return self._sampling.pace(at)

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        (distance,) = await read_registers(line, self._address, self._options.register, 1)
        width = round(distance - self._options.zero_mm, 3)
        possible = 0 < distance <= self._options.range_mm  # 0: nothing came back to it
        return [reading(self._seat, now(), "crack", width, possible=possible)]

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        del line  # nothing is ever written to a slope sensor
        return self._sampling.obey(command, now)


MODEL = Model(
    name="laser-crack",
    build=LaserCrack,
    options=LaserOptions,
    zh="激光裂缝计（维特智能 WT53R-485）",
    en="laser crack meter (WitMotion WT53R-485)",
    baud=9600,
    manners=Manners(patience=0.5),  # a measurement takes up to a fifth of a second
    needs_address=True,
    protocol="modbus",
    measures=("crack",),
    tells=("sampling_changed",),
    does=ACTIONS,
)
