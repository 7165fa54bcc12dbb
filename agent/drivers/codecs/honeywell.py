"""Honeywell scan engines (N86, N3680, N56 …): codes as lines, and a dialect of settings.

    16 4D 0D text [.!]        menu command; ``.`` keeps it in the flash, which wears, ``!`` does not
    16 54 0D / 16 55 0D       trigger on and off; no answer
    text [06|15|05] [.!]      reply: the command echoed

``text`` is TAG SUB value; ? as value asks.  06 ACK, 15 NAK (value out of range) or 05 ENQ (no such
setting) stands before each comma, semicolon, period and exclamation mark.  (Honeywell N86 and N3680
user manuals, chapter "Serial Programming Commands".)

A reply has no mark at its beginning: the run of characters before its status belongs to it.
"""

import re

from agent.drivers.codecs import scans
from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.scans import Feeder, take_scan
from agent.drivers.codecs.told import MOST_TEXT, Told, marked, show

Scan = scans.Scan[Told]
_MENU, ON, OFF = b"\x16M\r", b"\x16T\r", b"\x16U\r"
_TEXT = re.compile(rb"[ -~]{1,200}?[.!]")
_STATUS = rb"[!-~]{0,200}?[\x05\x06\x15]"
_REPLY = re.compile(_STATUS + rb"(?:[,;][!-~]{0,60}?[\x05\x06\x15])*[.!]")
_BEGUN = re.compile(_STATUS + rb"(?:[,;][!-~]{0,60}?[\x05\x06\x15])*(?:[,;][!-~]{0,60}?)?\Z")
_MARK = scans.marks(_STATUS + rb"(?:[.!,;]|\Z)")


def encode(text: str) -> bytes:
    """``text`` with its ``.`` or ``!``."""
    return _MENU + text.encode("ascii")


def take(buffer: bytes, direction: Direction | None) -> Taken[Told | Scan]:
    framed = take_framed(buffer, direction)
    if framed is not NOISE or direction is Direction.HOST:
        return framed
    return take_scan(buffer, _MARK, _take_reply)


def take_framed(buffer: bytes, direction: Direction | None) -> Taken[Told]:
    """Commands and replies only."""
    if direction is not Direction.DEVICE and buffer[0] == _MENU[0]:
        return _take_command(buffer)
    if direction is not Direction.HOST and _MARK.match(buffer) and buffer[0] not in b"\r\n":
        return _take_reply(buffer)
    return NOISE


def _take_command(buffer: bytes) -> Taken[Told]:
    if buffer[:3] in (ON, OFF):
        return Got(Told(reply=False, text=chr(buffer[1])), 3)
    if not any(head.startswith(buffer[:3]) for head in (_MENU, ON, OFF)):
        return NOISE
    match = _TEXT.match(buffer, 3)
    if match is None:
        return MORE if len(buffer) < MOST_TEXT else Bad(Why.FORMAT, len(buffer))
    return Got(Told(reply=False, text=match.group().decode("ascii")), match.end())


def _take_reply(buffer: bytes) -> Taken[Told]:
    match = _REPLY.match(buffer)
    if match is None:
        return MORE if _BEGUN.match(buffer) else NOISE
    text, status = marked(match.group())
    return Got(Told(reply=True, text=text, status=status), match.end())


class Codes(Feeder[Told | Scan]):
    """Scans and replies of one reader."""

    def __init__(self) -> None:
        super().__init__(take)


PROTOCOL = Protocol(name="honeywell", take=take, show=show, most=scans.MOST, inside=take_framed)
