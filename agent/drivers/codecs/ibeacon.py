"""iBeacon: manufacturer data of company 0x004C, which anybody may send.

    02 15 uuid(16) major(2) minor(2) power(1)       big-endian; power: dBm at one metre, signed

(Apple, Proximity Beacon Specification R1.)
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from agent.drivers.codecs.adverts import MOST, alone, wreck
from agent.drivers.codecs.base import MORE, Direction, Got, More, Protocol, Taken, Why

COMPANY: Final = 0x004C
HEAD: Final = bytes.fromhex("0215")
_FORM: Final = struct.Struct(">2s16sHHb")
LENGTH: Final = _FORM.size


@dataclass(frozen=True, slots=True)
class Frame:
    """``power``: dBm at one metre.  None of it proves who sent it."""

    uuid: str
    major: int
    minor: int
    power: int


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    read = Why.FORMAT if direction is Direction.HOST else _read(buffer)
    return Got(read, len(buffer)) if isinstance(read, Frame) else wreck(read, buffer)


def _read(data: bytes) -> Frame | Why | More:
    if data[:2] != HEAD[: len(data)] or len(data) > LENGTH:
        return Why.FORMAT
    if len(data) < LENGTH:
        return MORE
    _, uuid, major, minor, power = _FORM.unpack(data)
    return Frame(str(UUID(bytes=uuid)).upper(), major, minor, power)


def show(frame: Frame) -> Mapping[str, object]:
    return {
        "uuid": frame.uuid,
        "major": frame.major,
        "minor": frame.minor,
        "power": frame.power,
    }


PROTOCOL = Protocol(
    name="ibeacon", take=take, show=show, most=MOST, inside=alone, given=("address",)
)
