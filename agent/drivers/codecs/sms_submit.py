"""A text as the PDUs that a modem is given for ``AT+CMGS`` (fields: ``sms_pdu.py``).

Text of the GSM alphabet goes as 7-bit, all other text as UCS-2.  What does not fit into one
message is cut into parts that phones join again; neither an escaped character nor a surrogate
pair is ever cut in two, since each phone shows its half as rubbish.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.drivers.codecs import gsm7
from agent.drivers.codecs.sms_fields import MOST_DIGITS, MOST_OCTETS, MOST_SEPTETS

_SUBMIT, _RELATIVE, _HEADER, _REPORT = 0x01, 0x10, 0x40, 0x20  # 23.040, 9.2.2.2
_GSM7, _UCS2 = 0x00, 0x08  # 23.038, 4
_ONE_DAY = 0xA7  # of validity (9.2.3.12.1): an alarm of yesterday helps nobody
_DIGITS = "0123456789*#abc"


@dataclass(frozen=True, slots=True)
class Submit:
    """``octets`` begin with an empty SMSC: the one on the SIM is used."""

    octets: bytes

    @property
    def length(self) -> int:
        """What ``AT+CMGS=`` counts: all but the SMSC."""
        return len(self.octets) - 1


def parts_of(text: str, *, wide: bool = False) -> int:
    """How many messages ``text`` takes."""
    return len(_bodies(text, wide=wide)[1])


def submits(number: str, text: str, reference: int, *, wide: bool = False) -> Sequence[Submit]:
    """``number``: digits, with ``+`` before a country code; 20 at most.

    ``reference`` joins the parts of one text; 8 bits of it are used, 16 if ``wide``.
    """
    dcs, bodies = _bodies(text, wide=wide)
    total = len(bodies)
    return [
        _submit(number, dcs, _header(reference, total, at, wide=wide) if total > 1 else b"", body)
        for at, body in enumerate(bodies, 1)
    ]


def _bodies(text: str, *, wide: bool) -> tuple[int, list[bytes]]:
    """Septets or octets of each part."""
    units = gsm7.septets(text)
    if units is not None:
        room = MOST_SEPTETS - (8 * len(_header(0, 1, 1, wide=wide)) + 6) // 7
        return _GSM7, _cut([bytes(unit) for unit in units], MOST_SEPTETS, room)
    pairs = [char.encode("utf-16-be", "replace") for char in text]
    return _UCS2, _cut(pairs, MOST_OCTETS, MOST_OCTETS - len(_header(0, 1, 1, wide=wide)))


def _cut(units: list[bytes], whole: int, room: int) -> list[bytes]:
    if sum(map(len, units)) <= whole:
        return [b"".join(units)]
    parts, part = list[bytes](), b""
    for unit in units:
        if len(part) + len(unit) > room:
            parts.append(part)
            part = b""
        part += unit
    return [*parts, part]


def _header(reference: int, total: int, number: int, *, wide: bool) -> bytes:
    """9.2.3.24.1 and .8."""
    if wide:
        return bytes((6, 8, 4, *(reference & 0xFFFF).to_bytes(2), total, number))
    return bytes((5, 0, 3, reference & 0xFF, total, number))


def _submit(number: str, dcs: int, header: bytes, body: bytes) -> Submit:
    first = _SUBMIT | _RELATIVE | _REPORT | (_HEADER if header else 0)
    head = bytes((0, first, 0)) + bytes(_address(number)) + bytes((0, dcs, _ONE_DAY))
    if dcs == _UCS2:
        return Submit(head + bytes((len(header) + len(body),)) + header + body)
    covered = (8 * len(header) + 6) // 7
    octets = header + gsm7.pack(body, 7 * covered - 8 * len(header))
    return Submit(head + bytes((covered + len(body),)) + octets)


def _address(number: str) -> Iterator[int]:
    """9.1.2.5; the numbering plan is that of telephones."""
    digits = number.removeprefix("+")[:MOST_DIGITS]
    yield len(digits)
    yield 0x91 if number.startswith("+") else 0x81
    nibbles = [_DIGITS.index(digit) for digit in digits]
    nibbles += [0x0F] * (len(nibbles) % 2)
    for low, high in zip(nibbles[::2], nibbles[1::2], strict=True):
        yield high << 4 | low
