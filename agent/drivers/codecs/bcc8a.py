"""Locker boards of the "8A" family: five bytes, the last is the XOR of the first four.

    8A board lock 11 XX    open            8A board lock 00|11 XX    what came of it
    80 board lock 33 XX    read            80 board lock 00|11 XX    the contact
                                           81 board lock 00|11 XX    the contact changed (unasked)

Boards are 1 to 99.  The XOR is a weak check (a byte of noise that repeats the head passes it), so
a board or a code that does not exist is refused as well.

00 is an open feedback contact, 11 a closed one; whether that means an open door depends on how the
lock's feedback is wired (blog.csdn.net/u012909822/article/details/147892413).  Lock 00 is "all":
we can read such a frame, and never send one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

LENGTH = 5
READ, REPORT, OPEN = 0x80, 0x81, 0x8A
DO_OPEN, DO_READ = 0x11, 0x33
CONTACT_OPEN, CONTACT_CLOSED = 0x00, 0x11
MOST_BOARD = 99
_HEADS = (READ, REPORT, OPEN)
_CODES = (CONTACT_OPEN, CONTACT_CLOSED, DO_READ)  # DO_OPEN is 11 like a closed contact


@dataclass(frozen=True, slots=True)
class Frame:
    head: int
    board: int
    lock: int
    code: int


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    del direction  # both sides use one form; some frames are the same in both directions
    if buffer[0] not in _HEADS:
        return NOISE
    if len(buffer) < LENGTH:
        return MORE
    head, board, lock, code, check = buffer[:LENGTH]
    if head ^ board ^ lock ^ code != check:
        return Bad(Why.CHECKSUM, LENGTH)
    if board > MOST_BOARD or code not in _CODES:
        return Bad(Why.RANGE, LENGTH)
    return Got(Frame(head, board, lock, code), LENGTH)


def encode(head: int, board: int, lock: int, code: int) -> bytes:
    return bytes((head, board, lock, code, head ^ board ^ lock ^ code))


def show(frame: Frame) -> Mapping[str, object]:
    return {
        "head": hex(frame.head),
        "board": frame.board,
        "lock": frame.lock,
        "code": hex(frame.code),
    }


PROTOCOL = Protocol(name="bcc8a", take=take, show=show, most=LENGTH, checked=True)
