"""A WitMotion sensor that streams: ``55 51`` acceleration and ``55 53`` angle, ten times a second.

Frames are 11 bytes, words int16 low byte first, the last the low byte of the sum.  Settings need
``FF AA 69 88 B5`` first and have no check; the truth tells every word that was written, the one
that makes the present tilt the zero among them.  Source: WIT standard communication protocol.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hwsim.devices.base import Device, Sim
from hwsim.devices.slope.ground import Ground
from hwsim.orders import Order, Set
from hwsim.stand import Stand

HEAD, ACCELERATION, ANGLE = 0x55, 0x51, 0x53
SETTING = b"\xff\xaa"
MANY = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    tilt_x: float = 0.75
    tilt_y: float = -1.25
    creep_per_h: float = 0.002
    noise: float = 0.01
    every_s: float = 0.1


def word(value: float, full: float) -> bytes:
    """-full and full are one word."""
    return (round(value / full * 32768) & 0xFFFF).to_bytes(2, "little")


def frame(kind: int, words: Sequence[bytes]) -> bytes:
    body = bytes((HEAD, kind)) + b"".join(words) + b"\x12\x0c"
    return body + bytes((sum(body) & 0xFF,))


class WitStream(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        rest = {"tilt_x": options.tilt_x, "tilt_y": options.tilt_y}
        self._ground = Ground(stand, rest, options.creep_per_h, options.noise)
        self._heard = b""

    def start(self) -> None:
        self._stand.every(self._options.every_s, self._tell)

    def _tell(self) -> None:
        tilt = self._ground.now()
        x, y = (math.radians(tilt[axis]) for axis in ("tilt_x", "tilt_y"))
        pull = (-math.sin(y), math.sin(x) * math.cos(y), math.cos(x) * math.cos(y))
        said = {axis: round(value, 4) for axis, value in tilt.items()}
        self._stand.say(frame(ACCELERATION, [word(g, 16) for g in pull]), {})
        angles = [word(value, 180) for value in (*tilt.values(), 90.0)]
        self._stand.say(frame(ANGLE, angles), said)

    def heard(self, data: bytes, at_ns: int) -> None:
        self._heard = (self._heard + data)[-64:]
        while (at := self._heard.find(SETTING)) >= 0 and len(self._heard) >= at + 5:
            register, value = self._heard[at + 2], self._heard[at + 3 : at + 5]
            self._heard = self._heard[at + 5 :]
            self._stand.told("write", at_ns, register=register, value=value.hex())

    def do(self, order: Order) -> None:
        self._ground.do(order)

    def flood(self) -> Sequence[bytes]:
        return [frame(ANGLE, [word(n % 360 - 180, 180)] * 3) for n in range(MANY)]


SIM = Sim(name="wit_stream", build=WitStream, options=Options, orders=(Set,))
