"""Xiaomi MiBeacons: a thermometer that tells its values, or a door lock that tells who came.

Service data of 0xFE95: frame control (2 bytes: 0x0010 the address is in it, 0x0040 an object is,
bits 12 to 15 the version), product (2), counter (1), address turned round (6), then an object:
its type (2), length (1) and value, little endian.  Plain ones only; a lock sends each event
several times with the same counter.
Source: the public MiBeacon objects as read by Bluetooth-Devices/xiaomi-ble (parser.py).
"""

import struct
from dataclasses import dataclass, field
from typing import Literal

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.devices.radio.weather import Weather
from hwsim.orders import Order, Set, Show, Shut
from hwsim.radio.gatt import sig
from hwsim.radio.stand import Advert, RadioOptions, RadioStand

MI = sig(0xFE95)
HAS_ADDRESS, HAS_OBJECT, REGISTERED = 0x0010, 0x0040, 0x0400
THERMOMETER, LOCK = 0x01AA, 0x069E  # LYWSDCGQ, ZNMS16LM
TEMPERATURE, HUMIDITY, BATTERY, BOTH = 0x1004, 0x1006, 0x100A, 0x100D
FINGERPRINT, DOOR, LOCKED = 0x0006, 0x0007, 0x000B
UNLOCK_OUTSIDE, BIOMETRICS = 0x0, 0x2
DOOR_OPEN, DOOR_CLOSED = 0x00, 0x01
FINGER = 0x80010000  # key identifiers of fingerprints begin here
NOBODY, NO_MATCH = 0xFFFFFFFF, 0x01
USUAL = {"temperature": 21.0, "humidity": 50.0, "battery": 90.0}
BORN = 1_700_000_000  # the lock's own clock when the world begins, seconds of UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(RadioOptions):
    model: Literal["thermometer", "lock"] = "thermometer"
    values: dict[str, float] = field(default_factory=dict)
    keys: tuple[str, ...] = ("1", "2")  # fingers that open the lock, by their number
    repeats: int = 3
    every_s: float = 2.0  # of the thermometer's adverts; between the lock's repetitions a tenth
    noise: float = 0.002

    def __post_init__(self) -> None:
        unknown = sorted(set(self.values) - set(USUAL))
        if unknown:
            raise ValueError(f"the thermometer does not measure {', '.join(unknown)}")
        if not all(key.isdigit() and int(key) < 0xFFFF for key in self.keys):
            raise ValueError("keys are numbers of fingers")


class MiBeacon(Device):
    def __init__(self, stand: RadioStand, options: Options) -> None:
        stand.tune(options)
        self._stand, self._options = stand, options
        self._weather = Weather(stand, USUAL | options.values, options.noise)
        self._counter, self._turn = 0, 0
        self._address = bytes.fromhex(stand.address.replace(":", ""))[::-1]

    def start(self) -> None:
        if self._options.model == "thermometer":
            self._stand.beacon(self._next, self._options.every_s)

    def _advert(self, kind: int, value: bytes, meaning: dict[str, object]) -> Advert:
        lock = self._options.model == "lock"
        control = HAS_ADDRESS | HAS_OBJECT | (0x4000 | REGISTERED if lock else 0x2000)
        product = LOCK if lock else THERMOMETER
        head = struct.pack("<HHB", control, product, self._counter)
        self._counter = (self._counter + 1) % 256
        data = head + self._address + struct.pack("<HB", kind, len(value)) + value
        return Advert(service_data={MI: data}, meaning=meaning)

    # ── the thermometer ──────────────────────────────────────────────────────────────────────

    def _next(self) -> Advert:
        """Both values, each alone, and the battery, in turn."""
        self._turn = (self._turn + 1) % 4
        warm, damp = (round(self._weather.now(each) * 10) for each in ("temperature", "humidity"))
        if self._turn == 0:
            charge = round(self._weather.now("battery"))
            return self._advert(BATTERY, bytes((max(0, min(100, charge)),)), {"battery": charge})
        if self._turn == 1:
            meaning: dict[str, object] = {"temperature": warm / 10, "humidity": damp / 10}
            return self._advert(BOTH, struct.pack("<hH", warm, damp), meaning)
        if self._turn == 2:
            return self._advert(TEMPERATURE, struct.pack("<h", warm), {"temperature": warm / 10})
        return self._advert(HUMIDITY, struct.pack("<H", damp), {"humidity": damp / 10})

    # ── the lock ─────────────────────────────────────────────────────────────────────────────

    def _tell(self, kind: int, value: bytes, meaning: dict[str, object]) -> None:
        advert = self._advert(kind, value, meaning)
        for turn in range(self._options.repeats):
            self._stand.after(
                turn * self._options.every_s / 10, lambda: self._stand.advertise(advert)
            )

    def _clock(self) -> bytes:
        return struct.pack("<I", BORN + int(self._stand.now))

    def _finger(self, code: str) -> None:
        known = code in self._options.keys
        self._stand.happened("shown", code=code)
        if not known:
            value = struct.pack("<IB", NOBODY, NO_MATCH)
            self._tell(FINGERPRINT, value, {"what": "fingerprint", "matched": False})
            return
        key = FINGER + int(code)
        self._stand.happened("lock_opened", key=code)
        value = bytes((BIOMETRICS << 4 | UNLOCK_OUTSIDE,)) + struct.pack("<I", key) + self._clock()
        self._tell(LOCKED, value, {"what": "unlocked", "key": code})
        self._tell(DOOR, bytes((DOOR_OPEN,)), {"what": "door_opened"})

    def do(self, order: Order) -> None:
        lock = self._options.model == "lock"
        match order:
            case Set() if not lock:
                self._weather.set(order)
            case Show() if lock:
                self._finger(order.code)
            case Shut() if lock:
                self._stand.happened("door_closed")
                self._tell(DOOR, bytes((DOOR_CLOSED,)), {"what": "door_closed"})
            case _:
                raise CannotDo(f"a {self._options.model} cannot do that")


SIM = Sim(name="mibeacon", build=MiBeacon, options=Options, orders=(Set, Show, Shut), radio=True)
