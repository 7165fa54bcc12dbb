"""Lines of text from converters that turn Wiegand into a serial port.

    0FC350 CR                    hex: the data bits, without parity, which the converter has judged
    02 W FC177ID25111 CR         fc-id: facility code and number in decimal; some leave the W out
    0000123478 CR LF             decimal: all data bits as one number; how many there were is lost
    000001111110000110101000 01 CR    bits: 26 or 34 of them, with their parity, first bit first

(Priority 1 Design, WIE232-A; Promag WEC200 user manual, appendix C; S4A WIEGAND-Ethernet manual,
3.2; ``bits`` is what a microcontroller passes on that judges nothing.)  LF, CR and CR LF all end a
line.  The forms are told apart by their lengths, and **only bits have a check**.

26 bits: even parity of the first half, facility 8, number 16, odd parity of the second half.  34
bits: the same with facility 16 (STid Ultrys manual, "Wiegand 3i"; Sygonix 1582020 manual).  With D0
and D1 swapped every bit is inverted, and both parities are wrong, always.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

MOST = 34  # characters of the longest line
_BITS = {6: 26, 8: 34}  # by hexadecimal digits
_END = re.compile(rb"\r\n?|\n")
_HEX = re.compile(rb"[0-9A-F]{6}|[0-9A-F]{8}")
_DECIMAL = re.compile(rb"[0-9]{10}")
_FC_ID = re.compile(rb"\x02W?FC([0-9]{1,3})ID([0-9]{1,5})")
_RAW = re.compile(rb"[01]{26}|[01]{34}")
_BEGUN = re.compile(rb"[0-9A-F]{0,34}|\x02(?:W?F?|W?FC[0-9]{0,3}|W?FC[0-9]{1,3}ID?[0-9]{0,5})")
_MOST_DECIMAL = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """``number``: the data bits as capital hexadecimal digits.

    ``bits`` counts parity too; None, and no ``facility``, where the converter does not tell.
    """

    form: str
    bits: int | None
    facility: int | None
    card: int
    number: str


def parse(line: bytes) -> Card | Bad:
    """One whole line, without its end."""
    if match := _FC_ID.fullmatch(line):
        return _fc_id(int(match[1]), int(match[2]))
    if _RAW.fullmatch(line):
        return _raw(line.decode("ascii"))
    if _DECIMAL.fullmatch(line):
        return _decimal(int(line))
    if _HEX.fullmatch(line):
        return _card("hex", line.decode("ascii"))
    return NOISE


def _fc_id(facility: int, card: int) -> Card | Bad:
    if facility > 0xFF or card > 0xFFFF:
        return Bad(Why.RANGE, 1)
    return _card("fc-id", f"{facility:02X}{card:04X}")


def _raw(bits: str) -> Card | Bad:
    half = len(bits) // 2
    if bits[:half].count("1") % 2 != 0 or bits[half:].count("1") % 2 != 1:
        return Bad(Why.CHECKSUM, 1)
    return _card("bits", f"{int(bits[1:-1], 2):0{(len(bits) - 2) // 4}X}")


def _decimal(card: int) -> Card | Bad:
    if card > _MOST_DECIMAL:
        return Bad(Why.RANGE, 1)
    return Card(form="decimal", bits=None, facility=None, card=card, number=f"{card:08X}")


def _card(form: str, number: str) -> Card:
    """With the last 16 bits as the card's own."""
    facility, card = divmod(int(number, 16), 0x1_0000)
    return Card(form=form, bits=_BITS[len(number)], facility=facility, card=card, number=number)


def take(buffer: bytes, direction: Direction | None) -> Taken[Card]:
    if direction is Direction.HOST or buffer[0] in b"\r\n":
        return NOISE
    end = _END.search(buffer, 0, MOST + 2)
    if end is None:
        return MORE if _BEGUN.fullmatch(buffer) else Bad(Why.FORMAT, len(buffer))
    card = parse(buffer[: end.start()])
    return Bad(card.why, end.end()) if isinstance(card, Bad) else Got(card, end.end())


def take_marked(buffer: bytes, direction: Direction | None) -> Taken[Card]:
    """Only what has a mark of its own: the end of a longer line may look like another number."""
    return take(buffer, direction) if buffer[0] == 0x02 else NOISE


class Cards:
    """Cards out of bytes that come in any portions; never the end of a line, but from its mark.

    ``reset`` forgets a line that was begun: its end will not come any more.
    """

    def __init__(self) -> None:
        self._rest = b""

    def reset(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Card]:
        lines = re.split(rb"[\r\n]", self._rest + data)
        self._rest = lines.pop()[: MOST + 1]  # one more than any line: it stays too long
        cards = [parse(_from_mark(line)) for line in lines]
        return [card for card in cards if isinstance(card, Card)]


def _from_mark(line: bytes) -> bytes:
    """Noise may stand before a line that has a mark; before others it makes them no lines."""
    _, mark, rest = line.rpartition(b"\x02")
    return mark + rest


def show(card: Card) -> Mapping[str, object]:
    told = {"form": card.form, "bits": card.bits, "facility": card.facility}
    return told | {"card": card.card, "number": card.number}


PROTOCOL = Protocol(name="wiegand", take=take, show=show, most=MOST + 2, inside=take_marked)
