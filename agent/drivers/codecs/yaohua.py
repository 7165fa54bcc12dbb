"""Yaohua XK3190-A9/D2+ indicators, continuous output: what the display shows, all the time.

    02  sign  d5 d4 d3 d2 d1 d0  dp  XX XX  03

``sign`` is ``+`` or ``-``; six digits; ``dp`` the number of decimals; ``XX XX`` the XOR of sign to
dp as two upper-case hexadecimal characters, high nibble first (A23p and A26 manuals, continuous
sending format).  No stable flag, no unit, no tare, no overload: the frame cannot say them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import xor

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.numbers import number

STX, ETX = 0x02, 0x03
LENGTH = 12
MOST_DECIMALS = 5  # of six digits one stands before the point
_SIGNS = b"+-"


@dataclass(frozen=True, slots=True)
class Weight:
    """What the display shows, in the unit that the indicator is set to."""

    sign: str
    digits: str
    decimals: int

    @property
    def weight(self) -> Decimal:
        value = Decimal(self.digits).scaleb(-self.decimals)
        return -value if self.sign == "-" and value else value


def take(buffer: bytes, direction: Direction | None) -> Taken[Weight]:
    del direction  # the host never speaks in this format
    if buffer[:1] != b"\x02":
        return NOISE
    if len(buffer) < LENGTH:
        return MORE if _begins(buffer) else NOISE
    if buffer[LENGTH - 1] != ETX:
        return Bad(Why.FORMAT, LENGTH if _begins(buffer[:9]) else 1)
    body = buffer[1:9]
    if buffer[9:11] != b"%02X" % reduce(xor, body):
        return Bad(Why.CHECKSUM, LENGTH)
    return _weight(body)


def _weight(body: bytes) -> Got[Weight] | Bad:
    if body[0] not in _SIGNS or not body[1:].isdigit():
        return Bad(Why.FORMAT, LENGTH)
    decimals = body[7] - ord("0")
    if decimals > MOST_DECIMALS:
        return Bad(Why.RANGE, LENGTH)
    return Got(Weight(chr(body[0]), body[1:7].decode("ascii"), decimals), LENGTH)


def _begins(buffer: bytes) -> bool:
    """Whether a cut frame could still become one."""
    digits = buffer[2:9]
    return buffer[1:2] in (b"", b"+", b"-") and (not digits or digits.isdigit())


def show(frame: Weight) -> Mapping[str, object]:
    return {
        "sign": frame.sign,
        "digits": frame.digits,
        "dp": frame.decimals,
        "weight": number(frame.weight),
    }


PROTOCOL = Protocol(name="yaohua_cont", take=take, show=show, most=LENGTH, checked=True)
