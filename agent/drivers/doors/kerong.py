"""Kerong lock boards KR-CU16 and CU48 (``codecs/krcu.py``).

A board opens a lock whether or not it answers: some answer with the state from before the bolt
moved, some not at all.  So the order is sent once, whatever comes of it is only waited for, and a
question of its own says whether the hook is open.  Opening all at once cannot be asked for: it
would empty the wall, and draws the current of all the magnets together.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from annotated_types import Interval, MaxLen

from agent.drivers.arguments import channel_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import krcu
from agent.drivers.codecs.base import search
from agent.drivers.codecs.krcu import Frame
from agent.drivers.doors.doors import Doors
from agent.line.asking import Answer, Asks, Manners, NoAnswer
from agent.model.messages import Command, Message
from agent.model.time import Now

LOOKS = 3
"""So often a hook that should open is asked for before it counts as shut: the bolt is slower than
a board that answers at once."""
PULSE_S = 0.5
"""How long the order waits for an answer, and so a silent board's bolt for its look; longer than
the pulse of the public programs (0.3 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KerongOptions:
    """``model`` as printed on the board.  ``watch``: locks whose hook is told of.

    ``hook``: what a bit of 1 says, should the feedback of the locks be wired the other way round.
    """

    model: Literal["cu16", "cu48"] = "cu16"
    watch: Annotated[tuple[Annotated[int, Interval(ge=1, le=48)], ...], MaxLen(48)] = ()
    hook: Literal["shut", "open"] = "shut"


class Kerong:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, KerongOptions) else KerongOptions()
        self._speech = SPEECHES[options.model](0 if seat.address is None else seat.address)
        self._watch = [lock for lock in options.watch if lock <= self._speech.locks]
        self._shut_is_1 = options.hook == "shut"
        self._doors = Doors(seat)

    @property
    def every(self) -> float:
        """Seconds; without locks to watch, the board is asked now and then if it is there."""
        return 1.0 if self._watch else 30.0

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        if command.action != "open":
            raise Refused(f"a lock board cannot {command.action} 锁控板没有这个动作")
        lock = channel_of(command, self._speech.locks)
        with suppress(NoAnswer):  # asked once: a second pulse would heat the magnet
            await self._ask(line, self._speech.opens(lock), patience=PULSE_S)
        for _ in range(LOOKS):
            if self._is_open(await self._hooks(line), lock):
                return [self._doors.told(lock, now(), "command", opened=True)]
        raise Refused(f"lock {lock} was told to open and still says closed 锁未打开")

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        hooks, at = await self._hooks(line), now()
        seen = [(lock, self._is_open(hooks, lock)) for lock in self._watch]
        changed = [(lock, opened) for lock, opened in seen if self._doors.news(lock, opened=opened)]
        return [self._doors.told(lock, at, "poll", opened=opened) for lock, opened in changed]

    def _is_open(self, hooks: Sequence[bool], lock: int) -> bool:
        return hooks[lock - 1] is not self._shut_is_1

    async def _hooks(self, line: Asks) -> Sequence[bool]:
        frame = await self._ask(line, self._speech.reads())
        return self._speech.hooks(frame)

    async def _ask(self, line: Asks, question: Frame, patience: float | None = None) -> Frame:
        if self._speech.board > self._speech.most_board:
            most = self._speech.most_board
            raise Refused(f"its board number is not one of 0 to {most} 板地址应为 0 至 {most}")
        request, answer = krcu.encode(question), self._answer_to(question)
        return await line.ask(request, answer, expect=self._speech.expect, patience=patience)

    def _answer_to(self, question: Frame) -> Answer[Frame]:
        def wanted(frame: Frame) -> bool:
            return self._speech.answers(frame, question)

        return lambda heard: search(krcu.take, heard, wanted)


class Cu16:
    """Sixteen locks; board and lock share a byte, four bits each."""

    locks, expect = 16, 9
    most_board = 14  # F is all boards

    def __init__(self, board: int) -> None:
        self.board = board

    def reads(self) -> Frame:
        return Frame(self.board << 4, None, krcu.READ)

    def opens(self, lock: int) -> Frame:
        return Frame(self.board << 4 | lock - 1, None, krcu.OPEN)

    def answers(self, frame: Frame, question: Frame) -> bool:
        """Both are answered with the hooks.  The low nibble of an answer tells nothing."""
        del question
        return frame.command == krcu.STATUS and frame.address >> 4 == self.board

    def hooks(self, frame: Frame) -> Sequence[bool]:
        return _bits(frame.data[:2])


class Cu48:
    """Forty-eight locks; board and lock have a byte each."""

    locks, expect = 48, 18
    most_board = 255

    def __init__(self, board: int) -> None:
        self.board = board

    def reads(self) -> Frame:
        return Frame(self.board, 0, krcu.READ_48)

    def opens(self, lock: int) -> Frame:
        return Frame(self.board, lock - 1, krcu.OPEN_48)

    def answers(self, frame: Frame, question: Frame) -> bool:
        """Only the answer to a reading has the hooks in it."""
        ours = frame.command == krcu.TOLD_48 and frame.address == self.board
        return ours and bool(frame.data) == (question.command == krcu.READ_48)

    def hooks(self, frame: Frame) -> Sequence[bool]:
        return _bits(frame.data[:6])


SPEECHES: Mapping[str, type[Cu16] | type[Cu48]] = MappingProxyType({"cu16": Cu16, "cu48": Cu48})


def _bits(data: bytes) -> Sequence[bool]:
    """Bit 0 of the first byte first."""
    return [bool(byte >> bit & 1) for byte in data for bit in range(8)]


MODEL = Model(
    name="kerong",
    build=Kerong,
    options=KerongOptions,
    zh="科荣锁控板 KR-CU16、CU48",
    en="Kerong lock board KR-CU16, CU48",
    baud=19200,  # as delivered
    manners=Manners(patience=0.3),
    needs_address=True,
    urgent=True,
    protocol="krcu",
    tells=("lock_opened", "lock_closed"),
    does=("open",),
    longest=PULSE_S,
)
