"""A Kerong lock board: ``02 .. 03 sum``, the sum of all before it; 19200 8N1 as delivered.

KR-CU16: ``02 board<<4|lock 31 03 sum`` opens, ``.. 30 ..`` asks and is answered with
``02 board<<4 35 hooks(2) infrared(2) 03 sum``; 33 opens all.  CU48: ``02 board lock 61 03 sum``
opens, ``.. 60 ..`` asks, answered with ``02 board 00 75 hooks(6) infrared(6) 03 sum``.  Boards and
locks count from 0; a bit of 1 is a shut hook.  Whether an order to open is answered differs from
board to board; where it is, a CU16's answer shows the hooks as they were before the bolt moved.
Sources: jin0949/KR-CU16_locker; command tables and a CU48 program in public repositories.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.devices.doors.wall import Wall
from hwsim.orders import Order, Shut
from hwsim.stand import Stand

PAUSE_S = 0.1
ALL_BOARDS = 0xF


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    model: Literal["cu16", "cu48"] = "cu16"
    locks: int = 16
    answers_open: bool = True
    bolt_s: float = 0.05
    closes_after_s: float = 8.0
    turnaround_s: float = 0.02
    jammed: tuple[int, ...] = ()
    reversed: bool = False  # locks that short their feedback when they are open
    inside: tuple[int, ...] = ()  # boxes in which something lies


def frame(*body: int) -> bytes:
    told = bytes((2, *body, 3))
    return told + bytes((sum(told) & 0xFF,))


class Kerong(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._board = stand.address or 0
        self._wall = Wall(
            stand,
            options.locks,
            bolt_s=options.bolt_s,
            closes_after_s=options.closes_after_s,
            jammed=options.jammed,
        )
        self._size = 5 if options.model == "cu16" else 6
        self._buffer, self._last = b"", -1.0

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-64:]
        at, size = 0, self._size
        while at + size <= len(self._buffer):
            at += size if self._understood(self._buffer[at : at + size], at_ns) else 1
        self._buffer = self._buffer[at:]

    def _understood(self, said: bytes, at_ns: int) -> bool:
        if said != frame(*said[1:-2]):
            return False
        if self._options.model == "cu16":
            return self._cu16(said[1], said[2], at_ns)
        return self._cu48(said[1], said[2], said[3], at_ns)

    def _cu16(self, address: int, command: int, at_ns: int) -> bool:
        board, lock = address >> 4, (address & 0xF) + 1
        if board != self._board and (board, command) != (ALL_BOARDS, 0x32):
            return False
        if command in (0x30, 0x32):
            self._stand.asked(at_ns)
            self._tell(0x35 if command == 0x30 else 0x36)
        elif command == 0x31 and self._wall.has(lock):
            self._open([lock], at_ns)
        elif command == 0x33:
            self._open(range(1, self._options.locks + 1), at_ns)
        else:
            return False
        return True

    def _cu48(self, board: int, lock: int, command: int, at_ns: int) -> bool:
        if board != self._board:
            return False
        if command == 0x60:
            self._stand.asked(at_ns)
            self._tell(0x75)
        elif command == 0x61 and self._wall.has(lock + 1):
            self._open([lock + 1], at_ns)
        else:
            return False
        return True

    def _open(self, locks: Sequence[int], at_ns: int) -> None:
        for lock in locks:
            self._wall.open(lock, at_ns)
        if self._options.answers_open and self._options.model == "cu16":
            self._tell(0x35)
        elif self._options.answers_open:
            self._say((self._board, locks[0] - 1, 0x75), {"channel": locks[0]})

    def _tell(self, command: int) -> None:
        cu16 = self._options.model == "cu16"
        head = (self._board << 4, command) if cu16 else (self._board, 0, command)
        shut = {lock: self._wall.is_shut(lock) for lock in range(1, self._options.locks + 1)}
        ones = {lock for lock, is_shut in shut.items() if is_shut is not self._options.reversed}
        size = 2 if cu16 else 6
        body = (*head, *_bits(ones, size), *_bits(self._options.inside, size))
        self._say(body, {f"closed_{lock}": is_shut for lock, is_shut in shut.items()})

    def _say(self, body: Sequence[int], meaning: Mapping[str, object]) -> None:
        self._stand.say(frame(*body), meaning, self._options.turnaround_s)

    def do(self, order: Order) -> None:
        if isinstance(order, Shut):
            self._wall.shut(order.channel)


def _bits(locks: Iterable[int], size: int) -> bytes:
    return sum(1 << lock - 1 for lock in locks).to_bytes(size, "little")


SIM = Sim(name="kerong", build=Kerong, options=Options, orders=(Shut,), needs_address=True)
