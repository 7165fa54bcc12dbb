"""Newland scan modules (FM430, FM530, EM20, HR42 …): codes as lines, and a dialect of settings.

    7E 01 "0000" store text ; 03                   command
    02 01 "0000" store text [06|15|05] ; 03        reply

``store`` is @ (kept) or # (until the next start).  ``text`` is TAG SUB value, several separated by
commas and semicolons; * as value asks.  The reply echoes it with 06 ACK, 15 NAK (value out of
range) or 05 ENQ (no such setting) before each comma and semicolon.  (Newland HR42 and FM530 user
manuals, chapter "Programming Commands".)
"""

import re

from agent.drivers.codecs import scans
from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.scans import Feeder, take_scan
from agent.drivers.codecs.told import Told, marked, show

Scan = scans.Scan[Told]
_COMMAND, _REPLY = b"~\x010000", b"\x02\x010000"
_HEAD, _END = len(_REPLY), 0x03
_TEXT = re.compile(rb"[@#][ -~\x05\x06\x15]{0,200}")
_MARK = scans.marks(rb"\x02\x010000|\x02(?:\x010{0,3})?\Z")


def encode(store: str, text: str) -> bytes:
    return _COMMAND + f"{store}{text};".encode("ascii") + b"\x03"


def take(buffer: bytes, direction: Direction | None) -> Taken[Told | Scan]:
    framed = take_framed(buffer, direction)
    if framed is not NOISE or direction is Direction.HOST:
        return framed
    return take_scan(buffer, _MARK, _take_reply)


def take_framed(buffer: bytes, direction: Direction | None) -> Taken[Told]:
    """Commands and replies only."""
    if direction is not Direction.HOST and _begins(buffer, _REPLY):
        return _take_reply(buffer)
    if direction is not Direction.DEVICE and _begins(buffer, _COMMAND):
        return _take(buffer, reply=False)
    return NOISE


def _begins(buffer: bytes, head: bytes) -> bool:
    return head.startswith(buffer[: len(head)])


def _take_reply(buffer: bytes) -> Taken[Told]:
    return _take(buffer, reply=True)


def _take(buffer: bytes, *, reply: bool) -> Taken[Told]:
    text = _TEXT.match(buffer, _HEAD)
    end = _HEAD if text is None else text.end()
    if end >= len(buffer):
        return MORE
    if buffer[end] != _END or buffer[end - 1] != ord(";"):
        return Bad(Why.FORMAT, end)
    told, status = marked(buffer[_HEAD : end - 1])
    if reply is (status is None):
        return Bad(Why.FORMAT, end + 1)  # a reply without a status, or a question with one
    return Got(Told(reply=reply, text=told, status=status), end + 1)


class Codes(Feeder[Told | Scan]):
    """Scans and replies of one reader."""

    def __init__(self) -> None:
        super().__init__(take)


PROTOCOL = Protocol(name="newland", take=take, show=show, most=scans.MOST, inside=take_framed)
