"""Onbon (仰邦) BX-5K and BX-6K LED controllers, the ones with fonts of their own (字库卡).

    A5×8  to16 from16 … check mode display type version len16  data  CRC16  5A

A5, A6, 5A and 5B inside are sent as A6 02, A6 01, 5B 02 and 5B 01; lengths and CRC-16/ARC are of
what was meant.  Numbers have their low byte first.  Data of a request is ``group command answer
mode 0 …``, of an answer ``group command error 0 0 …``; A0 00 says yes and A0 01 no.  ``A3 06``
gives areas of the board new texts, which it forgets without power.

Source: the maker's "BX-5K/6K 通讯协议用户版本" 1.4, github.com/onbonlab/onbonlab.github.io.  One
A5 is enough to begin with: the others are there to get lost.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.crc import crc_arc

HOST = 0x8000  # the first address of programs on PCs (section 4)
EVERY_TYPE = 0xFE
MOST_DATA = 1024  # what a controller can receive (5.1.3)
ACK, NACK, PING, STATUS, SHOW, CLEAR = 0xA000, 0xA001, 0xA200, 0xA102, 0xA306, 0xA310
_NAMES = {
    ACK: "ack", NACK: "nack", PING: "ping", STATUS: "status", SHOW: "show", CLEAR: "clear",
}  # fmt: skip
_HEADER = struct.Struct("<HH3sBBBBBH")
_OPTION = 7  # its bit 0: the barcode of one controller stands behind it
_CODED_HEADER = _HEADER.size + 16
_COMMAND = 5
_AREA = struct.Struct("<BHHHHBBBHBBBBBBBBBI")
_VERSION = 2
_START, _END = 0xA5, 0x5A
_PREAMBLE = 8
_MOST_PREAMBLE = 16
_ESCAPES = {0xA6: {1: 0xA6, 2: 0xA5}, 0x5B: {1: 0x5B, 2: 0x5A}}
_WRITTEN = {real: bytes((lead, n)) for lead, known in _ESCAPES.items() for n, real in known.items()}
MOST = _MOST_PREAMBLE + 2 * (_CODED_HEADER + MOST_DATA + 2) + 1
_ALL = 0xFF  # of the areas (8.2.1)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the board, in pixels, and how its text (GBK) moves.

    ``still``: it stands; else it moves to the left.  ``keep_s``: seconds after which an area that
    got nothing new goes dark; 0 never.
    """

    number: int
    x: int
    y: int
    width: int
    height: int
    text: bytes
    still: bool = True
    keep_s: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """``code``: group and command.  ``error``: of an answer; in a request whether one is wanted."""

    to: int
    sender: int
    code: int
    error: int
    data: bytes


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    del direction
    begins = len(buffer) - len(buffer.lstrip(b"\xa5"))
    if begins == 0:
        return NOISE
    if begins > _MOST_PREAMBLE:
        return NOISE  # the frame begins later
    end = buffer.find(b"\x5a", begins)
    again = buffer.find(b"\xa5", begins)
    if again >= 0 and (end < 0 or again < end):
        return Bad(Why.FORMAT, again)
    if end < 0:
        return MORE if len(buffer) < MOST else NOISE
    return _framed(buffer[begins:end], end + 1)


def _framed(written: bytes, used: int) -> Taken[Frame]:
    meant = _meant(written)
    if meant is None or len(meant) < _HEADER.size + _COMMAND + 2:
        return Bad(Why.FORMAT, used)
    begins = _CODED_HEADER if meant[_OPTION] & 1 else _HEADER.size
    plain = meant[: _OPTION + 1] + meant[begins - _HEADER.size + _OPTION + 1 :]
    if len(plain) < _HEADER.size:
        return Bad(Why.FORMAT, used)
    to, sender, _, _, mode, _, _, version, size = _HEADER.unpack_from(plain)
    if mode == 0 and crc_arc(meant[:-2]) != int.from_bytes(meant[-2:], "little"):
        return Bad(Why.CHECKSUM, used)
    if mode or len(meant) != begins + size + 2 or size < _COMMAND:
        return Bad(Why.FORMAT, used)  # a sum, or no check at all, is nothing to rely on
    if version != _VERSION:
        return Bad(Why.VERSION, used)
    data = meant[begins:-2]
    return Got(Frame(to, sender, data[0] << 8 | data[1], data[2], data[3:]), used)


