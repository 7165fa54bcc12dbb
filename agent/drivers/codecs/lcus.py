"""LCUS-1/2/4/8 USB relay modules: four bytes, the last is the sum of the first three.

    A0 channel op SUM     op 00 off, 01 on; 05 asks, and newer firmware answers with 00 or 01

(Table printed with the modules; the question from a public driver for newer ones.)  Old modules
never answer anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

LENGTH = 4
HEAD = 0xA0
OFF, ON, QUERY = 0x00, 0x01, 0x05


@dataclass(frozen=True, slots=True)
class Frame:
    channel: int
    op: int


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    del direction  # an answer has the form of a command
    if buffer[0] != HEAD:
        return NOISE
    if len(buffer) < LENGTH:
        return MORE
    if sum(buffer[:3]) & 0xFF != buffer[3]:
        return Bad(Why.CHECKSUM, LENGTH)
    return Got(Frame(buffer[1], buffer[2]), LENGTH)


def encode(channel: int, op: int) -> bytes:
    return bytes((HEAD, channel, op, (HEAD + channel + op) & 0xFF))


def show(frame: Frame) -> Mapping[str, object]:
    return {"channel": frame.channel, "op": frame.op}


PROTOCOL = Protocol(name="lcus", take=take, show=show, most=LENGTH, checked=True)
