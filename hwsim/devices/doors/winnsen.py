"""A Winnsen locker board: ``90 length function station lock [status] 03``, no checksum; 9600 8N1.

``05``: open, answered with ``85`` and status 1 done, 0 not done, 2 too soon after the last time;
``12``: how is it, answered with ``92`` and status 1 open, 0 shut.  In some boards that last answer
has lock and status changed over (``over``).  Another station's frames are none of its business.
Source: WinnsenProtocol.kt of a public parcel kiosk.
"""

from dataclasses import dataclass

from hwsim.devices.base import Device, Sim
from hwsim.devices.doors.wall import Wall
from hwsim.orders import Order, Shut
from hwsim.stand import Stand

PAUSE_S = 0.1
OPEN, READ = 0x05, 0x12
NOT_DONE, DONE, TOO_SOON = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    locks: int = 16
    over: bool = False
    rest_s: float = 2.0  # a magnet rests so long before it is drawn again
    bolt_s: float = 0.05
    closes_after_s: float = 8.0
    turnaround_s: float = 0.03
    jammed: tuple[int, ...] = ()


class Winnsen(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._station = stand.address or 0
        self._wall = Wall(
            stand,
            options.locks,
            bolt_s=options.bolt_s,
            closes_after_s=options.closes_after_s,
            jammed=options.jammed,
        )
        self._drawn = dict[int, float]()
        self._buffer, self._last = b"", -1.0

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-64:]
        at = 0
        while at + 6 <= len(self._buffer):
            at += 6 if self._understood(self._buffer[at : at + 6], at_ns) else 1
        self._buffer = self._buffer[at:]

    def _understood(self, said: bytes, at_ns: int) -> bool:
        head, length, function, station, lock, end = said
        if (head, length, station, end) != (0x90, 6, self._station, 3) or not self._wall.has(lock):
            return False
        if function == OPEN:
            self._open(lock, at_ns)
        elif function == READ:
            self._tell(lock, at_ns)
        else:
            return False
        return True

    def _open(self, lock: int, at_ns: int) -> None:
        now = self._stand.now
        if now - self._drawn.get(lock, -self._options.rest_s) < self._options.rest_s:
            self._say((0x85, self._station, lock, TOO_SOON), {"channel": lock, "refused": True})
            return
        self._drawn[lock] = now
        self._wall.open(lock, at_ns)
        self._say((0x85, self._station, lock, DONE), {"channel": lock, "done": True})

    def _tell(self, lock: int, at_ns: int) -> None:
        self._stand.asked(at_ns, channel=lock)
        shut = self._wall.is_shut(lock)
        status = NOT_DONE if shut else DONE
        last = (status, lock) if self._options.over else (lock, status)
        self._say((0x92, self._station, *last), {"channel": lock, "closed": shut})

    def _say(self, body: tuple[int, ...], meaning: dict[str, object]) -> None:
        frame = bytes((0x90, 7, *body, 3))
        self._stand.say(frame, meaning, self._options.turnaround_s)

    def do(self, order: Order) -> None:
        if isinstance(order, Shut):
            self._wall.shut(order.channel)


SIM = Sim(name="winnsen", build=Winnsen, options=Options, orders=(Shut,), needs_address=True)
