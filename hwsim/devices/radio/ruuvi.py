"""Ruuvi beacons: a RuuviTag with data format 5 or a Ruuvi Air with data format 6.

Both lie in the manufacturer data of company 0x0499, big-endian.  Format 5 is 24 bytes: temperature
0.005 degrees, humidity 0.0025 %, pressure less 50000 Pa, three accelerations in mg, voltage and
transmit power in one word, movements, sequence, address.  Format 6 is 20: the first three the
same, PM2.5 0.1, CO2, VOC and NOx indices of nine bits, light by a logarithm, sequence, flags, the
end of the address.  All bits set (0x8000 where signed) means not available.
Source: docs.ruuvi.com/communication/bluetooth-advertisements, data formats 5 and 6.
"""

import math
import struct
from dataclasses import dataclass, field
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.devices.radio.weather import Weather
from hwsim.orders import Order, Set
from hwsim.radio.stand import Advert, RadioOptions, RadioStand

RUUVI = 0x0499
G = 9.80665
LIGHT_STEP = math.log(65536) / 254
UNKNOWN, UNKNOWN_SIGNED, UNKNOWN_BYTE = 0xFFFF, -0x8000, 0xFF
UNKNOWN_INDEX, UNKNOWN_VOLTAGE, UNKNOWN_POWER = 0x1FF, 0x7FF, 0x1F
TAG = {
    "temperature": 21.0,
    "humidity": 50.0,
    "pressure": 1013.25,
    "acceleration_x": 0.0,
    "acceleration_y": 0.0,
    "acceleration_z": G,
    "voltage": 2.95,
}
AIR = {
    "temperature": 21.0,
    "humidity": 50.0,
    "pressure": 1013.25,
    "pm2_5": 7.5,
    "co2": 620.0,
    "illuminance": 300.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(RadioOptions):
    model: Literal["tag", "air"] = "tag"
    values: dict[str, float] = field(default_factory=dict)  # beside or instead of the usual ones
    missing: tuple[str, ...] = ()  # sensors that are broken
    voc_index: int = 100
    nox_index: int = 1
    transmit_dbm: int = 4
    noise: float = 0.0005
    every_s: float = 1.285  # of the tag's firmware 3

    def __post_init__(self) -> None:
        known = TAG if self.model == "tag" else AIR
        unknown = sorted({*self.values, *self.missing} - {*known})
        if unknown:
            raise ValueError(f"a Ruuvi {self.model} does not measure {', '.join(unknown)}")


class Ruuvi(Device):
    def __init__(self, stand: RadioStand, options: Options) -> None:
        stand.tune(options)
        self._stand, self._options = stand, options
        usual = TAG if options.model == "tag" else AIR
        self._weather = Weather(stand, usual | options.values, options.noise)
        self._address = bytes.fromhex(stand.address.replace(":", ""))
        self._sequence = self._moved = 0
        self._said: dict[str, float] = {}

    def start(self) -> None:
        self._stand.beacon(self._next, self._options.every_s)

    def _next(self) -> Advert:
        self._said = {}
        data = self._tag() if self._options.model == "tag" else self._air()
        self._sequence += 1
        return Advert(manufacturer={RUUVI: data}, meaning=self._said)

    def _tag(self) -> bytes:
        head = struct.pack(">BhHH", 5, *self._climate())
        pulls = [self._word(f"acceleration_{axis}", 1000 / G, signed=True) for axis in "xyz"]
        power = (self._options.transmit_dbm + 40) // 2
        volts = self._word("voltage", 1000, 1600, most=UNKNOWN_VOLTAGE)
        rest = (volts << 5 | power, self._moved % 255, self._sequence % 0xFFFF)
        return head + struct.pack(">hhhHBH", *pulls, *rest) + self._address

    def _air(self) -> bytes:
        head = struct.pack(">BhHH", 6, *self._climate())
        dust, gas = self._word("pm2_5", 10), self._word("co2", 1)
        voc, nox = self._options.voc_index, self._options.nox_index
        flags = (voc & 1) << 6 | (nox & 1) << 7
        middle = (dust, gas, voc >> 1, nox >> 1, self._light(), UNKNOWN_BYTE)
        end = (self._sequence % 256, flags)
        return head + struct.pack(">HHBBBBBB", *middle, *end) + self._address[3:]

    def _climate(self) -> tuple[int, int, int]:
        return (
            self._word("temperature", 200, signed=True),
            self._word("humidity", 400),
            self._word("pressure", 100, 50_000),
        )

    def _word(
        self,
        quantity: str,
        scale: float,
        zero: int = 0,
        *,
        signed: bool = False,
        most: int = UNKNOWN,
    ) -> int:
        """The value in its units less ``zero``; ``most`` (or 0x8000) if there is none."""
        if quantity in self._options.missing:
            return UNKNOWN_SIGNED if signed else most
        low, high = (-0x7FFF, 0x7FFF) if signed else (0, most - 1)
        word = max(low, min(high, round(self._weather.now(quantity) * scale) - zero))
        self._said[quantity] = round((word + zero) / scale, 6)
        return word

    def _light(self) -> int:
        if "illuminance" in self._options.missing:
            return UNKNOWN_BYTE
        code = round(math.log(max(0.0, self._weather.now("illuminance")) + 1) / LIGHT_STEP)
        self._said["illuminance"] = round(math.exp(min(code, 254) * LIGHT_STEP) - 1, 6)
        return min(code, 254)

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            self._weather.set(order)
            moved = (order.quantity or "").startswith("acceleration")
            self._moved += moved


SIM = Sim(name="ruuvi", build=Ruuvi, options=Options, orders=(Set,), radio=True)
