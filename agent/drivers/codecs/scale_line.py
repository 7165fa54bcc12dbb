"""Scales that send lines of ASCII (A&D, CAS, OHAUS, Rice Lake and many that copy them).

    ST,GS,+  12.34kg CR LF        stable or not, gross or net, sign, number, unit
    ST,+00123.45  kg CR LF        A&D says no mode (2400 baud 7E1)
    ST,GS,    450.5,kg CR LF      Rice Lake sets a comma before the unit
    OL,GS,+             CR LF     overload has no number

ST is stable, US unstable, OL out of range; GS gross, NT net (a public README takes GS for
"stable"; it is not).  There is **no checksum**: the whole line must match and end in CR LF, and a
flipped digit is still a valid weight, so nobody may believe a single line.

A line sent with 7 data bits and even parity but read as 8N1 carries the parity in its top bits.
Where every byte of the line keeps that parity it is taken off, which is a better check than the
line has by itself.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from agent.drivers.codecs.base import NOISE, Bad, Protocol
from agent.drivers.codecs.lines import take_line
from agent.drivers.codecs.numbers import number

MOST = 64  # the longest line in the manuals is 22 bytes; some pad
_HEADS = (b"ST,", b"US,", b"OL,")
HEADS = (*_HEADS, *(bytes(b | b.bit_count() % 2 << 7 for b in head) for head in _HEADS))

_WEIGHT = re.compile(
    r"(ST|US),(?:(GS|NT),)? *([+-]?) *(\d{1,8}\.?\d{0,6}|\.\d{1,6}) *,? *(kg|g|t|lb) *\r"
)
_OVERLOAD = re.compile(r"OL,(?:(GS|NT),)? *([+-]?)[ 0-9.E+]{0,16},? *(kg|g|t|lb)? *\r")
_STATES = {"ST": "stable", "US": "unstable", "OL": "overload"}
_MODES = {"GS": "gross", "NT": "net", None: None}


class Weight(NamedTuple):
    """``weight`` in ``unit`` as the scale shows it; None while it is out of range.

    ``sign`` tells overload (``+`` or none) from underload (``-``).
    """

    state: str
    mode: str | None
    sign: str
    weight: Decimal | None
    unit: str | None


def parse(line: bytes) -> Weight | Bad:
    if not line.isascii():
        if any(byte.bit_count() % 2 for byte in line):
            return NOISE
        line = bytes(byte & 0x7F for byte in line)
    text = line.decode("ascii")
    if match := _WEIGHT.fullmatch(text):
        state, mode, sign, digits, unit = match.groups()
        return Weight(_STATES[state], _MODES[mode], sign, Decimal(sign + digits), unit)
    if match := _OVERLOAD.fullmatch(text):
        mode, sign, unit = match.groups()
        return Weight(_STATES["OL"], _MODES[mode], sign, None, unit)
    return NOISE


def show(frame: Weight) -> Mapping[str, object]:
    return {
        "stable": frame.state == "stable",
        "state": frame.state,
        "mode": frame.mode,
        "weight": None if frame.weight is None else number(frame.weight),
        "unit": frame.unit,
    }


PROTOCOL = Protocol(name="scale_line", take=take_line(parse, HEADS, MOST), show=show, most=MOST + 1)
