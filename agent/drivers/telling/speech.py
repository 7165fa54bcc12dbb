"""Speech modules that say Chinese text: SYN6288, XFS5152CE and their kind (``codecs/tts.py``).

A module that is speaking breaks off when the next text comes.  So who asks is told that it is
busy, unless he interrupts; and the pieces of a long text wait for each other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from annotated_types import Interval

from agent.drivers.arguments import number_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import tts
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.codecs.tts import Dialect, Status
from agent.drivers.telling.asked import words_of
from agent.drivers.telling.gbk import as_gbk
from agent.drivers.telling.speech_pieces import pieces
from agent.line.asking import Asks, Found, Manners
from agent.model.messages import Command, Event, Fields, Message
from agent.model.time import Now

STOP = 0x02
LOUDEST, USUAL = 10, 8  # of ``volume``
_CHIPS: Mapping[str, Dialect] = MappingProxyType({"syn6288": tts.SYN6288, "xfs5152": tts.XFS5152})
_A_CHARACTER_S, _A_BREATH_S = 0.5, 5.0  # slow speech: 0.3 s is usual
LONGEST_S = 240.0
_MOST_BYTES = 200  # of a piece, whatever the module takes: half a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    """``volume``: 0 to 10, where a command says nothing else.  ``pieces``: of the longest text."""

    chip: Literal["syn6288", "xfs5152"] = "syn6288"
    volume: Annotated[int, Interval(ge=0, le=LOUDEST)] = USUAL
    pieces: Annotated[int, Interval(ge=1, le=4)] = 3


class Speech:
    every = 30.0

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, SpeechOptions) else SpeechOptions()
        self._seat, self._options, self._chip = seat, options, _CHIPS[options.chip]

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        del now
        await self._status(line)
        return ()

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        if command.action == "stop":
            await self._ask(line, self._chip.encode(STOP), _accepted)
            return ()
        if command.action != "say":
            raise Refused(f"a speech module cannot {command.action} 语音模块没有这个动作")
        text = words_of(command, _MOST_BYTES * self._options.pieces)
        wanted = self._pieces(text, number_of(command, "volume", LOUDEST, self._options.volume))
        await self._make_way(line, interrupt=command.args.get("interrupt") is True)
        for piece in wanted[:-1]:
            patience = _A_BREATH_S + _A_CHARACTER_S * len(piece)
            await self._ask(line, self._chip.say(piece), _said, patience)
        await self._ask(line, self._chip.say(wanted[-1]), _accepted)
        replaced = as_gbk(text)[1]
        told: Fields = {"text": text, "pieces": len(wanted), "replaced": replaced}
        data, seat = {**told, "confirmed": True}, self._seat
        said = Event(device=seat.device, at=now(), kind="text_said", data=data, point=seat.point)
        return [said]

    def _pieces(self, text: str, volume: int) -> list[bytes]:
        """Each with the volume before it; brackets in the text would be orders as well."""
        mark = b"[v%d]" % round(volume * self._chip.loudest / LOUDEST)
        plain = text.replace("[", "（").replace("]", "）")
        cut = pieces(plain, _MOST_BYTES - len(mark))
        if len(cut) > self._options.pieces:
            raise Refused(f"text: {len(cut)} pieces are over {self._options.pieces} 文字过长")
        return [mark + as_gbk(piece, instead=b" ")[0] for piece in cut]

    async def _make_way(self, line: Asks, *, interrupt: bool) -> None:
        if await self._status(line) is Status.IDLE:
            return
        if not interrupt:
            raise Refused("it is speaking 正在播报")
        await self._ask(line, self._chip.encode(STOP), _accepted)

    async def _status(self, line: Asks) -> Status:
        return await line.ask(self._chip.encode(tts.STATUS), _busy_or_idle, expect=2)

    async def _ask(
        self, line: Asks, frame: bytes, answer: "Answered", patience: float | None = None
    ) -> None:
        if await line.ask(frame, answer, expect=2, patience=patience) is Status.REFUSED:
            raise Refused("it did not understand 语音模块未识别指令")


Answered = Callable[[bytes], Found[Status] | None]


def _statuses(heard: bytes) -> Iterable[tuple[int, Status]]:
    for at, octet in enumerate(heard):
        taken = tts.SYN6288.take(bytes((octet,)), Direction.DEVICE)
        if isinstance(taken, Got) and isinstance(taken.frame, Status):
            yield at, taken.frame


def _first(*wanted: Status) -> Answered:
    def answer(heard: bytes) -> Found[Status] | None:
        for at, status in _statuses(heard):
            if status in wanted:
                return Found(status, at, at + 1)
        return None

    return answer


_accepted = _first(Status.ACCEPTED, Status.REFUSED)
_busy_or_idle = _first(Status.SPEAKING, Status.IDLE)


def _said(heard: bytes) -> Found[Status] | None:
    """It was accepted, and then it was over."""
    taken = _accepted(heard)
    if taken is None or taken.value is Status.REFUSED:
        return taken
    over = _first(Status.IDLE)(heard[taken.end :])
    return None if over is None else Found(Status.IDLE, taken.start, taken.end + over.end)


MODEL = Model(
    name="speech",
    build=Speech,
    options=SpeechOptions,
    zh="语音合成模块（SYN6288、XFS5152CE）",
    en="speech module (SYN6288, XFS5152CE)",
    baud=9600,
    manners=Manners(patience=0.5, attempts=1),  # a text that was heard twice is said twice
    shares=False,
    protocol="syn6288",
    tells=("text_said",),
    does=("say", "stop"),
    longest=LONGEST_S,
)
