"""DYScan DE2120 scan modules: codes as lines, and short commands.

    "^_^" text "."      command, ASCII
    06 or 15            reply, one byte: done, or no

(SparkFun's DE2120 library.)  A reply has no frame at all, so no code may hold these bytes.
"""

import re

from agent.drivers.codecs import scans
from agent.drivers.codecs.base import MORE, NOISE, Direction, Got, Protocol, Taken
from agent.drivers.codecs.scans import Feeder, take_scan
from agent.drivers.codecs.told import ENQ, STATUS, Told, show

Scan = scans.Scan[Told]
_COMMAND = re.compile(rb"\^_\^([0-9A-Za-z]{1,32})\.")
_BEGUN = re.compile(rb"\^|\^_|\^_\^[0-9A-Za-z]{0,32}")
_MARK = scans.marks(rb"[\x06\x15]")


def encode(text: str) -> bytes:
    return f"^_^{text}.".encode("ascii")


def take(buffer: bytes, direction: Direction | None) -> Taken[Told | Scan]:
    framed = take_framed(buffer, direction)
    if framed is not NOISE or direction is Direction.HOST:
        return framed
    return take_scan(buffer, _MARK, _take_reply)


def take_framed(buffer: bytes, direction: Direction | None) -> Taken[Told]:
    """Commands and replies only."""
    if direction is not Direction.DEVICE and buffer[:1] == b"^":
        return _take_command(buffer)
    return NOISE if direction is Direction.HOST else _take_reply(buffer)


def _take_command(buffer: bytes) -> Taken[Told]:
    match = _COMMAND.match(buffer)
    if match is None:
        return MORE if _BEGUN.fullmatch(buffer) else NOISE
    return Got(Told(reply=False, text=match[1].decode("ascii")), match.end())


def _take_reply(buffer: bytes) -> Taken[Told]:
    status = STATUS.get(buffer[0], ENQ)
    return NOISE if status == ENQ else Got(Told(reply=True, text="", status=status), 1)


class Codes(Feeder[Told | Scan]):
    """Scans and replies of one reader."""

    def __init__(self) -> None:
        super().__init__(take)


PROTOCOL = Protocol(name="de2120", take=take, show=show, most=scans.MOST, inside=take_framed)
