"""A locker board of the "8A" family: five bytes, the last the XOR of the first four; 9600 8N1.

``8A board lock 11``: open it (lock 00: all of them); the board answers ``8A board lock state``.
``80 board lock 33``: how is it; answered ``80 board lock state``.  ``81 board lock state`` comes
unasked when a door moves.  The state byte tells the contact, not the door: 11 is shorted, 00 is
open circuit, and whether a shut door shorts it depends on how the box was wired (``feedback``).
Source: blog.csdn.net/u012909822 article 147892413; captures of a CP2102 slave controller.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Literal

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Shut
from hwsim.stand import Stand

OPEN, READ, MOVED = 0x8A, 0x80, 0x81
DO_OPEN, DO_READ, ALL = 0x11, 0x33, 0
SHORTED, APART = 0x11, 0x00
PAUSE_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    locks: int = 8
    feedback: Literal["closed-short", "open-short"] = "closed-short"
    closes_after_s: float = 8.0  # somebody shuts the door behind him; 0: nobody does
    turnaround_s: float = 0.05  # the bolt is drawn before the board answers
    unsolicited: bool = True
    jammed: tuple[int, ...] = ()  # these bolts do not move


def frame(head: int, board: int, lock: int, code: int) -> bytes:
    return bytes((head, board, lock, code, head ^ board ^ lock ^ code))


class Lock8A(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._board = stand.address or 0
        self._opened = dict.fromkeys(range(1, options.locks + 1), 0)  # how often; 0: shut
        self._shut = dict.fromkeys(range(1, options.locks + 1), True)
        self._buffer, self._last = b"", -1.0

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-64:]
        at = 0
        while at + 5 <= len(self._buffer):
            at += 5 if self._understood(self._buffer[at : at + 5], at_ns) else 1
        self._buffer = self._buffer[at:]

    def _understood(self, frame: bytes, at_ns: int) -> bool:
        head, board, lock, code = frame[:4]
        if board != self._board or reduce(xor, frame):
            return False
        if (head, code) == (OPEN, DO_OPEN) and lock == ALL:
            for each in self._shut:
                self._open(each, at_ns)
        elif (head, code) == (OPEN, DO_OPEN) and lock in self._shut:
            self._open(lock, at_ns)
        elif (head, code) == (READ, DO_READ) and lock in self._shut:
            self._stand.asked(at_ns, channel=lock)
            self._answer(READ, lock)
        else:
            return False
        return True

    def _open(self, lock: int, at_ns: int) -> None:
        self._stand.told("open", at_ns, channel=lock)
        if lock not in self._options.jammed:
            self._opened[lock] += 1
            self._move(lock, shut=False)
            self._later_shut(lock, self._opened[lock])
        self._answer(OPEN, lock)

    def _later_shut(self, lock: int, time: int) -> None:
        def shut() -> None:
            if self._opened[lock] == time and not self._shut[lock]:
                self._close(lock)

        if self._options.closes_after_s:
            self._stand.after(self._options.closes_after_s, shut)

    def _close(self, lock: int) -> None:
        self._move(lock, shut=True)
        if self._options.unsolicited:
            self._stand.say_when_quiet(*self._said(MOVED, lock))

    def _move(self, lock: int, *, shut: bool) -> None:
        if self._shut[lock] is not shut:
            self._shut[lock] = shut
            self._stand.happened("lock_closed" if shut else "lock_opened", channel=lock)

    def _answer(self, head: int, lock: int) -> None:
        self._stand.after(
            self._options.turnaround_s, lambda: self._stand.say(*self._said(head, lock))
        )

    def _said(self, head: int, lock: int) -> tuple[bytes, dict[str, object]]:
        shorted = self._shut[lock] is (self._options.feedback == "closed-short")
        state = SHORTED if shorted else APART
        meaning: dict[str, object] = {"channel": lock, "closed": self._shut[lock]}
        return frame(head, self._board, lock, state), meaning

    def do(self, order: Order) -> None:
        if isinstance(order, Shut):
            if self._shut.get(order.channel, True):
                raise CannotDo(f"door {order.channel} is not open")
            self._close(order.channel)


SIM = Sim(name="lock_8a", build=Lock8A, options=Options, orders=(Shut,), needs_address=True)
