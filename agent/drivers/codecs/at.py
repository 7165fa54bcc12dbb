"""The talk of a modem over AT commands (ITU-T V.250, 3GPP TS 27.005 and 27.007), line by line.

    AT+CSQ CR                   a command; a modem repeats it while its echo is on
    CR LF +CSQ: 20,99 CR LF     an answer, or a notice that nobody asked for: lines look alike
    CR LF OK CR LF              the end of an answer: a result
    CR LF > SPACE               a prompt, without an end: it waits for a PDU and 1A

Only who asked can tell an answer from a notice.  A line has no check; one with bytes that are no
printable ASCII is noise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.line.asking import Answer, Found

MOST = 512  # a PDU has 352 hexadecimal digits at most, a command line 40 and the rest less
_ENDS = re.compile(rb"[\r\n\x1a]")
_BLANK = b"\r\n"
_TEXT = re.compile(rb"[\x20-\x7e]*")
_HEX = re.compile(r"(?:[0-9A-F]{2})+", re.IGNORECASE)
_RESULTS = re.compile(r"OK|ERROR|\+CM[ES] ERROR: .+|NO CARRIER|NO ANSWER|NO DIALTONE|BUSY")
_PROMPT = b"> "
CALL_ENDS = ("NO CARRIER", "NO ANSWER", "NO DIALTONE", "BUSY")


class Kind(StrEnum):
    COMMAND = "command"
    LINE = "line"
    RESULT = "result"
    PROMPT = "prompt"
    PDU = "pdu"


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """``lines``: all that came before the result, but for the echo; notices among them."""

    lines: tuple[str, ...]
    result: str

    @property
    def ok(self) -> bool:
        return self.result == "OK"

    def value(self, name: str) -> str | None:
        """What stands behind ``+NAME: `` in the first line of that name."""
        mark = f"{name}:"
        for line in self.lines:
            if line.startswith(mark):
                return line.removeprefix(mark).strip()
        return None


def take(buffer: bytes, direction: Direction | None) -> Taken[Line]:
    del direction  # lines look alike
    begins = len(buffer) - len(buffer.lstrip(_BLANK))
    text = buffer[begins:]
    if not text:
        return MORE if len(buffer) < MOST else NOISE
    if text.startswith(_PROMPT):
        return Got(Line(Kind.PROMPT, ">"), begins + len(_PROMPT))
    end = _ENDS.search(text)
    body = text if end is None else text[: end.start()]
    good = _TEXT.match(body)
    if good is not None and good.end() < len(body):
        return Bad(Why.FORMAT, begins + good.end() + 1)
    if end is None:
        return MORE if len(buffer) < MOST else NOISE
    return _ended(body.decode("ascii"), text[end.start() :], begins + len(body))


def _ended(text: str, rest: bytes, used: int) -> Taken[Line]:
    """``rest`` begins with what ended the line."""
    if rest[:1] == b"\x1a":
        return Got(Line(Kind.PDU, text), used + 1) if _HEX.fullmatch(text) else NOISE
    if text[:2].upper() == "AT" and rest[:1] == b"\r":
        return Got(Line(Kind.COMMAND, text), used + 1)
    if rest == b"\r":
        return MORE
    used += 2 if rest[:2] == b"\r\n" else 1
    kind = Kind.RESULT if _RESULTS.fullmatch(text) else Kind.LINE
    return Got(Line(kind, text.strip()), used)


def answer_to(command: str, *, needs: str = "", call: bool = False) -> Answer[Reply]:
    """All that comes up to the result of ``command``.

    ``needs``: what a line of its answer begins with.  An OK without that is a late one, of the
    command before.  ``call``: it dials, so that ``NO CARRIER`` and its like are results too; else
    they are notices of another call.
    """

    def answer(heard: bytes) -> Found[Reply] | None:
        lines, at = list[str](), 0
        while at < len(heard):
            taken = take(heard[at:], Direction.DEVICE)
            if not isinstance(taken, Got):
                at += 1
                continue
            at += taken.used
            line = taken.frame
            if line.kind is Kind.RESULT and (call or line.text not in CALL_ENDS):
                reply = Reply(tuple(lines), line.text)
                if not (reply.ok and needs) or reply.value(needs) is not None:
                    return Found(reply, 0, at)
            elif line.kind in (Kind.LINE, Kind.RESULT) and line.text != command:
                lines.append(line.text)
        return None

    return answer


def prompt(heard: bytes) -> Found[Reply] | None:
    """The prompt for a PDU, or the result that says why there is none."""
    at = 0
    while at < len(heard):
        taken = take(heard[at:], Direction.DEVICE)
        if isinstance(taken, Got):
            at += taken.used
            if taken.frame.kind is Kind.PROMPT:
                return Found(Reply((), "OK"), at - len(_PROMPT), at)
            if taken.frame.kind is Kind.RESULT and taken.frame.text not in CALL_ENDS:
                return Found(Reply((), taken.frame.text), at - taken.used, at)
        else:
            at += 1
    return None


def show(line: Line) -> Mapping[str, object]:
    return {"kind": str(line.kind), "text": line.text}


PROTOCOL = Protocol(name="at", take=take, show=show, most=MOST)
