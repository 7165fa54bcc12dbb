"""A tipping-bucket rain gauge: a pulse counter of tips in one 16-bit register, by FC03.

``Set`` of ``rain_rate`` makes it rain, in mm per hour.  The counter goes back to 0 after 65 535 and
when its supply fails; it has no memory (``keeps`` for one that has).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.modbus import Slave
from hwsim.orders import Order, Set
from hwsim.stand import Stand

STEP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    register: int = 0
    per_tip: float = 0.2
    mm_per_h: float = 20.0
    start: int = 0
    keeps: bool = False
    turnaround_s: float = 0.03


class RainGauge(Slave):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._options, self._rate = options, options.mm_per_h
        self._tips, self._water = options.start, 0.0

    def start(self) -> None:
        self._stand.every(STEP_S, self._rain)

    def _rain(self) -> None:
        self._water += self._rate * STEP_S / 3600
        while self._water >= self._options.per_tip:
            self._water -= self._options.per_tip
            self._tips = (self._tips + 1) & 0xFFFF

    def registers(self) -> Mapping[int, int]:
        return {self._options.register: self._tips}

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        del first, count  # there is but one
        return {"rain": round(self._tips * self._options.per_tip, 3)}

    def powered(self, on: bool) -> None:
        if on and not self._options.keeps:
            self._tips = 0

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            self._rate = order.value
            self._stand.happened("set", rain_rate=order.value)


SIM = Sim(name="rain_gauge", build=RainGauge, options=Options, orders=(Set,), needs_address=True)
