"""Plantower PMS5003, PMS7003 and their kind: frames of particulate sensors, 9600 8N1.

    42 4D 00 1C  13 words  SUM SUM      what it measured, asked or unasked
    42 4D 00 04  cmd mode  SUM SUM      it has done what it was told
    42 4D cmd mode mode    SUM SUM      told: E1 reports (0 when asked, 1 always), E2 report once,
                                        E4 sleep (0 sleep, 1 wake)

SUM is the 16-bit sum of all bytes before it; words have their high byte first (Plantower manuals
V2.3 and V2.5, as docs/sensors/Plantower.md of avaldebe/PyPMS prints them).  Words 1 to 3 are for
a workshop of standard particles (CF=1), words 4 to 6 for air; the last word is version and error.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import (
    MORE,
    NOISE,
    Bad,
    Direction,
    Got,
    Protocol,
    Taken,
    Why,
    search,
)
from agent.line.asking import Answer

HEAD = b"\x42\x4d"
REPORTS, REPORT, SLEEP = 0xE1, 0xE2, 0xE4
MOST = 32
_TOLD, _DONE = 7, 8
_NAMES = (
    *("pm1_cf1", "pm25_cf1", "pm10_cf1", "pm1_atm", "pm25_atm", "pm10_atm"),
    *("n03", "n05", "n10", "n25", "n50", "n100"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A command, or ``done``: its confirmation."""

    cmd: int
    data: int
    done: bool = False


@dataclass(frozen=True, slots=True)
class Air:
    """``words``: µg/m³ six times (CF=1, then in air), then particles in 0.1 l above 0.3, 0.5, 1,
    2.5, 5 and 10 µm.  ``error`` is 0 when all is well."""

    words: tuple[int, ...]
    version: int
    error: int

    @property
    def in_air(self) -> tuple[int, int, int]:
        """PM1, PM2.5 and PM10 in µg/m³."""
        return self.words[3], self.words[4], self.words[5]

    @property
    def empty(self) -> bool:
        """All zero, particles too: the first frame after power came, which measured nothing."""
        return not any(self.words)


Frame = Told | Air


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    if not buffer.startswith(HEAD[: len(buffer)]):
        return NOISE
    length = _length(buffer, direction)
    if length is None:
        return Bad(Why.FORMAT, len(HEAD))
    if len(buffer) < length:
        return MORE
    if sum(buffer[: length - 2]) != int.from_bytes(buffer[length - 2 : length]):
        return Bad(Why.CHECKSUM, length)
    return Got(_frame(buffer[2 : length - 2]), length)


def _length(buffer: bytes, direction: Direction | None) -> int | None:
    """Of the frame that begins so; longer than ``buffer`` while that does not tell."""
    if len(buffer) < 3:
        return _TOLD
    if buffer[2] in (REPORTS, REPORT, SLEEP) and direction is not Direction.DEVICE:
        return _TOLD
    if buffer[2] != 0 or direction is Direction.HOST:
        return None
    return {0x1C: MOST, 0x04: _DONE}.get(buffer[3]) if len(buffer) > 3 else _DONE


def _frame(body: bytes) -> Frame:
    if body[0]:
        return Told(body[0], int.from_bytes(body[1:3]))
    if len(body) == _DONE - 4:
        return Told(body[2], body[3], done=True)
    words = tuple(int.from_bytes(body[at : at + 2]) for at in range(2, 2 + 2 * len(_NAMES), 2))
    return Air(words, body[-2], body[-1])


def encode(cmd: int, data: int = 0) -> bytes:
    body = HEAD + bytes((cmd,)) + data.to_bytes(2)
    return body + sum(body).to_bytes(2)


def answer_air() -> Answer[Air]:
    """Finds a measurement, which in both modes looks the same."""

    def look(buffer: bytes, direction: Direction | None) -> Taken[Air]:
        taken = take(buffer, direction)
        if isinstance(taken, Got):
            frame = taken.frame
            return Got(frame, taken.used) if isinstance(frame, Air) else NOISE
        return taken

    return lambda heard: search(look, heard, lambda _: True)


def show(frame: Frame) -> Mapping[str, object]:
    if isinstance(frame, Told):
        return {"cmd": frame.cmd, "data": frame.data}
    words = dict(zip(_NAMES, frame.words, strict=True))
    return {**words, "version": frame.version, "error": frame.error}


PROTOCOL = Protocol(name="pms", take=take, show=show, most=MOST, checked=True)
