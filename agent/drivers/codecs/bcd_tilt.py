"""What RION and BWSENSING have in common: head, length, address, command, data, sum.

    head len addr… cmd data… SUM     len counts itself to SUM, SUM is the low byte of len to data

Angles are BCD with a sign nibble: three bytes ``SX XX YY`` are ±XXX.YY, four ``SX XX YY YY`` are
±XXX.YYYY; S is 0 or 1.  (RION SCA/HCA and BWSENSING BWM manuals; PAMGuard RIONTest.java's log.)
A reply has the command of its question with 80 added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Take, Taken, Why

READ_ALL = 0x04
REPLY = 0x80
ANGLES = READ_ALL | REPLY
MOST = 24  # the longest of either maker is 20 bytes


@dataclass(frozen=True, slots=True)
class Frame:
    address: bytes
    command: int
    data: bytes


def taker(head: int, address_size: int, fits: Callable[[Frame], bool]) -> Take[Frame]:
    """``fits``: whether the data suit the command."""
    least = 3 + address_size  # len, command and sum beside the address

    def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
        if buffer[0] != head:
            return NOISE
        size = buffer[1] if len(buffer) > 1 else least
        if not least <= size < MOST:
            return Bad(Why.FORMAT, 1)
        if len(buffer) <= size:
            return MORE
        if sum(buffer[1:size]) & 0xFF != buffer[size]:
            return Bad(Why.CHECKSUM, size + 1)
        frame = _frame(buffer[2:size], address_size)
        if not fits(frame) or not _spoken(frame, direction):
            return Bad(Why.FORMAT, size + 1)
        return Got(frame, size + 1)

    return take


def encode(head: int, address: bytes, command: int, data: bytes = b"") -> bytes:
    body = bytes((3 + len(address) + len(data),)) + address + bytes((command,)) + data
    return bytes((head,)) + body + bytes((sum(body) & 0xFF,))


def angle(data: bytes) -> Decimal | None:
    """Degrees of three or four bytes; None if they are no BCD with a sign."""
    digits = data.hex()
    if digits[0] not in "01" or not digits.isdecimal():
        return None
    value = Decimal(int(digits[1:])).scaleb(-(len(digits) - 4))
    return -value if digits[0] == "1" and value else value


def angles(data: bytes, size: int) -> tuple[Decimal, ...]:
    """Of ``size`` bytes each; empty if any of them is none."""
    parts = [angle(data[at : at + size]) for at in range(0, len(data), size)]
    return tuple(part for part in parts if part is not None) if None not in parts else ()


def _frame(inside: bytes, address_size: int) -> Frame:
    rest = inside[address_size:]
    return Frame(inside[:address_size], rest[0], rest[1:])


def _spoken(frame: Frame, direction: Direction | None) -> bool:
    """By that side; None is either."""
    replies = bool(frame.command & REPLY)
    return direction is None or replies == (direction is Direction.DEVICE)
