"""HJ 212-2017: how Chinese monitoring instruments speak with their platform, in text.

    ##0103QN=…;ST=32;CN=1062;PW=…;MN=…;Flag=5;CP=&&RtdInterval=30&&1C80 CR LF

Four digits count the characters of the data segment (1024 at most), four hex digits are its CRC.
The CRC is **not** that of Modbus: annex A of the standard takes in a whole byte first, by
``crc = (crc >> 8) ^ byte``, and then shifts eight times (start FFFF, polynomial A001).

In ``CP`` items stand between ``;``, the values of one item between ``,``; both are told flat here,
and of two equal names the last.  What instruments do beside the standard is taken: other orders of
the fields, a ``;`` at the end, an MN of any form, unknown fields.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

HEAD, END = b"##", b"\r\n"
LONGEST = 1024  # characters of a data segment; longer messages are split, PNUM and PNO say so
_AROUND = 2 + 4 + 4 + 2
MOST = LONGEST + _AROUND
_OPEN, _CLOSE = "CP=&&", "&&"
_HEX = frozenset(b"0123456789ABCDEF")


@dataclass(frozen=True, slots=True)
class Packet:
    """``fields``: QN, ST, CN, PW, MN, Flag, PNUM, PNO as told.  ``cp`` None: it has no CP."""

    fields: Mapping[str, str]
    cp: Mapping[str, str] | None


def take(buffer: bytes, direction: Direction | None) -> Taken[Packet]:
    del direction  # both sides speak alike
    if not buffer.startswith(HEAD[: len(buffer)]):
        return NOISE
    digits = buffer[2:6]
    if digits and not digits.isdigit():
        return Bad(Why.FORMAT, len(HEAD))
    size = int(digits) if len(digits) == 4 else 0
    if size > LONGEST:
        return Bad(Why.RANGE, len(HEAD))
    if len(buffer) < size + _AROUND:
        return MORE
    return _whole(buffer[6 : 6 + size], buffer[6 + size : size + _AROUND], size + _AROUND)


def _whole(data: bytes, tail: bytes, used: int) -> Taken[Packet]:
    if not _HEX.issuperset(tail[:4]) or int(tail[:4], 16) != crc(data):
        return Bad(Why.CHECKSUM, used)
    packet = _packet(_text(data))
    return Got(packet, used) if tail[4:] == END and packet.fields else Bad(Why.FORMAT, used)


def _text(data: bytes) -> str:
    """Names of places and people may be UTF-8 or GBK; the length counts their bytes."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _shifted(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_SHIFTED = tuple(map(_shifted, range(256)))


def crc(data: bytes) -> int:
    """Annex A of HJ 212-2017; of the eight shifts only the low byte needs the polynomial."""
    value = 0xFFFF
    for byte in data:
        value = value >> 8 ^ byte
        value = value >> 8 ^ _SHIFTED[value & 0xFF]
    return value


def _packet(data: str) -> Packet:
    head, opened, rest = data.partition(_OPEN)
    inner, _, after = rest.partition(_CLOSE)
    fields = dict(_pairs(head.split(";") + after.split(";")))
    cp = dict(_pairs(inner.replace(";", ",").split(","))) if opened else None
    return Packet(fields, cp)


def _pairs(items: list[str]) -> Iterator[tuple[str, str]]:
    for item in items:
        name, told, value = item.partition("=")
        if told:
            yield name.strip(), value


def show(frame: Packet) -> Mapping[str, object]:
    return {**frame.fields} if frame.cp is None else {**frame.fields, "CP": {**frame.cp}}


PROTOCOL = Protocol(name="hj212", take=take, show=show, most=MOST, checked=True)
