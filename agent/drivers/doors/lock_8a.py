"""Locker boards of the "8A" family (``codecs/bcc8a.py``).

Whether 00 means an open or a shut door is a matter of wiring: ``feedback`` says which, and the
board's answer to "open" is never taken for the door's state: a second question is.  Lock 0, "all
locks at once", cannot be asked for: it would empty a parcel wall, and its current is that of all
the magnets together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, MaxLen

from agent.drivers.arguments import channel_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import bcc8a
from agent.drivers.codecs.base import Stream, search
from agent.line.asking import Answer, Asks, Manners
from agent.model.messages import Command, Event, Message
from agent.model.time import Now, Stamp

MOST_LOCKS = 50  # of the largest board of the family
_CONTACTS = (bcc8a.CONTACT_OPEN, bcc8a.CONTACT_CLOSED)
_KINDS = {True: "lock_opened", False: "lock_closed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOptions:
    """``feedback``: when the lock shorts its feedback wires (上锁短路 closed, 开锁短路 open).

    ``watch``: locks whose contact is asked for in turn, for boards that report nothing unasked.
    """

    feedback: Literal["closed-short", "open-short"] = "closed-short"
    watch: Annotated[tuple[Annotated[int, Interval(ge=1, le=MOST_LOCKS)], ...], MaxLen(50)] = ()


class Lock8a:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, LockOptions) else LockOptions()
        self._seat, self._watch = seat, options.watch
        self._board = 1 if seat.address is None else seat.address
        shorted_is_open = options.feedback == "open-short"
        self._open_code = bcc8a.CONTACT_CLOSED if shorted_is_open else bcc8a.CONTACT_OPEN
        self._known: dict[int, bool] = {}  # lock -> open?  At most MOST_LOCKS of them.
        self._stream = Stream(bcc8a.take, bcc8a.LENGTH)

    @property
    def every(self) -> float:
        """Seconds; without locks to watch, one is asked now and then to see that it is there."""
        return 1.0 if self._watch else 30.0

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        if command.action != "open":
            raise Refused(f"a lock board cannot {command.action} 锁控板没有这个动作")
        lock = channel_of(command, MOST_LOCKS)
        await self._ask(line, bcc8a.OPEN, lock, bcc8a.DO_OPEN)
        if not await self._is_open(line, lock):
            raise Refused(f"lock {lock} was told to open and still says closed 锁未打开")
        self._known[lock] = True
        return [self._event(lock, now(), "command", opened=True)]

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        changes = list[Message]()
        for lock in self._watch or (1,):
            opened = await self._is_open(line, lock)
            if self._watch and self._known.get(lock) is not opened:
                self._known[lock] = opened
                changes.append(self._event(lock, now(), "poll", opened=opened))
        return changes

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        reports = [frame for frame in self._stream.feed(data) if self._reports(frame)]
        return [self._reported(frame, at) for frame in reports]

    def _reports(self, frame: bcc8a.Frame) -> bool:
        ours = frame.head == bcc8a.REPORT and frame.board == self._board
        return ours and frame.code in _CONTACTS and 1 <= frame.lock <= MOST_LOCKS

    def _reported(self, frame: bcc8a.Frame, at: Stamp) -> Event:
        opened = self._known[frame.lock] = frame.code == self._open_code
        return self._event(frame.lock, at, "contact", opened=opened)

    async def _is_open(self, line: Asks, lock: int) -> bool:
        frame = await self._ask(line, bcc8a.READ, lock, bcc8a.DO_READ)
        return frame.code == self._open_code

    async def _ask(self, line: Asks, head: int, lock: int, code: int) -> bcc8a.Frame:
        request = bcc8a.encode(head, self._board, lock, code)
        return await line.ask(request, self._answer(head, lock), expect=bcc8a.LENGTH)

    def _answer(self, head: int, lock: int) -> Answer[bcc8a.Frame]:
        def wanted(frame: bcc8a.Frame) -> bool:
            ours = (frame.head, frame.board, frame.lock) == (head, self._board, lock)
            return ours and frame.code in _CONTACTS

        return lambda heard: search(bcc8a.take, heard, wanted)

    def _event(self, lock: int, at: Stamp, source: str, *, opened: bool) -> Event:
        return Event(
            device=self._seat.device,
            at=at,
            kind=_KINDS[opened],
            data={"channel": lock, "source": source},
            point=self._seat.point,
        )


MODEL = Model(
    name="lock-8a",
    build=Lock8a,
    options=LockOptions,
    zh="“8A”系列锁控板",
    en='locker board of the "8A" family',
    baud=9600,
    manners=Manners(patience=0.5),  # longer than its pulse, 0.3 s as delivered
    needs_address=True,
    urgent=True,
    protocol="bcc8a",
    tells=("lock_opened", "lock_closed"),
    does=("open",),
)
