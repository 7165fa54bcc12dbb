"""Anything with the Battery Service, 0x180F: its level 0x2A19 is one byte of percent.

It advertises its name and the service; a gateway connects and reads, or subscribes and is told
each time the level changes.  Source: Bluetooth SIG, Battery Service 1.1.
"""

from dataclasses import dataclass

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Set
from hwsim.radio.gatt import Characteristic, Service, sig
from hwsim.radio.stand import Advert, RadioOptions, RadioStand

BATTERY, LEVEL = sig(0x180F), sig(0x2A19)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(RadioOptions):
    battery: float = 90.0
    drain_per_h: float = 0.5
    every_s: float = 1.0  # between adverts
    wrong: int | None = None  # a level above 100, which a careless firmware tells while it charges


class Battery(Device):
    def __init__(self, stand: RadioStand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._left = options.battery
        self._level = Characteristic(LEVEL, ("read", "notify"), on_read=self._read)
        stand.tune(options)
        stand.serve(Service(BATTERY, (self._level,)))

    def start(self) -> None:
        self._stand.beacon(lambda: Advert(services=(BATTERY,)), self._options.every_s)
        self._shown = self._value()
        self._stand.every(60.0, self._step)

    def _value(self) -> int:
        if self._options.wrong is not None:
            return self._options.wrong
        drained = self._options.drain_per_h * self._stand.now / 3600
        return max(0, min(100, round(self._left - drained)))

    def _read(self) -> bytes:
        self._stand.happened("read", battery=self._value())
        return bytes((self._value(),))

    def _step(self) -> None:
        if self._value() != self._shown:
            self._tell()

    def _tell(self) -> None:
        self._shown = self._value()
        self._stand.notify(self._level, bytes((self._shown,)), {"battery": self._shown})

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            if order.quantity not in (None, "battery") or not 0 <= order.value <= 100:
                raise CannotDo("a battery has 0 to 100 %")
            self._left = order.value + self._options.drain_per_h * self._stand.now / 3600
            self._stand.happened("set", battery=order.value)
            self._tell()


SIM = Sim(name="battery_service", build=Battery, options=Options, orders=(Set,), radio=True)
