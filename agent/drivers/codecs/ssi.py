"""Grow GM67 and the MS945 clones: codes as lines, and packets of a Simple Serial Interface.

    length op source status data sum(2)

``length`` counts from itself to the data; the sum is the two's complement of the sum of all bytes
before it, high byte first.  ``source`` is 04 for the host, 00 for the module; ``status`` 08 keeps a
setting.  op D0 is done, D1 is no, C6 sets, E4 and E5 start and stop a scan, F3 is a code as a
packet: type and text, which the host must acknowledge, or it comes again.  (Doridian/GM67.)
Where codes are lines no such packet comes: one of 0A or 0D bytes would begin with a line's end.
"""

import re

from agent.drivers.codecs import scans
from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.scans import Feeder, take_scan
from agent.drivers.codecs.told import ACK, NAK, Told, show

Scan = scans.Scan[Told]
SET, START, STOP, DONE, NO, CODE = 0xC6, 0xE4, 0xE5, 0xD0, 0xD1, 0xF3
_HOST, _DEVICE, _KEEP = 0x04, 0x00, 0x08
_LEAST = 4  # length, op, source, status
_STATUS = {DONE: ACK, NO: NAK}
_OP = re.compile(rb"[\x04-\xff](?:\Z|[\xa0-\xff](?:\Z|[\x00\x04]))")
_MARK = scans.marks(rb"\x04\xd0\x00|\x05\xd1\x00|[\x04\x05]\Z|\x04\xd0\Z|\x05\xd1\Z")
"""Done and no only: other packets would not come where codes are lines."""


def encode(op: int, data: bytes = b"", *, keep: bool = False) -> bytes:
    body = bytes((_LEAST + len(data), op, _HOST, _KEEP if keep else 0)) + data
    return body + _sum(body)


def take(buffer: bytes, direction: Direction | None) -> Taken[Told | Scan]:
    framed = take_framed(buffer, direction)
    if framed is not NOISE or direction is Direction.HOST:
        return framed
    return take_scan(buffer, _MARK, _take)


def take_framed(buffer: bytes, direction: Direction | None) -> Taken[Told]:
    """Packets only, which have a check.  Text never has 00 or 04 in its third place."""
    if len(buffer) < 3 and direction is not Direction.HOST and buffer[0] >= 0x20:
        return NOISE  # a line has begun, as far as can be told
    if not _OP.match(buffer) or not _goes(buffer, direction):
        return NOISE
    return _take(buffer)


def _goes(buffer: bytes, direction: Direction | None) -> bool:
    if direction is None or len(buffer) < 3:
        return True
    return buffer[2] == (_HOST if direction is Direction.HOST else _DEVICE)


def _take(buffer: bytes) -> Taken[Told]:
    size = buffer[0]
    if len(buffer) < size + 2:
        return MORE
    body = buffer[:size]
    if buffer[size : size + 2] != _sum(body):
        return Bad(Why.CHECKSUM, size + 2)
    op, status = body[1], _STATUS.get(body[1]) if body[2] == _DEVICE else None
    told = Told(reply=body[2] == _DEVICE, text=f"{op:02x}", status=status, data=body[_LEAST:])
    return Got(told, size + 2)


def _sum(body: bytes) -> bytes:
    return (-sum(body) & 0xFFFF).to_bytes(2)


class Codes(Feeder[Told | Scan]):
    """Scans and replies of one reader."""

    def __init__(self) -> None:
        super().__init__(take)


PROTOCOL = Protocol(name="ssi", take=take, show=show, most=scans.MOST, inside=take_framed)
