"""A WitMotion inclinometer on RS-485: Modbus, address 50 (hex), angles at 003D to 003F.

Roll, pitch and yaw are signed 16-bit, 32768 = 180 degrees; accelerations at 0034 to 0036, 32768
= 16 g.  The high-precision models have 32-bit values at the same registers; this one has not.
Source: balancer of Shadowino (HWT605) and the WIT standard register table.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import CannotDo, Sim
from hwsim.devices.modbus import Slave
from hwsim.orders import Order, Set
from hwsim.stand import Stand

ACCELERATION, ANGLE = 0x34, 0x3D
Axis = Literal["tilt_x", "tilt_y", "tilt_z"]
AXES: tuple[Axis, ...] = ("tilt_x", "tilt_y", "tilt_z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    tilt_x: float = 0.75
    tilt_y: float = -1.25
    tilt_z: float = 90.0
    creep_per_h: float = 0.002  # degrees; what a slope does before it does more
    noise: float = 0.01  # degrees, standard deviation
    turnaround_s: float = 0.02


def angle_word(degrees: float) -> int:
    """-180 and 180 are one angle, and one word."""
    return round(degrees / 180 * 32768) & 0xFFFF


class Tilt(Slave):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._options = options
        self._base = {"tilt_x": options.tilt_x, "tilt_y": options.tilt_y, "tilt_z": options.tilt_z}
        self._shown = dict.fromkeys(AXES, 0)

    def start(self) -> None:
        self._stand.every(0.1, self._step)

    def _step(self) -> None:
        crept = self._options.creep_per_h * self._stand.now / 3600
        for axis in AXES:
            moved = self._base[axis] + (crept if axis == "tilt_x" else 0)
            self._shown[axis] = angle_word(moved + self._stand.dice.gauss(0, self._options.noise))

    def registers(self) -> Mapping[int, int]:
        x, y = math.radians(self._base["tilt_x"]), math.radians(self._base["tilt_y"])
        pull = (-math.sin(y), math.sin(x) * math.cos(y), math.cos(x) * math.cos(y))
        words = {ACCELERATION + n: round(g / 16 * 32768) & 0xFFFF for n, g in enumerate(pull)}
        return words | {ANGLE + n: self._shown[axis] for n, axis in enumerate(AXES)}

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        words = {axis: self._shown[axis] for n, axis in enumerate(AXES)}
        asked = [axis for n, axis in enumerate(AXES) if first <= ANGLE + n < first + count]
        said = {a: (words[a] - 0x10000 * (words[a] > 0x7FFF)) * 180 / 32768 for a in asked}
        return {axis: round(value, 4) for axis, value in said.items()} or super().meaning(
            first, count
        )

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            axis = order.quantity or "tilt_x"
            if axis not in self._base:
                raise CannotDo(f"{axis} is not one of {', '.join(AXES)}")
            self._base[axis] = order.value
            self._stand.happened("set", **{axis: order.value})


SIM = Sim(name="wit_tilt", build=Tilt, options=Options, orders=(Set,), needs_address=True)
