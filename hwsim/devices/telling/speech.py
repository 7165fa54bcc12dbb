"""A speech module on its UART, 9600 8N1: SYN6288 (frames with XOR) or XFS5152CE (without).

``FD len16 command …``; 01 says a text, 02 stops, 21 asks.  It answers 41 or 45, says 4F when a text
is over and 4A when it has started.  A new text breaks off the one before.
Source: notes of public drivers after the data sheets of SYN6288E and XFS5152CE.
"""

import re
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.stand import Stand

HEAD = 0xFD
STARTED, ACCEPTED, REFUSED, SPEAKING, IDLE = b"J", b"A", b"E", b"N", b"O"
CODINGS = {0: "gb2312", 1: "gbk", 2: "big5", 3: "utf-16-le"}
MARKS = re.compile(r"\[[a-z]\d+\]")
PAUSE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    chip: Literal["syn6288", "xfs5152"] = "syn6288"
    turnaround_s: float = 0.02
    character_s: float = 0.25
    acknowledges: bool = True  # to a question too: 41 before 4E or 4F, as SYN6288 does


class Speech(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._checked = options.chip == "syn6288"
        self._most = 200 if self._checked else 4094
        self._buffer, self._last, self._turn, self._ends = b"", -1.0, 0, 0.0

    def powered(self, on: bool) -> None:
        if on:
            self._turn, self._ends = self._turn + 1, 0.0
            self._say(STARTED, "started", 0.3)

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer += data
        while (begins := self._buffer.find(HEAD)) >= 0:
            frame = self._buffer[begins:]
            size = int.from_bytes(frame[1:3], "big") if len(frame) > 2 else 0
            if size > self._most + 3:
                self._buffer = frame[1:]
                continue
            if not size or len(frame) < 3 + size:
                self._buffer = frame
                return
            self._buffer = frame[3 + size :]
            self._frame(frame[: 3 + size], at_ns)
        self._buffer = b""

    def _frame(self, frame: bytes, at_ns: int) -> None:
        if self._checked and reduce(xor, frame):
            self._say(REFUSED, "refused")
            return
        command, data = frame[3], frame[4 : len(frame) - self._checked]
        if command == 0x01 and data and data[0] & 7 in CODINGS:
            self._speak(data, at_ns)
        elif command == 0x02:
            self._stand.told("stop", at_ns, interrupted=self._speaking)
            self._turn, self._ends = self._turn + 1, 0.0
            self._say(ACCEPTED, "accepted")
        elif command == 0x21:
            self._status(at_ns)
        else:
            self._say(REFUSED, "refused")

    @property
    def _speaking(self) -> bool:
        return self._stand.now < self._ends

    def _status(self, at_ns: int) -> None:
        self._stand.asked(at_ns, status=True)
        before = ACCEPTED if self._options.acknowledges and self._checked else b""
        self._say(before + (SPEAKING if self._speaking else IDLE), "status")

    def _speak(self, data: bytes, at_ns: int) -> None:
        written = data[1:].decode(CODINGS[data[0] & 7], "replace")
        text, marks = MARKS.sub("", written), "".join(MARKS.findall(written))
        self._stand.told("say", at_ns, text=text, marks=marks, interrupted=self._speaking)
        self._turn += 1
        turn, seconds = self._turn, self._options.character_s * len(text)
        self._ends = self._stand.now + seconds
        self._say(ACCEPTED, "accepted")
        self._stand.after(seconds, lambda: self._over(turn))

    def _over(self, turn: int) -> None:
        if turn == self._turn:
            self._say(IDLE, "over")

    def _say(self, data: bytes, meaning: str, after: float | None = None) -> None:
        after = self._options.turnaround_s if after is None else after
        self._stand.say(data, {"answer": meaning}, after)


SIM = Sim(name="speech", build=Speech, options=Options)
