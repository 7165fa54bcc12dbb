"""Winnsen locker boards (``codecs/winnsen.py``).

The protocol has no checksum, so nothing is believed once: an answer counts only with the echo of
station and lock in its place, a lock that was told to open must say so in a second answer, and a
change that a poll sees must be seen by the next question too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, MaxLen

from agent.drivers.arguments import channel_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import winnsen
from agent.drivers.codecs.base import search
from agent.drivers.codecs.winnsen import ANSWERS, DONE, MOST_LOCK, OPEN, READ, TOO_SOON, Frame
from agent.drivers.doors.doors import Doors
from agent.line.asking import Answer, Asks, Manners
from agent.model.messages import Command, Message
from agent.model.time import Now

LOOKS = 3
"""So often a lock that was told to open is asked before it counts as shut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WinnsenOptions:
    """``watch``: locks that are asked in turn.

    ``reading``: where an answer about a lock has its status, last or before the lock.
    """

    watch: Annotated[tuple[Annotated[int, Interval(ge=1, le=MOST_LOCK)], ...], MaxLen(16)] = ()
    reading: Literal["lock-status", "status-lock"] = "lock-status"


class Winnsen:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, WinnsenOptions) else WinnsenOptions()
        self._watch, self._over = options.watch, options.reading == "status-lock"
        self._station = 0 if seat.address is None else seat.address
        self._doors = Doors(seat)

    @property
    def every(self) -> float:
        """Seconds; without locks to watch, one is asked now and then to see that it is there."""
        return 1.0 if self._watch else 30.0

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        if command.action != "open":
            raise Refused(f"a lock board cannot {command.action} 锁控板没有这个动作")
        lock = channel_of(command, MOST_LOCK)
        if await self._ask(line, OPEN, lock) == TOO_SOON:
            raise Refused(f"lock {lock} was opened a moment ago 开锁过于频繁，请稍候")
        for _ in range(LOOKS):
            if await self._is_open(line, lock):
                return [self._doors.told(lock, now(), "command", opened=True)]
        raise Refused(f"lock {lock} was told to open and still says closed 锁未打开")

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        changes = list[Message]()
        for lock in self._watch or (1,):
            opened = await self._is_open(line, lock)
            if not self._watch or not self._doors.news(lock, opened=opened):
                continue
            if await self._is_open(line, lock) is opened:
                changes.append(self._doors.told(lock, now(), "poll", opened=opened))
        return changes

    async def _is_open(self, line: Asks, lock: int) -> bool:
        return await self._ask(line, READ, lock) == DONE

    async def _ask(self, line: Asks, function: int, lock: int) -> int:
        """The status of the answer."""
        request = winnsen.encode(function, self._station, lock)
        frame = await line.ask(request, self._answer(function, lock), expect=winnsen.MOST)
        return self._read(frame)[1]

    def _answer(self, function: int, lock: int) -> Answer[Frame]:
        def wanted(frame: Frame) -> bool:
            ours = (frame.function, frame.station) == (function | ANSWERS, self._station)
            echoed, status = self._read(frame)
            return ours and echoed == lock and 0 <= status <= TOO_SOON

        return lambda heard: search(winnsen.take, heard, wanted)

    def _read(self, frame: Frame) -> tuple[int, int]:
        """Lock and status; -1 for a status that is not there."""
        status = -1 if frame.status is None else frame.status
        if self._over and frame.function == READ | ANSWERS:
            return status, frame.lock
        return frame.lock, status


MODEL = Model(
    name="winnsen",
    build=Winnsen,
    options=WinnsenOptions,
    zh="Winnsen 锁控板",
    en="Winnsen locker board",
    baud=9600,
    manners=Manners(patience=0.5),
    needs_address=True,
    urgent=True,
    protocol="winnsen",
    tells=("lock_opened", "lock_closed"),
    does=("open",),
)
