"""The fields of short messages: numbers, moments, and texts with their headers (sms_pdu.py)."""

from dataclasses import dataclass
from enum import Enum

from agent.drivers.codecs import gsm7

MOST_OCTETS, MOST_SEPTETS = 140, 160  # of user data (23.040, 9.2.3.16)
MOST_DIGITS = 20  # of a number (9.1.2.5)
_DIGITS = "0123456789*#abc"  # 9.1.2.3
_INTERNATIONAL, _ALPHANUMERIC = 1, 5


class Alphabet(Enum):
    GSM7 = 0
    OCTETS = 1
    UCS2 = 2


@dataclass(frozen=True, slots=True)
class UserData:
    """``body``: septets of 7-bit text, one a byte; else octets.  Both without the header."""

    length: int
    alphabet: Alphabet
    header: bytes
    body: bytes
    compressed: bool

    def text(self) -> str | None:
        """None for compressed text, which nobody sends."""
        if self.compressed:
            return None
        return text_of(self.body, self.alphabet)


@dataclass(frozen=True, slots=True)
class Part:
    reference: int
    total: int
    number: int


def text_of(body: bytes, alphabet: Alphabet) -> str:
    if alphabet is Alphabet.GSM7:
        return gsm7.as_text(body)
    return gsm7.ucs2(body) if alphabet is Alphabet.UCS2 else body.decode("latin-1")


def part_of(header: bytes) -> Part | None:
    """Which part of a long message this is (9.2.3.24.1 and .8); None if it is whole."""
    at = 1
    while at + 2 <= len(header):
        kind, size = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + size]
        if (kind, size, len(value)) in ((0, 3, 3), (8, 4, 4)):
            part = Part(int.from_bytes(value[:-2]), value[-2], value[-1])
            return part if 1 <= part.number <= part.total else None
        at += 2 + size
    return None


class Short(Exception):
    """More octets are needed."""


class Wrong(Exception):
    """No PDU can go on like this."""


class Reader:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data, self.at = data, at

    def take(self, size: int) -> bytes:
        taken = self._data[self.at : self.at + size]
        self.at += size
        if len(taken) < size:
            raise Short
        return taken

    @property
    def left(self) -> bool:
        return self.at < len(self._data)

    def octet(self) -> int:
        return self.take(1)[0]

    def number(self) -> str:
        count = self.octet()
        if count > MOST_DIGITS:
            raise Wrong
        kind = self.octet()
        return as_number(kind, self.take((count + 1) // 2), count)

    def moment(self) -> tuple[str, int]:
        swapped = _swapped(self.take(7))
        zone = int(swapped[12:], 16)
        quarters = (zone >> 4 & 7) * 10 + (zone & 0x0F)
        return swapped[:12], -quarters if zone & 0x80 else quarters

    def user_data(self, dcs: int, *, udhi: bool) -> UserData:
        length, alphabet = self.octet(), alphabet_of(dcs)
        if length > (MOST_SEPTETS if alphabet is Alphabet.GSM7 else MOST_OCTETS):
            raise Wrong
        octets = self.take(gsm7.size(length) if alphabet is Alphabet.GSM7 else length)
        header = _header(octets) if udhi else b""
        body = _body(octets, header, length, alphabet)
        return UserData(length, alphabet, header, body, compressed=dcs < 0x80 and bool(dcs & 0x20))


def alphabet_of(dcs: int) -> Alphabet:
    """Of the text (23.038, 4).  Reserved codings are read as 7-bit text, as it asks."""
    group = dcs >> 4
    if group < 8:
        return (Alphabet.GSM7, Alphabet.OCTETS, Alphabet.UCS2, Alphabet.GSM7)[dcs >> 2 & 3]
    if group == 0x0F:
        return Alphabet.OCTETS if dcs & 4 else Alphabet.GSM7
    return Alphabet.UCS2 if group == 0x0E else Alphabet.GSM7


def _header(octets: bytes) -> bytes:
    """With its length before it."""
    header = octets[: octets[0] + 1] if octets else b""
    if not octets or len(header) <= octets[0]:
        raise Wrong
    return header


def _body(octets: bytes, header: bytes, length: int, alphabet: Alphabet) -> bytes:
    if alphabet is not Alphabet.GSM7:
        body = octets[len(header) :]
        if alphabet is Alphabet.UCS2 and len(body) % 2:
            raise Wrong
        return body
    taken = (8 * len(header) + 6) // 7  # septets that the header covers
    if taken > length:
        raise Wrong
    return gsm7.unpack(octets, length, 0)[taken:]


def _swapped(octets: bytes) -> str:
    return "".join(f"{octet & 0x0F:x}{octet >> 4:x}" for octet in octets)


def as_number(kind: int, octets: bytes, count: int) -> str:
    """``count``: its digits; of letters the semi-octets that they fill."""
    form = kind >> 4 & 7
    if form == _ALPHANUMERIC:
        return gsm7.as_text(gsm7.unpack(octets, count * 4 // 7))
    nibbles = _swapped(octets)[:count].rstrip("f")
    if "f" in nibbles:
        raise Wrong
    digits = "".join(_DIGITS[int(nibble, 16)] for nibble in nibbles)
    return f"+{digits}" if form == _INTERNATIONAL else digits
