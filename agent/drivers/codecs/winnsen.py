"""Winnsen's locker boards: 90, the frame's whole length, function, station, data, 03.

    90 06 05 station lock 03          open one        90 07 85 station lock status 03
    90 06 12 station lock 03          how is it?      90 07 92 station lock status 03

Status: 1 done or open, 0 not done or shut, 2 too soon after the last time.  Stations come from DIP
switches, locks are 1 to 16.  **No checksum**: every byte that can be checked is, and a driver must
see the echo of station and lock as well.

Source: WinnsenProtocol.kt of a public parcel kiosk; its last version reads the answer 92 with lock
and status changed over, after trials with a board (``winnsen`` has an option for it).  Here the
bytes are named as in the table above, and a frame is believed if it fits either reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

HEAD, END = 0x90, 0x03
OPEN, READ = 0x05, 0x12
ANSWERS = 0x80  # set in the function of an answer
MOST_LOCK = 16
DONE, TOO_SOON = 1, 2  # status; 0 is not done, or shut
SHORT, MOST = 6, 7
_FUNCTIONS: Mapping[int, int] = {
    OPEN: SHORT,
    READ: SHORT,
    OPEN | ANSWERS: MOST,
    READ | ANSWERS: MOST,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """``status`` is None in what we say.  Of an answer to READ see above."""

    function: int
    station: int
    lock: int
    status: int | None = None


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    del direction  # the function tells who speaks
    if buffer[0] != HEAD:
        return NOISE
    if len(buffer) < 3:
        return MORE if buffer[1:] in (b"", b"\x06", b"\x07") else NOISE
    length = _FUNCTIONS.get(buffer[2])
    if length != buffer[1]:
        return NOISE
    if len(buffer) < length:
        return MORE
    if buffer[length - 1] != END:
        return Bad(Why.FORMAT, length)
    frame = Frame(buffer[2], buffer[3], buffer[4], buffer[5] if length == MOST else None)
    return Got(frame, length) if _exists(frame) else Bad(Why.RANGE, length)


def _exists(frame: Frame) -> bool:
    if frame.status is None:
        return frame.lock <= MOST_LOCK
    straight = 1 <= frame.lock <= MOST_LOCK and frame.status <= TOO_SOON
    over = 1 <= frame.status <= MOST_LOCK and frame.lock <= TOO_SOON
    return straight or (over and frame.function == READ | ANSWERS)


def encode(function: int, station: int, lock: int) -> bytes:
    return bytes((HEAD, SHORT, function, station, lock, END))


def show(frame: Frame) -> Mapping[str, object]:
    status = {} if frame.status is None else {"status": frame.status}
    return {"func": hex(frame.function), "station": frame.station, "lock": frame.lock} | status


PROTOCOL = Protocol(name="winnsen", take=take, show=show, most=MOST)
