"""The stream of WitMotion sensors on TTL and RS-232: eleven bytes, ``55 type`` and four words.

    55 51 ax ay az temperature SUM     g = int16 / 32768 · 16
    55 52 wx wy wz voltage SUM         °/s = int16 / 32768 · 2000
    55 53 roll pitch yaw version SUM   ° = int16 / 32768 · 180

Words are int16, low byte first; SUM is the low byte of the first ten's sum.  Types 50 to 5F exist;
of the others only the words are shown.  (WIT standard communication protocol.)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

LENGTH = 11
HEAD = 0x55
ACCELERATION, TURNING, ANGLE = 0x51, 0x52, 0x53
FULL_SCALE = {ACCELERATION: 16.0, TURNING: 2000.0, ANGLE: 180.0}  # g, °/s, °
_NAMES = {
    ACCELERATION: ("x", "y", "z"),
    TURNING: ("x", "y", "z"),
    ANGLE: ("roll", "pitch", "yaw"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    kind: int
    words: tuple[int, int, int, int]

    @property
    def values(self) -> tuple[float, float, float]:
        """In the unit of its kind; only of those in ``FULL_SCALE``."""
        x, y, z, _ = (word / 32768 * FULL_SCALE[self.kind] for word in self.words)
        return x, y, z


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    if buffer[0] != HEAD or (buffer[1:2] and not 0x50 <= buffer[1] <= 0x5F):
        return NOISE
    if len(buffer) < LENGTH:
        return MORE
    if sum(buffer[: LENGTH - 1]) & 0xFF != buffer[LENGTH - 1]:
        return Bad(Why.CHECKSUM, LENGTH)
    if direction is Direction.HOST:
        return Bad(Why.FORMAT, LENGTH)
    words = [int.from_bytes(buffer[at : at + 2], "little", signed=True) for at in (2, 4, 6, 8)]
    return Got(Frame(buffer[1], (words[0], words[1], words[2], words[3])), LENGTH)


def show(frame: Frame) -> Mapping[str, object]:
    told: dict[str, object] = {"type": hex(frame.kind)}
    if frame.kind not in FULL_SCALE:
        return told | {"words": list(frame.words)}
    values = (round(value, 3) for value in frame.values)
    return told | dict(zip(_NAMES[frame.kind], values, strict=True))


PROTOCOL = Protocol(name="wit55", take=take, show=show, most=LENGTH, checked=True)
