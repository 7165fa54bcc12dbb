"""Kerong's lock boards, KR-CU16 and CU48: 02, what is said, 03, and the sum of all before it.

    02 addr 30|31|32|33 03 SUM              CU16: read, open one, read all boards, open all
    02 addr 35|36 hooks2 infrared2 03 SUM   CU16: what 30, or 32, is answered with
    02 addr 37 [time2] 03 SUM               CU16: set the opening time (10 ms each), or ask for it
    02 addr 38 [time2] 03 SUM               CU16: the opening time
    02 addr 39 seconds 03 SUM               CU16: open later
    02 board lock 60|61 03 SUM              CU48: read, open one
    02 board lock 75 hooks6 infrared6 03 SUM   CU48: what 60 is answered with
    02 board lock 75 03 SUM                 CU48: what 61 is answered with

The high nibble of a CU16's ``addr`` is the board, the low one the lock, both from 0; a CU48 has a
byte for each.  A bit of ``hooks`` is 1 while the hook is shut, bit 0 of the first byte is lock 1; a
bit of ``infrared`` is 1 while something lies in the box.  A frame does not tell its length: the
command does, and no lock of a CU48 has a number like a command of a CU16.

Sources: github.com/jin0949/KR-CU16_locker, src/locker.py (30, 31, 35, bits); the KR-CU16 and CU12
tables that two public programs print (32 to 39, infrared); a public CU48 program (60, 61, 75 and 18
bytes).  33 opens all locks at once: we can read such a frame, and never send one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

START, END = 0x02, 0x03
READ, OPEN, STATUS = 0x30, 0x31, 0x35
READ_48, OPEN_48, TOLD_48 = 0x60, 0x61, 0x75
MOST_LOCK_48 = 47  # counted from 0
MOST = 18

_DATA_16: Mapping[int, tuple[int, ...]] = {
    READ: (0,),
    OPEN: (0,),
    0x32: (0,),
    0x33: (0,),
    STATUS: (4,),
    0x36: (4,),
    0x37: (0, 2),
    0x38: (0, 2),
    0x39: (1,),
}
_DATA_48: Mapping[int, tuple[int, ...]] = {READ_48: (0,), OPEN_48: (0,), TOLD_48: (0, 12)}
"""By command: how many bytes of data may follow it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``lock`` is None in a CU16's frames: ``address`` holds both."""

    address: int
    lock: int | None
    command: int
    data: bytes = b""

    @property
    def payload(self) -> bytes:
        lock = () if self.lock is None else (self.lock,)
        return bytes((self.address, *lock, self.command)) + self.data


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    """Where a frame may be short or long, the long one that holds explains more, and is taken."""
    del direction  # a command tells who speaks, and we may hear our own
    if buffer[0] != START:
        return NOISE
    if len(buffer) < 4:
        return MORE
    is_48 = buffer[2] <= MOST_LOCK_48
    head = 4 if is_48 else 3
    sizes = (_DATA_48 if is_48 else _DATA_16).get(buffer[head - 1])
    if sizes is None:
        return NOISE
    for size in sorted(sizes, reverse=True):
        if _holds(buffer, head + size):
            return Got(_frame(buffer, head, size), head + size + 2)
    whole = head + max(sizes) + 2
    return MORE if len(buffer) < whole else _wreck(buffer, whole)


def _holds(buffer: bytes, end: int) -> bool:
    """Whether the mark stands at ``end`` and the right sum behind it."""
    if len(buffer) < end + 2:
        return False
    return buffer[end] == END and sum(buffer[: end + 1]) & 0xFF == buffer[end + 1]


def _frame(buffer: bytes, head: int, size: int) -> Frame:
    lock = buffer[2] if head == 4 else None
    return Frame(buffer[1], lock, buffer[head - 1], buffer[head : head + size])


def _wreck(buffer: bytes, whole: int) -> Bad:
    return Bad(Why.CHECKSUM if buffer[whole - 2] == END else Why.FORMAT, whole)


def encode(frame: Frame) -> bytes:
    body = bytes((START,)) + frame.payload + bytes((END,))
    return body + bytes((sum(body) & 0xFF,))


def show(frame: Frame) -> Mapping[str, object]:
    return {"payload": frame.payload.hex()}


PROTOCOL = Protocol(name="krcu", take=take, show=show, most=MOST, checked=True)
