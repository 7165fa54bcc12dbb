"""MT-SICS, the standard interface command set of Mettler Toledo's balances: lines of text.

    SI CR LF                      the weight, at once           (S: once it is stable)
    S S     100.00 g CR LF        stable; ``S D``: dynamic
    S + CR LF                     overload; ``S -``: underload; ``S I``: not executable just now
    T S     100.00 g CR LF        tared, and the tare; ``T I``, ``T +``, ``T -``: not
    Z A CR LF                     zeroed; ``Z I``, ``Z +``, ``Z -``: not
    ES, ET, EL CR LF              not understood, damaged, not executable at all

(MT-SICS reference manual 11780711, level 0 and 1; AL-IC operating instructions, p. 72.)  There is
**no checksum**: the whole line must match and end in CR LF.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.drivers.codecs.base import NOISE, Bad, Direction, Got, Protocol, Taken
from agent.drivers.codecs.lines import take_line
from agent.drivers.codecs.numbers import number

MOST = 40  # "S S", ten places, a unit of up to five letters; some pad
WEIGH, WEIGH_NOW, TARE, ZERO = "S", "SI", "T", "Z"
STABLE, DYNAMIC, DONE, BUSY, OVER, UNDER = "S", "D", "A", "I", "+", "-"
HEADS = (b"S ", b"SI", b"S\r", b"T", b"Z", b"E", b"@")

_VALUE = re.compile(
    r"(S [SD]|T S|TI [SD]|TA A) {1,10}(-?\d{1,9}(?:\.\d{0,7})?) ([A-Za-z%]{1,5}) *\r"
)
_STATE = re.compile(r"([ST] [I+-]|TI [IL+-]|Z [AI+-]|ZI [DSI+-]|TA [IL]|TAC [AI]|E[STL])\r")
_COMMAND = re.compile(rb"(S|SI|T|TI|TA|TAC|Z|ZI|@)\r\n")
_STATES = {"+": "overload", "-": "underload", "I": "not executable", "L": "wrong parameter"}
_DONE = {"A": "done", "S": "stable", "D": "dynamic"}
_ERRORS = {"ES": "syntax error", "ET": "transmission error", "EL": "logical error"}


@dataclass(frozen=True, slots=True)
class Line:
    """``command`` is what is answered, empty for the three errors; ``status`` how.

    ``status`` is None in a command itself.  ``weight`` is in ``unit`` as the balance shows it.
    """

    text: str
    command: str
    status: str | None
    weight: Decimal | None = None
    unit: str | None = None


def parse(line: bytes) -> Line | Bad:
    """What a balance says."""
    if not line.isascii():
        return NOISE
    text = line.decode("ascii")
    if match := _VALUE.fullmatch(text):
        head, digits, unit = match.groups()
        command, status = head.split(" ")
        return Line(head, command, status, Decimal(digits), unit)
    if match := _STATE.fullmatch(text):
        command, _, status = match[1].rpartition(" ")
        return Line(match[1], command, status)
    return NOISE


def encode(command: str) -> bytes:
    return f"{command}\r\n".encode("ascii")


def show(frame: Line) -> Mapping[str, object]:
    if frame.weight is not None:
        head = {} if frame.command == WEIGH else {"text": frame.text}
        weight = {"weight": number(frame.weight), "unit": frame.unit}
        return head | {"stable": frame.status != DYNAMIC} | weight
    if frame.status is None:
        return {"text": frame.text}
    states = _STATES | _DONE if frame.command else _ERRORS
    return {"text": frame.text, "state": states[frame.status]}


_take_answer = take_line(parse, HEADS, MOST)


def take(buffer: bytes, direction: Direction | None) -> Taken[Line]:
    """An answer, or, unless a balance speaks, a command."""
    match = None if direction is Direction.DEVICE else _COMMAND.match(buffer)
    if match is None:
        return _take_answer(buffer, direction)
    command = match[1].decode("ascii")
    return Got(Line(command, command, None), match.end())


PROTOCOL = Protocol(name="mtsics", take=take, show=show, most=MOST + 1, inside=_take_answer)
