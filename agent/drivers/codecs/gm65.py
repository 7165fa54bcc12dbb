"""GM65-class QR readers: what was scanned, raw, and answers to commands on the same wire.

    7E 00 type len addr addr data CRC CRC    command; type 07 read, 08 write, 09 save
    02 00 status len data CRC CRC            reply; status 00 is done
    the code's bytes, then CR                a scan (CR LF and LF are taken as well)

CRC-16/XMODEM, high byte first, over type or status to data; a command may carry AB CD instead,
"do not check" (GM65 user manual, chapter 8).  A reply can come in the middle of a scan; it is cut
out, and the scan names it (``scans.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs import scans
from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.crc import crc_xmodem
from agent.drivers.codecs.scans import Feeder, shown, take_scan

_COMMAND, _REPLY = b"\x7e\x00", b"\x02\x00"
_UNCHECKED = b"\xab\xcd"
_OPS = {0x07: "read", 0x08: "write", 0x09: "save"}
_EMPTY = Bad(Why.FORMAT, 2)  # no such type, or no data: leading zeros do not change the CRC
_MARK = scans.marks(_REPLY)


@dataclass(frozen=True, slots=True)
class Command:
    op: str
    zone: int
    data: bytes
    crc_bypass: bool


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    data: bytes


Scan = scans.Scan[Reply]
Frame = Command | Reply | Scan


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    framed = take_framed(buffer, direction)
    if framed is not NOISE or direction is Direction.HOST:
        return framed
    return take_scan(buffer, _MARK, _take_reply)


def take_framed(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    """Commands and replies only, which have a check."""
    if direction is not Direction.HOST and _starts(buffer, _REPLY):
        return _take_reply(buffer)
    if direction is not Direction.DEVICE and _starts(buffer, _COMMAND):
        return _take_command(buffer)
    return NOISE


def encode(op: str, zone: int, data: bytes) -> bytes:
    """A command.  ``op``: "read" (``data``: how many zones), "write" or "save"."""
    kind = next(kind for kind, name in _OPS.items() if name == op)
    body = bytes((kind, len(data))) + zone.to_bytes(2) + data
    return _COMMAND + body + crc_xmodem(body).to_bytes(2)


def _starts(buffer: bytes, mark: bytes) -> bool:
    return buffer.startswith(mark) or buffer == mark[:1]


def _take_reply(buffer: bytes) -> Taken[Reply]:
    if buffer[3:4] == b"\0":
        return _EMPTY
    length = 6 + buffer[3] if len(buffer) > 3 else 6 + 1
    if len(buffer) < length:
        return MORE
    if not _holds(buffer[2:length]):
        return Bad(Why.CHECKSUM, length)
    return Got(Reply(buffer[2], buffer[4 : length - 2]), length)


def _take_command(buffer: bytes) -> Taken[Command]:
    if (len(buffer) > 2 and buffer[2] not in _OPS) or buffer[3:4] == b"\0":
        return _EMPTY
    length = 8 + buffer[3] if len(buffer) > 3 else 8 + 1
    if len(buffer) < length:
        return MORE
    bypass = buffer[length - 2 : length] == _UNCHECKED
    if not bypass and not _holds(buffer[2:length]):
        return Bad(Why.CHECKSUM, length)
    zone, data = int.from_bytes(buffer[4:6]), buffer[6 : length - 2]
    return Got(Command(_OPS[buffer[2]], zone, data, bypass), length)


def _holds(checked: bytes) -> bool:
    return crc_xmodem(checked[:-2]) == int.from_bytes(checked[-2:])


class Codes(Feeder[Frame]):
    """Scans and replies of one reader."""

    def __init__(self) -> None:
        super().__init__(take)


def show(frame: Frame) -> Mapping[str, object]:
    match frame:
        case Command():
            told = {"op": frame.op, "zone": frame.zone, "data": frame.data.hex()}
            return told | {"crc_bypass": frame.crc_bypass}
        case Reply():
            return {"op": "reply", "status": frame.status, "data": frame.data.hex()}
        case scans.Scan():
            replies = [dict(show(reply)) for reply in frame.replies]
            return {**shown(frame.code), **({"replies": replies} if replies else {})}


PROTOCOL = Protocol(name="gm65", take=take, show=show, most=scans.MOST, inside=take_framed)
