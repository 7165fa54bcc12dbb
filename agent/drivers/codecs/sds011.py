"""Nova Fitness SDS011 and SDS198: laser dust sensors, 9600 8N1.

    AA C0 lo hi lo hi        id id SUM AB    PM2.5 and PM10, tenths of a µg/m³
    AA CF 2 bytes lo hi      id id SUM AB    SDS198: PM100 (all that floats), whole µg/m³
    AA C5 cmd 3 bytes        id id SUM AB    what it answers to a command
    AA B4 cmd 12 bytes       id id SUM AB    told; FF FF is any of them

SUM is the 8-bit sum from the third byte on.  (Nova control protocol V1.3; SDS011 specification
V1.3 and SDS198 specification V1.2, as docs/sensors/NovaFitness.md of avaldebe/PyPMS prints them.)
Commands begin with 0 to ask or 1 to set: 02 mode (0 by itself, 1 when asked), 04 measure once,
05 give it another id, 06 sleep (0 sleep, 1 work), 07 firmware, 08 period in minutes, 0 for always.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from agent.drivers.codecs.base import (
    MORE,
    NOISE,
    Bad,
    Direction,
    Got,
    Protocol,
    Taken,
    Why,
    search,
)
from agent.line.asking import Answer

HEAD, TAIL = 0xAA, 0xAB
_AIR, _DUST, _REPLY, _COMMAND = 0xC0, 0xCF, 0xC5, 0xB4
_LENGTHS = {_AIR: 10, _DUST: 10, _REPLY: 10, _COMMAND: 19}
MODE, MEASURE, SLEEP, PERIOD = 0x02, 0x04, 0x06, 0x08
ANYBODY = b"\xff\xff"
MOST = 19


@dataclass(frozen=True, slots=True)
class Air:
    """Tenths of a µg/m³."""

    pm25: int
    pm10: int
    id: bytes


@dataclass(frozen=True, slots=True)
class Dust:
    """``pm100`` in whole µg/m³; what the two bytes before it are, the maker does not say."""

    pm100: int
    id: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    cmd: int
    data: bytes
    id: bytes


@dataclass(frozen=True, slots=True)
class Command:
    cmd: int
    params: bytes
    target: bytes


Frame = Air | Dust | Reply | Command
F = TypeVar("F")


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    if buffer[0] != HEAD:
        return NOISE
    if len(buffer) < 2:
        return MORE
    length = _LENGTHS.get(buffer[1])
    if length is None or not _spoken(buffer[1], direction):
        return NOISE
    return MORE if len(buffer) < length else _whole(buffer[:length])


def _whole(frame: bytes) -> Taken[Frame]:
    *head, low, high, check, tail = frame
    if sum(frame[2:-2]) & 0xFF != check:
        return Bad(Why.CHECKSUM, len(frame))
    if tail != TAIL:
        return Bad(Why.FORMAT, len(frame))
    return Got(_frame(head[1], bytes(head[2:]), bytes((low, high))), len(frame))


def _spoken(kind: int, direction: Direction | None) -> bool:
    return direction is None or (kind == _COMMAND) == (direction is Direction.HOST)


def _frame(kind: int, data: bytes, of: bytes) -> Frame:
    if kind == _COMMAND:
        return Command(data[0], data[1:], of)
    if kind == _REPLY:
        return Reply(data[0], data[1:], of)
    first, second = int.from_bytes(data[:2], "little"), int.from_bytes(data[2:], "little")
    return Air(first, second, of) if kind == _AIR else Dust(second, of)


def encode(cmd: int, *params: int, target: bytes = ANYBODY) -> bytes:
    """``params``: up to twelve bytes; what is missing is 0."""
    body = bytes((cmd, *params)).ljust(13, b"\0") + target
    return bytes((HEAD, _COMMAND)) + body + bytes((sum(body) & 0xFF, TAIL))


def answer(wanted: Callable[[Frame], F | None]) -> Answer[F]:
    """Finds the first frame that ``wanted`` makes something of."""

    def look(buffer: bytes, direction: Direction | None) -> Taken[F]:
        taken = take(buffer, direction)
        if not isinstance(taken, Got):
            return taken
        made = wanted(taken.frame)
        return NOISE if made is None else Got(made, taken.used)

    return lambda heard: search(look, heard, lambda _: True)


def show(frame: Frame) -> Mapping[str, object]:
    match frame:
        case Air():
            values = {"pm25": frame.pm25 / 10, "pm10": frame.pm10 / 10}
            return {"kind": "data", **values, "id": frame.id.hex()}
        case Dust():
            return {"kind": "data", "pm100": frame.pm100, "id": frame.id.hex()}
        case Reply():
            told = {"cmd": frame.cmd, "data": frame.data.hex()}
            return {"kind": "reply", **told, "id": frame.id.hex()}
        case Command():
            told = {"cmd": frame.cmd, "params": frame.params.hex()}
            return {"kind": "command", **told, "target": frame.target.hex()}


PROTOCOL = Protocol(name="sds011", take=take, show=show, most=MOST, checked=True)
