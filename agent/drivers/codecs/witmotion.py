"""WitMotion's inclinometers on Bluetooth LE (WT901BLE, BWT901BLE): twenty bytes, no check at all.

    55 61  ax ay az  wx wy wz  roll pitch yaw    32768 is 16 g, 2000 °/s, 180 °
    55 71 register 00  eight words               the answer to FF AA 27 register 00

Words are int16, low byte first.  Several frames may come in one notification, and a frame in two.
The UUIDs end in 9a34fb, the maker's slip of the base's 9b34fb.  The maker's vibration sensors
(WTVB01-BT50) begin alike with 55 61 and have 28 bytes of other things.
(WitMotion, WT901BLECL 5.0 manual, pages 15 to 18; WTVB01-BT50 manual, page 14.)
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Stream, Taken, Why

NOTIFY: Final = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE: Final = "0000ffe9-0000-1000-8000-00805f9a34fb"
HEAD, MOTION, ANSWER = 0x55, 0x61, 0x71
LENGTH: Final = 20
VIBRATION: Final = 28

FULL_G, FULL_RATE, FULL_ANGLE, FULL = 16.0, 2000.0, 180.0, 32768
RATE: Final = 0x03
"""The register of the output rate, and what to write for so many frames a second."""
RATES: Final = {0.2: 1, 0.5: 2, 1.0: 3, 2.0: 4, 5.0: 5, 10.0: 6, 20.0: 7, 50.0: 8}
UNLOCK: Final = bytes.fromhex("ffaa6988b5")  # the settings, for ten seconds
SAVE: Final = bytes.fromhex("ffaa000000")

_TOLD: Final = {0x34: 3, 0x37: 3, 0x3A: 3, 0x3D: 3, 0x40: 1, 0x41: 4, 0x51: 4}
"""How many of the eight words are what is named by the first register: acceleration, turning,
magnetic field, angle, temperature, ports, quaternion.  The rest is whatever stands behind."""

Three = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Motion:
    """``acceleration`` in g, ``turning`` in °/s, ``angle`` (roll, pitch, yaw) in °."""

    acceleration: Three
    turning: Three
    angle: Three


@dataclass(frozen=True, slots=True)
class Answer:
    register: int
    words: tuple[int, ...]


Frame = Motion | Answer


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    if _is_vibration(buffer):
        return Bad(Why.FORMAT, VIBRATION)
    return _frame(buffer, direction)


def _frame(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    if buffer[0] != HEAD or buffer[1:2] not in (b"", bytes((MOTION,)), bytes((ANSWER,))):
        return NOISE
    if len(buffer) < LENGTH:
        return MORE
    if direction is Direction.HOST or (buffer[1] == ANSWER and buffer[3]):
        return Bad(Why.FORMAT, LENGTH)
    return Got(_motion(buffer) if buffer[1] == MOTION else _answer(buffer), LENGTH)


def _is_vibration(buffer: bytes) -> bool:
    """A frame of the maker's other sensors, alone or glued; ours end where the next one begins."""
    return (
        buffer[:2] == bytes((HEAD, MOTION))
        and len(buffer) >= VIBRATION
        and buffer[LENGTH] != HEAD
        and buffer[VIBRATION : VIBRATION + 1] in (b"", bytes((HEAD,)))
    )


def _motion(buffer: bytes) -> Motion:
    words = struct.unpack_from("<9h", buffer, 2)
    return Motion(
        _scaled(words[0:3], FULL_G), _scaled(words[3:6], FULL_RATE), _scaled(words[6:9], FULL_ANGLE)
    )


def _scaled(words: tuple[int, ...], full: float) -> Three:
    x, y, z = (word / FULL * full for word in words)
    return x, y, z


def _answer(buffer: bytes) -> Answer:
    return Answer(buffer[2], struct.unpack_from("<8h", buffer, 4))


class Notices(Stream[Frame]):
    """Frames out of notifications, glued or cut."""

    def __init__(self) -> None:
        super().__init__(_frame, LENGTH)

    def feed(self, data: bytes) -> list[Frame]:
        """None from a notification that is a vibration sensor's."""
        return [] if data and _is_vibration(data) else super().feed(data)


def question(register: int) -> bytes:
    return bytes((0xFF, 0xAA, 0x27, register, 0x00))


def setting(register: int, value: int) -> bytes:
    """Written between UNLOCK and SAVE."""
    return bytes((0xFF, 0xAA, register)) + value.to_bytes(2, "little")


def show(frame: Frame) -> Mapping[str, object]:
    if isinstance(frame, Answer):
        named = _TOLD.get(frame.register, len(frame.words))
        return {"reg": frame.register, "values": list(frame.words[:named])}
    return {
        "acc_g": [round(each, 4) for each in frame.acceleration],
        "gyro_dps": [round(each, 2) for each in frame.turning],
        "angle_deg": [round(each, 3) for each in frame.angle],
    }


PROTOCOL = Protocol(
    name="witmotion", take=take, show=show, most=2 * VIBRATION, inside=_frame, given=("address",)
)
