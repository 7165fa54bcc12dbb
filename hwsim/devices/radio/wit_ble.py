"""A WitMotion WT901BLE inclinometer: twenty-byte frames by notification, registers on request.

``55 61`` and nine signed words, little endian: accelerations (32768 = 16 g), turning rates (2000
degrees per second), angles (180 degrees).  ``FF AA 27 rr 00`` asks for eight registers from rr on,
answered ``55 71 rr 00`` and eight words.  ``FF AA 69 88 B5`` unlocks the settings for ten seconds,
``FF AA rr lo hi`` writes one, ``FF AA 00 00 00`` saves.  Nothing has a checksum.  The UUIDs end in
9a34fb, the vendor's slip of 9b34fb.  Source: WitMotion, WT901BLECL 5.0 manual, pages 15 to 18.
"""

import math
import struct
from dataclasses import dataclass

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Set
from hwsim.radio.gatt import Characteristic, Service
from hwsim.radio.stand import Advert, RadioOptions, RadioStand

SERVICE, SAYS, HEARS = (
    f"0000{part}-0000-1000-8000-00805f9a34fb" for part in ("ffe5", "ffe4", "ffe9")
)
MOTION, ANSWER = bytes.fromhex("5561"), bytes.fromhex("5571")
COMMAND = bytes.fromhex("ffaa")
SAVE, RATE, READ, UNLOCK, KEY = 0x00, 0x03, 0x27, 0x69, 0xB588
ACCELERATION, ANGLE, TEMPERATURE = 0x34, 0x3D, 0x40
UNLOCKED_S = 10.0
RATES = {1: 0.2, 2: 0.5, 3: 1.0, 4: 2.0, 5: 5.0, 6: 10.0, 7: 20.0, 8: 50.0}  # Hz by register 03
AXES = ("tilt_x", "tilt_y", "tilt_z")
WORD = 32768


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(RadioOptions):
    name: str | None = "WT901BLE67"
    tilt_x: float = 0.75
    tilt_y: float = -1.25
    tilt_z: float = 90.0
    creep_per_h: float = 0.002  # degrees
    noise: float = 0.01  # degrees, standard deviation
    rate: int = 6  # register 03
    glued: int = 1  # frames in one notification
    every_s: float = 0.5  # between adverts

    def __post_init__(self) -> None:
        if self.rate not in RATES:
            raise ValueError(f"rate is one of {', '.join(map(str, RATES))}")


def word(value: float, full: float) -> int:
    """-180 and 180 degrees are one angle, and one word."""
    return round(value / full * WORD) & 0xFFFF


def signed(raw: int) -> int:
    return raw - 0x10000 * (raw > 0x7FFF)


class WitBle(Device):
    def __init__(self, stand: RadioStand, options: Options) -> None:
        stand.tune(options)
        self._stand, self._options = stand, options
        self._base = dict(zip(AXES, (options.tilt_x, options.tilt_y, options.tilt_z), strict=True))
        self._registers = {RATE: options.rate, TEMPERATURE: 2500}
        self._open_until, self._running, self._glue = 0.0, 0, b""
        self._says = Characteristic(SAYS, ("notify",), on_subscribe=self._subscribed)
        hears = Characteristic(HEARS, ("write", "write-without-response"), on_write=self._heard)
        stand.serve(Service(SERVICE, (self._says, hears)))

    def start(self) -> None:
        self._stand.beacon(lambda: Advert(services=(SERVICE,)), self._options.every_s)

    # ── what it says ─────────────────────────────────────────────────────────────────────────

    def _subscribed(self, on: bool) -> None:
        self._running += 1
        self._glue = b""
        if on:
            self._step(self._running)

    def _step(self, running: int) -> None:
        """One frame after the other until nobody listens."""
        if running != self._running:
            return
        frame, meaning = self._motion()
        self._glue += frame
        if len(self._glue) >= len(frame) * self._options.glued:
            self._stand.notify(self._says, self._glue, meaning)
            self._glue = b""
        self._stand.after(1 / RATES[self._registers[RATE]], lambda: self._step(running))

    def _angles(self) -> list[int]:
        crept = self._options.creep_per_h * self._stand.now / 3600
        return [
            word(
                self._base[axis]
                + (crept if axis == "tilt_x" else 0)
                + self._stand.dice.gauss(0, self._options.noise),
                180,
            )
            for axis in AXES
        ]

    def _pulls(self) -> list[int]:
        x, y = math.radians(self._base["tilt_x"]), math.radians(self._base["tilt_y"])
        pull = (-math.sin(y), math.sin(x) * math.cos(y), math.cos(x) * math.cos(y))
        return [word(g, 16) for g in pull]

    def _motion(self) -> tuple[bytes, dict[str, object]]:
        angles, turning = self._angles(), [0, 0, 0]
        frame = MOTION + struct.pack("<9H", *self._pulls(), *turning, *angles)
        meaning: dict[str, object] = {
            axis: round(signed(raw) * 180 / WORD, 4) for axis, raw in zip(AXES, angles, strict=True)
        }
        return frame, meaning

    # ── what it is told ──────────────────────────────────────────────────────────────────────

    def _heard(self, data: bytes, at_ns: int) -> None:
        """Anything else than a command of five bytes is passed over in silence."""
        if len(data) != 5 or data[:2] != COMMAND:
            return
        register, value = data[2], int.from_bytes(data[3:], "little")
        if register == READ:
            self._stand.asked(at_ns, register=value)
            self._stand.notify(self._says, *self._answer(value), after=0.01)
        elif register == UNLOCK and value == KEY:
            self._open_until = self._stand.now + UNLOCKED_S
            self._stand.told("unlock", at_ns)
        elif self._stand.now < self._open_until:
            self._configure(register, value, at_ns)
        else:
            self._stand.told("ignored", at_ns, register=register, value=value)

    def _configure(self, register: int, value: int, at_ns: int) -> None:
        if register == SAVE:
            self._stand.told("save", at_ns)
            return
        if register == RATE and value not in RATES:
            self._stand.told("ignored", at_ns, register=register, value=value)
            return
        self._registers[register] = value
        self._stand.told("write", at_ns, register=register, value=value)

    def _answer(self, first: int) -> tuple[bytes, dict[str, object]]:
        now = self._registers | {ACCELERATION + n: raw for n, raw in enumerate(self._pulls())}
        now |= {ANGLE + n: raw for n, raw in enumerate(self._angles())}
        values = [now.get(first + n, 0) for n in range(8)]
        meaning: dict[str, object] = {"register": first, "values": [signed(raw) for raw in values]}
        return ANSWER + struct.pack("<H8H", first, *values), meaning

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            axis = order.quantity or "tilt_x"
            if axis not in self._base:
                raise CannotDo(f"{axis} is not one of {', '.join(AXES)}")
            self._base[axis] = order.value
            self._stand.happened("set", **{axis: order.value})


SIM = Sim(name="wit_ble", build=WitBle, options=Options, orders=(Set,), radio=True)
