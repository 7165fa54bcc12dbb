"""Yaohua indicators and their clones in the two ``=`` formats: nine bytes, and **no checksum**.

    =00.1000-    reversed: the low digit first, at last the sign, ``0`` or ``-``: -1.00
    =-0001.00    forward: the sign first: -1.00

(A23p manual, pp. 23 and 24; A26 manual, pp. 12 and 13.)  The seven places beside the sign hold
digits and the point.  **Nothing tells the one from the other**: ``=000.3000`` is 3.000 reversed and
0.3000 forward.  Only a minus does, which stands at one end or the other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.numbers import number

LENGTH = 9
MARK = b"="
_TEXT = re.compile(rb"[0-]\d+(?:\.\d*)?")
_PLACES = b"0123456789.-"


@dataclass(frozen=True, slots=True)
class Weight:
    """``text``: the eight places as the display has them, sign first."""

    text: str

    @property
    def weight(self) -> Decimal:
        return Decimal(self.text)


def take_reversed(buffer: bytes, direction: Direction | None) -> Taken[Weight]:
    del direction  # the host never speaks in these formats
    return _take(buffer, -1)


def take_forward(buffer: bytes, direction: Direction | None) -> Taken[Weight]:
    del direction
    return _take(buffer, 1)


def _take(buffer: bytes, step: int) -> Taken[Weight]:
    if buffer[:1] != MARK or buffer[1:LENGTH].strip(_PLACES):
        return NOISE
    if len(buffer) < LENGTH:
        return MORE
    text = buffer[1:LENGTH][::step]
    if not _TEXT.fullmatch(text):
        return Bad(Why.FORMAT, LENGTH)
    return Got(Weight(text.decode("ascii")), LENGTH)


def show(frame: Weight) -> Mapping[str, object]:
    return {"text": frame.text, "weight": number(frame.weight)}


REVERSED = Protocol(name="yaohua_eq_rev", take=take_reversed, show=show, most=LENGTH)
FORWARD = Protocol(name="yaohua_eq_fwd", take=take_forward, show=show, most=LENGTH)
