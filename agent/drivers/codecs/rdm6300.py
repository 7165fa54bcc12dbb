"""RDM6300, RDM630 and Seeed's 125 kHz readers: what an EM4100 card says, as hexadecimal text.

    02 version(2) card(8) check(2) 03      every digit ASCII, 0 to 9 and A to F

The check is the XOR of version and card, five bytes (Seeed 125 kHz module datasheet, page 3; its
example is card 62E3086CED, check 08).  ``card10`` is the ten-digit number that is printed on many
cards: version is not in it.  Small letters are no digits here: one flipped bit makes them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import xor

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

LENGTH = 14
_WHOLE = re.compile(rb"\x02([0-9A-F]{12})\x03")
_BEGUN = re.compile(rb"\x02[0-9A-F]{0,12}")


@dataclass(frozen=True, slots=True)
class Frame:
    """``card``: 32 bits; ``version``: 8 bits of the maker, part of what tells cards apart."""

    version: int
    card: int


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    if direction is Direction.HOST:
        return NOISE  # it takes no commands
    if len(buffer) < LENGTH:
        return MORE if _BEGUN.fullmatch(buffer) else NOISE
    whole = _WHOLE.match(buffer)
    if whole is None:
        return NOISE
    told = bytes.fromhex(whole[1].decode("ascii"))
    if reduce(xor, told):
        return Bad(Why.CHECKSUM, LENGTH)
    return Got(Frame(told[0], int.from_bytes(told[1:5])), LENGTH)


def show(frame: Frame) -> Mapping[str, object]:
    return {"version": frame.version, "card": frame.card, "card10": f"{frame.card:010d}"}


PROTOCOL = Protocol(name="rdm6300", take=take, show=show, most=LENGTH, checked=True)
