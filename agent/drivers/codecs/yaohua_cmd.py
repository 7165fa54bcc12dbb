"""Yaohua XK3190 indicators in command mode: asked by letter, one at a time on a shared pair.

    02  addr  cmd  XX XX  03                                  from the host, and the answer to A
    02  addr  cmd  sign  d5 d4 d3 d2 d1 d0  dp  XX XX  03     the answer to B to F

``addr`` is A to Z, for 1 to 26.  ``cmd``: A hello, B gross, C tare, D net, E unit price, F amount.
``dp`` counts decimals, 0 to 4; ``XX XX`` is the XOR of all between STX and itself as two upper-case
hexadecimal characters, high nibble first (A23p manual, pp. 25 and 26; A1+ manual, p. 21, for B to
D).  There is no command that tares or zeroes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import xor

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.numbers import number

STX, ETX = 0x02, 0x03
HELLO, GROSS, TARE, NET = "A", "B", "C", "D"
SHORT, LONG = 6, 14
MOST_DECIMALS = 4
_SIGNS = b"+-"
_COMMANDS = b"ABCDEF"


@dataclass(frozen=True, slots=True)
class Question:
    """Also the answer to a hello, which repeats it."""

    addr: str
    cmd: str


@dataclass(frozen=True, slots=True)
class Value:
    """What the indicator tells, in the unit that it is set to."""

    addr: str
    cmd: str
    sign: str
    digits: str
    decimals: int

    @property
    def weight(self) -> Decimal:
        value = Decimal(self.digits).scaleb(-self.decimals)
        return -value if self.sign == "-" and value else value


Frame = Question | Value


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    if not _begins(buffer):
        return NOISE
    length = LONG if buffer[3:4] and buffer[3] in _SIGNS else SHORT
    if length == LONG and direction is Direction.HOST:
        return NOISE
    if len(buffer) < length:
        return MORE if _goes_on(buffer, length) else NOISE
    if buffer[length - 1] != ETX:
        return Bad(Why.FORMAT, length)
    if buffer[length - 3 : length - 1] != check(buffer[1 : length - 3]):
        return Bad(Why.CHECKSUM, length)
    return _frame(buffer[1 : length - 3], length, direction)


def check(body: bytes) -> bytes:
    return b"%02X" % reduce(xor, body)


def encode(addr: str, cmd: str) -> bytes:
    body = (addr + cmd).encode("ascii")
    return b"\x02" + body + check(body) + b"\x03"


def _begins(buffer: bytes) -> bool:
    address = buffer[1:2] or b"A"
    command = buffer[2:3] or b"A"
    return buffer[0] == STX and b"A" <= address <= b"Z" and command in _COMMANDS


def _goes_on(buffer: bytes, length: int) -> bool:
    """Whether a cut frame could still become one."""
    digits = buffer[4:11] if length == LONG else b""
    return not digits or digits.isdigit()


def _frame(body: bytes, length: int, direction: Direction | None) -> Got[Frame] | Bad:
    addr, cmd = chr(body[0]), chr(body[1])
    if length == SHORT:
        answers = cmd == HELLO or direction is not Direction.DEVICE
        return Got(Question(addr, cmd), length) if answers else Bad(Why.FORMAT, length)
    if cmd == HELLO or not body[3:].isdigit():
        return Bad(Why.FORMAT, length)
    decimals = body[9] - ord("0")
    if decimals > MOST_DECIMALS:
        return Bad(Why.RANGE, length)
    return Got(Value(addr, cmd, chr(body[2]), body[3:9].decode("ascii"), decimals), length)


def show(frame: Frame) -> Mapping[str, object]:
    head = {"addr": frame.addr, "cmd": frame.cmd}
    if isinstance(frame, Question):
        return head
    return head | {
        "digits": frame.digits,
        "dp": frame.decimals,
        "weight": number(frame.weight),
    }


PROTOCOL = Protocol(name="yaohua_cmd", take=take, show=show, most=LONG, checked=True)
