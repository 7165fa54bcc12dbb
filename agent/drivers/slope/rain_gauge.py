"""A tipping-bucket rain gauge on a pulse counter with Modbus registers.

``rain`` is the counter in millimetres, as the gauge has it: whoever works out rain per hour takes
differences.  The counter begins anew when its supply fails or when it is full; a value smaller than
the last one is said as ``counter_reset``, so that no difference is taken across it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from annotated_types import Gt, Interval, Le

from agent.drivers.base import Model, Seat
from agent.drivers.registers import read_registers
from agent.drivers.slope.angles import reading
from agent.drivers.slope.sampling import ACTIONS, Sampling
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Event, Message
from agent.model.time import Now, Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class RainOptions:
    """``per_count``: mm of one tip (0.2 or 0.5), or of one unit where the gauge counts in mm."""

    register: Annotated[int, Interval(ge=0, le=0xFFFF)] = 0
    function: Literal[3, 4] = 3
    width: Literal[16, 32] = 16
    low_word_first: bool = False
    per_count: Annotated[float, Gt(0), Le(10)] = 0.2


class RainGauge:
    every = 10.0

    def __init__(self, seat: Seat) -> None:
        self._options = seat.options if isinstance(seat.options, RainOptions) else RainOptions()
        self._seat, self._last = seat, 0
        self._address = 1 if seat.address is None else seat.address
        self._sampling = Sampling(seat)

    def pace(self, at: Stamp) -> float | None:
        return self._sampling.pace(at)

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        options = self._options
        words = await read_registers(
            line, self._address, options.register, options.width // 16, options.function
        )
        count, at, was = self._count(words), now(), self._last
        self._last = count
        rain = reading(self._seat, at, "rain", self._rain(count), possible=True)
        return [rain] if count >= was else [self._reset(at, was, count), rain]

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        del line  # nothing is ever written to a slope sensor
        return self._sampling.obey(command, now)

    def _count(self, words: tuple[int, ...]) -> int:
        ordered = words[::-1] if self._options.low_word_first else words
        return int.from_bytes(b"".join(word.to_bytes(2, "big") for word in ordered), "big")

    def _rain(self, count: int) -> float:
        return float(count * Decimal(str(self._options.per_count)))

    def _reset(self, at: Stamp, was: int, count: int) -> Event:
        return Event(
            device=self._seat.device,
            at=at,
            kind="counter_reset",
            data={"was": self._rain(was), "now": self._rain(count)},
            point=self._seat.point,
        )


MODEL = Model(
    name="rain-gauge",
    build=RainGauge,
    options=RainOptions,
    zh="翻斗式雨量计（Modbus 计数器）",
    en="tipping-bucket rain gauge (Modbus counter)",
    baud=9600,
    manners=Manners(patience=0.5),
    needs_address=True,
    protocol="modbus",
    measures=("rain",),
    tells=("counter_reset", "sampling_changed"),
    does=ACTIONS,
)
