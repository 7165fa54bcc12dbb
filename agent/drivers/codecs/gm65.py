"""GM65-class QR readers: what was scanned, raw, and answers to commands on the same wire.

    7E 00 type len addr addr data CRC CRC    command; type 07 read, 08 write, 09 save
    02 00 status len data CRC CRC            reply; status 00 is done
    the code's bytes, then CR                a scan (CR LF and LF are taken as well)

CRC-16/XMODEM, high byte first, over type or status to data; a command may carry AB CD instead,
"do not check" (GM65 user manual, chapter 8).  A reply can come in the middle of a scan; it is cut
out, and the scan names it.  A code has **no check of its own**: its hash either is on a list or
it is not.

Any byte but CR and LF may be part of a code (UTF-8, GBK, binary).  So unlike in other protocols
the rest of a damaged reply is not looked at again: it would be taken for text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, More, Protocol, Taken, Why
from agent.drivers.codecs.crc import crc_xmodem

LONGEST_CODE = 512  # bytes; a version 10 QR at level M holds 213, and credentials are shorter
MOST = 1024  # a code, and a reply in its middle
_COMMAND, _REPLY = b"\x7e\x00", b"\x02\x00"
_UNCHECKED = b"\xab\xcd"
_OPS = {0x07: "read", 0x08: "write", 0x09: "save"}
_EMPTY = Bad(Why.FORMAT, 2)  # no such type, or no data: leading zeros do not change the CRC
_MARK = re.compile(rb"\r\n?|\n|\x02\x00")


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


@dataclass(frozen=True, slots=True)
class Scan:
    """``code`` without its end, and without the replies that stood in it."""

    code: bytes
    replies: tuple[Reply, ...] = ()


Frame = Command | Reply | Scan


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    framed = take_framed(buffer, direction)
    if framed is not NOISE or direction is Direction.HOST:
        return framed
    return _take_scan(buffer)


def take_framed(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    """Commands and replies only, which have a check."""
    if direction is not Direction.HOST and _starts(buffer, _REPLY):
        return _take_reply(buffer)
    if direction is not Direction.DEVICE and _starts(buffer, _COMMAND):
        return _take_command(buffer)
    return NOISE


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


def _take_scan(buffer: bytes) -> Taken[Scan]:
    if buffer[0] in b"\r\n":
        return NOISE  # the second half of CR LF, or an empty line
    code, replies, at = b"", tuple[Reply, ...](), 0
    for mark in _MARK.finditer(buffer):
        if mark.start() < at:
            continue  # within a reply
        if mark.group() != _REPLY:
            code += buffer[at : mark.start()]
            whole = Got(Scan(code, replies), mark.end())
            return whole if len(code) <= LONGEST_CODE else _over(mark.end())
        reply = _take_reply(buffer[mark.start() :])
        if isinstance(reply, More):
            break  # what looks like an end may be part of the reply
        if isinstance(reply, Got):
            code, replies = code + buffer[at : mark.start()], (*replies, reply.frame)
            at = mark.start() + reply.used
    return MORE if len(code) + len(buffer) - at <= LONGEST_CODE else _over(len(buffer))


def _over(used: int) -> Bad:
    return Bad(Why.FORMAT, used)


class Codes:
    """Scans and replies out of bytes that come in any portions.

    ``reset`` forgets a code that was begun: its end will not come any more.
    """

    def __init__(self) -> None:
        self._buffer, self._drop = b"", False

    def reset(self) -> None:
        self._buffer, self._drop = b"", False

    def feed(self, data: bytes) -> list[Frame]:
        buffer, at, frames = self._buffer + data, 0, list[Frame]()
        if self._drop:
            buffer, self._drop = _behind_end(buffer)
        while at < len(buffer):
            taken = take(buffer[at:], Direction.DEVICE)
            if isinstance(taken, Got):
                frames.append(taken.frame)
                at += taken.used
            elif isinstance(taken, Bad):
                at += taken.used
                self._drop = taken.used > LONGEST_CODE and buffer[at - 1] not in b"\r\n"
            else:
                break
        self._buffer = buffer[at:]
        return frames


def _behind_end(buffer: bytes) -> tuple[bytes, bool]:
    """What stands behind the end of a code that was too long; whether its end is still to come."""
    end = re.search(rb"[\r\n]", buffer)
    return (b"", True) if end is None else (buffer[end.end() :], False)


def text(code: bytes) -> str | None:
    """As people read it: UTF-8, else GBK (GB 18030), None for anything else."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return code.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def show(frame: Frame) -> Mapping[str, object]:
    match frame:
        case Command():
            told = {"op": frame.op, "zone": frame.zone, "data": frame.data.hex()}
            return told | {"crc_bypass": frame.crc_bypass}
        case Reply():
            return {"op": "reply", "status": frame.status, "data": frame.data.hex()}
        case Scan():
            replies = [dict(show(reply)) for reply in frame.replies]
            told = {"op": "scan", "text": text(frame.code), "data": frame.code.hex()}
            return told | ({"replies": replies} if replies else {})


PROTOCOL = Protocol(name="gm65", take=take, show=show, most=MOST, inside=take_framed)
