"""A WitMotion WT53R-485 laser: register 0x34 is the distance in millimetres, by FC03.

Beyond its range, or with dirt on its window, it tells 0.  Source: WT53R-485 manual, p. 24-25.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.modbus import Slave
from hwsim.devices.slope.ground import Ground
from hwsim.orders import Order, Set
from hwsim.stand import Stand

DISTANCE = 0x34
RANGE_MM = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    distance: float = 1803.0
    creep_per_h: float = 0.5
    noise: float = 0.4
    turnaround_s: float = 0.05


class LaserCrack(Slave):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._ground = Ground(
            stand, {"crack": options.distance}, options.creep_per_h, options.noise
        )
        self._shown = 0

    def start(self) -> None:
        self._stand.every(0.2, self._measure)

    def _measure(self) -> None:
        distance = round(self._ground.now()["crack"])
        self._shown = distance if 0 < distance <= RANGE_MM else 0

    def registers(self) -> Mapping[int, int]:
        return {DISTANCE: self._shown}

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        del first, count  # there is but one
        return {"crack": self._shown}

    def do(self, order: Order) -> None:
        self._ground.do(order)


SIM = Sim(name="laser_crack", build=LaserCrack, options=Options, orders=(Set,), needs_address=True)
