"""Yaohua XK3190-A12(E) indicators: a line of fifteen bytes, with weight, unit and a check.

    W  G  0 0 4 . 1 3 9  k g  3 D  CR LF      gross (N: net), seven places, unit, XOR
    nine blanks          O L  2 3  CR LF      overload: more than Max + 9 e
    nine blanks          L O  2 3  CR LF      underload: less than -20 d

``3D`` is the XOR of the eleven bytes before it as two upper-case hexadecimal characters.  A minus
stands in the first of the seven places; without a point the last of them is blank (A12(E) manual,
p. 13).  Its unit is ``kg``; ``lb`` is the other one of the maker's indicators (A23p manual, p. 24).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import xor

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.numbers import number

LENGTH = 15
CHECKED = 11
_WEIGHT = re.compile(rb"W([GN])(-?\d+(?:\.\d+| ))(kg|lb)")
_KINDS = {b"G": "gross", b"N": "net"}
_BEYOND = {b" " * 9 + b"OL": "overload", b" " * 9 + b"LO": "underload"}


@dataclass(frozen=True, slots=True)
class Weight:
    kind: str  # gross, net
    weight: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Beyond:
    state: str  # overload, underload


Frame = Weight | Beyond


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    del direction  # the host never speaks in this format
    if not _begins(buffer):
        return NOISE
    if len(buffer) < LENGTH:
        return MORE
    if buffer[LENGTH - 2 : LENGTH] != b"\r\n":
        return Bad(Why.FORMAT, LENGTH)
    body = buffer[:CHECKED]
    if buffer[CHECKED : LENGTH - 2] != b"%02X" % reduce(xor, body):
        return Bad(Why.CHECKSUM, LENGTH)
    return _frame(body)


def _begins(buffer: bytes) -> bool:
    if buffer[:1] == b"W":
        return buffer[1:2] in (b"", b"G", b"N")
    return not buffer[:9].strip(b" ") and buffer[9:11] in (b"", b"O", b"L", b"OL", b"LO")


def _frame(body: bytes) -> Got[Frame] | Bad:
    if state := _BEYOND.get(body):
        return Got(Beyond(state), LENGTH)
    match = _WEIGHT.fullmatch(body)
    if match is None:
        return Bad(Why.FORMAT, LENGTH)
    kind, digits, unit = match.groups()
    weight = Decimal(digits.decode("ascii").strip())
    return Got(Weight(_KINDS[kind], weight, unit.decode("ascii")), LENGTH)


def show(frame: Frame) -> Mapping[str, object]:
    if isinstance(frame, Beyond):
        return {"state": frame.state}
    return {"kind": frame.kind, "weight": number(frame.weight), "unit": frame.unit}


PROTOCOL = Protocol(name="yaohua_a12e", take=take, show=show, most=LENGTH, checked=True)
