"""Scan modules that send what they read as lines and say nothing else (``scans.py``)."""

from agent.drivers.codecs import scans
from agent.drivers.codecs.base import NOISE, Direction, Protocol, Taken
from agent.drivers.codecs.scans import Feeder, take_scan
from agent.drivers.codecs.told import Told, show

Scan = scans.Scan[Told]
_MARK = scans.marks(rb"(?!)")


def take_framed(buffer: bytes, direction: Direction | None) -> Taken[Told]:
    """Nothing: neither side sends frames."""
    del buffer, direction
    return NOISE


def take(buffer: bytes, direction: Direction | None) -> Taken[Told | Scan]:
    return NOISE if direction is Direction.HOST else take_scan(buffer, _MARK, _no_reply)


def _no_reply(buffer: bytes) -> Taken[Told]:
    return take_framed(buffer, Direction.DEVICE)


class Codes(Feeder[Told | Scan]):
    """Codes of one reader."""

    def __init__(self) -> None:
        super().__init__(take)


PROTOCOL = Protocol(name="scan_line", take=take, show=show, most=scans.MOST, inside=take_framed)