def _meant(written: bytes) -> bytes | None:
    meant, octets = bytearray(), iter(written)
    for octet in octets:
        known = _ESCAPES.get(octet)
        real = octet if known is None else known.get(next(octets, 0))
        if real is None:
            return None
        meant.append(real)
    return bytes(meant)


def ping(screen: int) -> bytes:
    return encode(screen, PING, b"")


def shows(screen: int, areas: Sequence[Area]) -> bytes:
    """New texts for some areas; the others keep theirs."""
    pieces = [_area(area) for area in areas]
    told = b"".join(len(piece).to_bytes(2, "little") + piece for piece in pieces)
    return encode(screen, SHOW, bytes((0, len(areas))) + told)


def clears(screen: int, area: int | None = None) -> bytes:
    """An area goes dark; all of them if none is named."""
    gone = (_ALL,) if area is None else (1, area)
    return encode(screen, SHOW, bytes((*gone, 0)))


def encode(screen: int, code: int, data: bytes) -> bytes:
    """A request that wants an answer."""
    told = code.to_bytes(2) + bytes((1, 0, 0)) + data
    header = _HEADER.pack(screen, HOST, b"\0\0\0", 0, 0, 0, EVERY_TYPE, _VERSION, len(told))
    whole = header + told
    whole += crc_arc(whole).to_bytes(2, "little")
    written = b"".join(_WRITTEN.get(octet, bytes((octet,))) for octet in whole)
    return bytes((_START,)) * _PREAMBLE + written + bytes((_END,))


def _area(area: Area) -> bytes:
    pixels = 0x8000  # the high bit: not in bytes of eight pixels
    run, timeout = (2, area.keep_s) if area.keep_s else (0, 0)
    # One line, not wrapped; how it comes and goes, how fast, and for how many half seconds (9.1).
    moves = (1, 1, 1, 0, 0, 10) if area.still else (1, 1, 3, 0, 4, 0)
    head = _AREA.pack(
        *(0, area.x | pixels, area.y, area.width | pixels, area.height, area.number),
        *(0, run, timeout, 0, 0, 0, *moves, len(area.text)),
    )
    return head + area.text


def _areas_of(data: bytes) -> list[Area] | None:
    """Of ``A3 06``; None for those with speech or extensions, which we do not write."""
    at = 3 + (0 if data[2:3] in (b"\0", b"\xff") else data[2]) if len(data) > 2 else 0
    count, areas = data[at : at + 1], list[Area]()
    at += 1
    for _ in range(count[0] if count else 0):
        size = int.from_bytes(data[at : at + 2], "little")
        piece = data[at + 2 : at + 2 + size]
        if len(piece) < max(size, _AREA.size) or piece[14:16] != b"\0\0":
            return None
        areas.append(_area_of(piece))
        at += 2 + size
    return areas if at == len(data) else None


def _area_of(piece: bytes) -> Area:
    _, x, y, width, height, number, _, run, timeout, *_, mode, _, _, _, size = _AREA.unpack_from(
        piece
    )
    text = piece[_AREA.size : _AREA.size + size]
    keep = timeout if run == 2 else 0
    return Area(number, _pixels(x), y, _pixels(width), height, text, mode == 1, keep)


def _pixels(told: int) -> int:
    return told & 0x7FFF if told & 0x8000 else 8 * told


def show(frame: Frame) -> Mapping[str, object]:
    name = _NAMES.get(frame.code, f"{frame.code:04x}")
    told: dict[str, object] = {"op": name, "to": frame.to, "from": frame.sender}
    if frame.code in (ACK, NACK):
        return told | {"error": frame.error}
    areas = _areas_of(frame.data) if frame.code == SHOW else None
    if areas is None:
        return told | {"data": frame.data[2:].hex()}
    return told | {"areas": [_shown(area) for area in areas]}


def _shown(area: Area) -> Mapping[str, object]:
    place = {"x": area.x, "y": area.y, "width": area.width, "height": area.height}
    return {"area": area.number, **place, "text": area.text.decode("gb18030", "replace")}


PROTOCOL = Protocol(name="onbon_k", take=take, show=show, most=MOST)
