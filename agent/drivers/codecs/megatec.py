"""The Megatec protocol of small UPS, by its first question also called Q1; text that ends in CR.

    Q1 CR        (MMM.M NNN.N PPP.P QQQ RR.R SS.S TT.T b7…b0 CR        how it is
    F CR         #MMM.M QQQ SS.SS RR.R CR                              its rating
    I CR         #company model version CR

Input, fault and output in V, load in %, input in Hz, battery in V (of standby UPS; on-line ones
tell volts of one cell as S.SS), °C, and eight flags: mains lost, battery low, bypass or boost,
failed, standby type, test, shutdown, beeper.  What an UPS does not know it fills with ``@`` or
``-``.  What it does not understand it repeats; newer ones say ``(NAK``.  **No checksum**: the form
is fixed to the character, and a flipped digit is still a voltage.

Source: Megatec Protocol information v2.8, networkupstools.org/protocols/megatec.html; logs in
issues of networkupstools/nut.  Commands that switch an UPS off can be read, and are never sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.numbers import number

END = b"\r"
MOST = 64
_STATUS = re.compile(
    r"\((\d{3}\.\d|[-@.]+) (\d{3}\.\d|[-@.]+) (\d{3}\.\d|[-@.]+) (\d{3}|[-@]+)"
    r" (\d\d\.\d|[-@.]+) (\d\.\d\d|\d\d\.\d|\d{3}\.\d|[-@.]+) (\d\d\.\d|[-@.]+) ([01]{8})"
)
_RATING = re.compile(r"#(\d{3}\.\d) (\d{3}) (\d\d\.\d\d|\d{3}\.\d) (\d\d\.\d)")
_TOLD = re.compile(r"#([ -~]{15}) ([ -~]{10}) ([ -~]{10})")
_ASKED = re.compile(r"Q1?|[FIDC]|CT|TL|T(\d\d)?|S(\.\d|\d\d)(R\d{4})?")
_ASKED_FROM = frozenset(b"QFIDCTS")
_ASKED_OF = frozenset(b"Q1FIDCTLSR.0123456789")
_PRINTABLE = frozenset(range(0x20, 0x7F))
_VALUES = ("input_v", "fault_v", "output_v", "load", "frequency", "battery_v", "temperature")
MOST_ASKED = 9  # S01R0003 and its CR


@dataclass(frozen=True, slots=True)
class Asked:
    """What we say, and what an UPS repeats if it does not understand it."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """``(ACK`` and ``(NAK``."""

    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """None is what this UPS does not know.  ``battery_v`` has two decimals if it is of one cell."""

    input_v: Decimal | None
    fault_v: Decimal | None
    output_v: Decimal | None
    load: Decimal | None
    frequency: Decimal | None
    battery_v: Decimal | None
    temperature: Decimal | None
    flags: str

    def flag(self, bit: int) -> bool:
        return self.flags[7 - bit] == "1"


@dataclass(frozen=True, slots=True)
class Rating:
    voltage: Decimal
    current: Decimal
    battery_v: Decimal
    frequency: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    company: str
    model: str
    version: str


Frame = Asked | Said | Status | Rating | Name


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    del direction  # an UPS may repeat what we say
    if buffer[0] in _ASKED_FROM:
        return _take(buffer, MOST_ASKED, _ASKED_OF)
    if buffer[0] in b"(#":
        return _take(buffer, MOST, _PRINTABLE)
    return NOISE


def _take(buffer: bytes, most: int, letters: frozenset[int]) -> Taken[Frame]:
    end = buffer.find(END, 0, most)
    body = buffer[:most] if end < 0 else buffer[:end]
    if not letters.issuperset(body):
        return NOISE
    if end < 0:
        return MORE if len(buffer) < most else NOISE
    frame = _parse(body.decode("ascii"))
    return Bad(Why.FORMAT, end + 1) if frame is None else Got(frame, end + 1)


def _parse(text: str) -> Frame | None:
    if _ASKED.fullmatch(text):
        return Asked(text)
    if text in ("(ACK", "(NAK"):
        return Said(text[1:])
    if match := _STATUS.fullmatch(text):
        return _status(match)
    if match := _RATING.fullmatch(text):
        return Rating(*(Decimal(value) for value in match.groups()))
    if match := _TOLD.fullmatch(text):
        return Name(*(part.strip() for part in match.groups()))
    return None


def _status(match: re.Match[str]) -> Status:
    mains, fault, output, load, hertz, battery, warmth, flags = match.groups()
    return Status(
        input_v=_known(mains),
        fault_v=_known(fault),
        output_v=_known(output),
        load=_known(load),
        frequency=_known(hertz),
        battery_v=_known(battery),
        temperature=_known(warmth),
        flags=flags,
    )


def _known(text: str) -> Decimal | None:
    return Decimal(text) if text[0].isdigit() else None


def encode(question: str) -> bytes:
    return question.encode("ascii") + END


def show(frame: Frame) -> Mapping[str, object]:
    match frame:
        case Asked():
            return {"op": "asked", "text": frame.text}
        case Said():
            return {"op": frame.text.lower()}
        case Status():
            values = (getattr(frame, name) for name in _VALUES)
            shown = (None if value is None else number(value) for value in values)
            return {"op": "status", **dict(zip(_VALUES, shown, strict=True)), "flags": frame.flags}
        case Rating():
            volts = {"voltage": number(frame.voltage), "battery_v": number(frame.battery_v)}
            rest = {"current": number(frame.current), "frequency": number(frame.frequency)}
            return {"op": "rating"} | volts | rest
        case Name():
            head = {"op": "name", "company": frame.company}
            return head | {"model": frame.model, "version": frame.version}


PROTOCOL = Protocol(name="megatec", take=take, show=show, most=MOST)
