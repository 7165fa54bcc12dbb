"""Chinese speech modules: SYN6288 (宇音天下) and XFS5152CE (科大讯飞), and what copies them.

    FD len16 command …            len16, high byte first, counts all behind it
    FD 00 07 01 01 text XOR       SYN6288: the last byte is the XOR of all before it
    FD 00 06 01 01 text           XFS5152CE, SYN6658, SNR9816: no check

Command 01 says a text: a byte whose low three bits are the coding (0 GB 2312, 1 GBK, 2 Big5, 3
UTF-16, low byte first in XFS5152CE; SYN6658 adds 4, UTF-16 with the high byte first), on SYN6288
the others a music behind it, then the text.  Commands without data: 02 stop, 03 pause, 04 go on,
21 status, 88 sleep.  The module answers with single bytes: 4A it has started, 41 accepted, 45 not
understood, 4E speaking, 4F idle, which it also says by itself at the end of a text.

Sources: module card and notes of public drivers after the SYN6288E data sheet (text up to 200
bytes, 8 ms between bytes at most), libdriver/syn6288; public drivers of XFS5152CE (text up to
4 kB).  The answers have no check, nor have the frames of XFS5152CE.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import xor

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Take, Taken, Why

HEAD = 0xFD
SAY, STATUS = 0x01, 0x21
GBK = 1
_NAMES = {
    SAY: "say", 0x02: "stop", 0x03: "pause", 0x04: "resume", STATUS: "status", 0x88: "sleep",
}  # fmt: skip
_CODINGS = {0: "gb2312", GBK: "gbk", 2: "big5", 3: "unicode", 4: "unicode_be"}
_MOST_DATA = 4096


class Status(IntEnum):
    STARTED = 0x4A
    ACCEPTED = 0x41
    REFUSED = 0x45
    SPEAKING = 0x4E
    IDLE = 0x4F


_STATUSES = frozenset(int(status) for status in Status)


@dataclass(frozen=True, slots=True)
class Frame:
    """``data``: coding and text of a text; of other commands mostly nothing."""

    command: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """``most``: bytes of text that one command may carry.  ``loudest``: of the mark ``[v…]``."""

    name: str
    checked: bool
    most: int
    loudest: int
    unicode: str

    @property
    def longest(self) -> int:
        return 3 + 2 + self.most + self.checked

    def encode(self, command: int, data: bytes = b"") -> bytes:
        size = 1 + len(data) + self.checked
        frame = bytes((HEAD, *size.to_bytes(2), command)) + data
        return frame + bytes((reduce(xor, frame),)) if self.checked else frame

    def say(self, text: bytes) -> bytes:
        """``text``: in GBK."""
        return self.encode(SAY, bytes((GBK,)) + text)

    def take(self, buffer: bytes, direction: Direction | None) -> Taken[Frame | Status]:
        if direction is not Direction.HOST and buffer[0] in _STATUSES:
            return Got(Status(buffer[0]), 1)
        return self.take_framed(buffer, direction)

    def take_framed(self, buffer: bytes, direction: Direction | None) -> Taken[Frame | Status]:
        """Frames only: any text has bytes that could be answers."""
        if direction is Direction.DEVICE or buffer[0] != HEAD:
            return NOISE
        if len(buffer) < 3:
            return MORE
        size = int.from_bytes(buffer[1:3])
        if not self.checked < size <= 2 + self.most + self.checked:
            return Bad(Why.FORMAT, 3 + size)
        if len(buffer) < 3 + size:
            return MORE
        return self._whole(buffer[: 3 + size])

    def _whole(self, frame: bytes) -> Taken[Frame | Status]:
        if self.checked and reduce(xor, frame):
            return Bad(Why.CHECKSUM, len(frame))
        data = frame[4 : len(frame) - self.checked]
        if frame[3] == SAY and not data:
            return Bad(Why.FORMAT, len(frame))
        return Got(Frame(frame[3], data), len(frame))

    def show(self, frame: Frame | Status) -> Mapping[str, object]:
        if isinstance(frame, Status):
            return {"op": "answer", "status": frame.name.lower()}
        told = {"op": _NAMES.get(frame.command, f"{frame.command:02x}")}
        if frame.command != SAY:
            return told | ({"data": frame.data.hex()} if frame.data else {})
        coding = _CODINGS.get(frame.data[0] & 7, "unknown")
        forms = {"unicode": self.unicode, "unicode_be": "utf-16-be", "unknown": "latin-1"}
        form = forms.get(coding, coding)
        text = frame.data[1:].decode(form, "replace")
        return {**told, "coding": coding, "music": frame.data[0] >> 3, "text": text}

    def protocol(self) -> Protocol:
        take: Take[Frame | Status] = self.take
        framed: Take[Frame | Status] = self.take_framed
        return Protocol(name=self.name, take=take, show=self.show, most=self.longest, inside=framed)


SYN6288 = Dialect(name="syn6288", checked=True, most=200, loudest=16, unicode="utf-16-be")
XFS5152 = Dialect(name="xfs5152", checked=False, most=4094, loudest=10, unicode="utf-16-le")
PROTOCOLS = (SYN6288.protocol(), XFS5152.protocol())
