"""An RS-485 noise transmitter of the Renke/JXBS kind: register 0000 = dB(A) x 10, by FC03.

Register 07D0 holds the address, 07D1 the baud rate; address FF is heard by every one of them, so
"who are you" works with one on the pair only.  A new value each second.  Other makers keep the
value elsewhere (000E), hence ``register``.
Source: M1405_Arduino.ino of myarduinosale/sensor1; Sensors.js of the ComWinTop tool.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.modbus import Slave
from hwsim.orders import Order, Set
from hwsim.stand import Stand

ADDRESS, BAUD, ANYBODY = 0x07D0, 0x07D1, 0xFF
BAUD_9600 = 2  # in this family 0, 1, 2 stand for 2400, 4800, 9600


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    register: int = 0
    night_db: float = 42.0
    day_db: float = 58.0
    day_s: float = 86_400.0  # how long a day lasts; shorter to see one pass
    turnaround_s: float = 0.03


class Noise(Slave):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._options, self._wander, self.db = options, 0.0, options.night_db
        self._set: float | None = None

    def start(self) -> None:
        self._stand.every(1.0, self._step)

    def _step(self) -> None:
        """Loud at noon, quiet at midnight, cars and voices on top; the world begins at eight."""
        options, dice = self._options, self._stand.dice
        part_of_day = self._stand.now / options.day_s + 8 / 24
        sun = (1 - math.cos(2 * math.pi * part_of_day)) / 2
        self._wander = 0.9 * self._wander + dice.gauss(0, 0.6)
        walked = options.night_db + (options.day_db - options.night_db) * sun + self._wander
        self.db = min(130.0, max(30.0, walked)) if self._set is None else self._set

    def registers(self) -> Mapping[int, int]:
        here = {self._options.register: round(self.db * 10) & 0xFFFF}
        return here | {ADDRESS: self._stand.address or 1, BAUD: BAUD_9600}

    def answers_to(self, address: int) -> bool:
        return address in (self._stand.address, ANYBODY)

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        asked = range(first, first + count)
        if self._options.register in asked:
            return {"sound_level": round(self.db, 1)}
        return super().meaning(first, count)

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            self._set = self.db = order.value
            self._stand.happened("set", sound_level=order.value)


SIM = Sim(name="noise_485", build=Noise, options=Options, orders=(Set,), needs_address=True)
