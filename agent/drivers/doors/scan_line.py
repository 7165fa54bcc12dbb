"""Scan modules that send codes as lines: Newland, Honeywell, DE2120, GM67 and any other.

Reading is the same for all; only what can be asked of a module depends on its ``dialect``.  A code
without an end is never reported, as with ``gm65``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval

from agent.drivers.base import Driver, Model, Refused, Seat
from agent.drivers.codecs.base import search
from agent.drivers.codecs.scans import Scan
from agent.drivers.codecs.told import ACK, Told
from agent.drivers.doors.codes import code_scanned, setting_read
from agent.drivers.doors.scan_line_dialects import DIALECTS, Dialect, Question
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Message
from agent.model.time import Now, Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanLineOptions:
    """``dialect``: whose commands it understands.  ``idle_ms``: silence that ends a begun code."""

    dialect: Literal["none", "newland", "honeywell", "de2120", "ssi"] = "none"
    idle_ms: Annotated[int, Interval(ge=20, le=5000)] = 200  # modules pause up to 50 ms in a code


class ScanLine:
    def __init__(self, seat: Seat) -> None:
        options = _options(seat)
        self._seat, self._idle_ns = seat, options.idle_ms * 1_000_000
        self._dialect = DIALECTS[options.dialect]
        self._codes = self._dialect.codes()
        self._last: Stamp | None = None

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        if self._last is not None and at.mono_ns - self._last.mono_ns > self._idle_ns:
            self._codes.reset()
        self._last = at
        scans = [frame for frame in self._codes.feed(data) if isinstance(frame, Scan)]
        return [code_scanned(self._seat, at, scan.code) for scan in scans if scan.code]

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        match command.action:
            case "trigger" if self._dialect.silent and self._dialect.trigger:
                await line.tell(self._dialect.trigger.request)
                return ()
            case "trigger" if self._dialect.trigger:
                questions: Iterable[Question] = (self._dialect.trigger,)
            case "configure" if self._dialect.configure:
                questions = self._dialect.configure
            case "identify" if self._dialect.identify:
                questions = (self._dialect.identify,)
            case _:
                raise Refused(f"this module cannot {command.action} 该型号没有这个动作")
        told = [(question, await ask(line, self._dialect, question)) for question in questions]
        named = [(q.name, q.value or value) for q, value in told if q.name]
        return [setting_read(self._seat, now(), name, value) for name, value in named]


class AskedScanLine(ScanLine):
    """One whose dialect has a question that changes nothing."""

    @property
    def every(self) -> float:
        """Seconds."""
        return 60.0

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        del now  # that it answered is all
        if self._dialect.identify:
            await ask(line, self._dialect, self._dialect.identify)
        return ()


async def ask(line: Asks, dialect: Dialect, question: Question) -> str:
    """The value that the reply tells.  Refused where it says no, or another value."""
    found = await line.ask(
        question.request,
        lambda heard: search(dialect.take, heard, _answers(question)),
        expect=len(question.request) + 8,
    )
    value = found.text.removeprefix(question.begins).rstrip(".!;")
    if found.status != ACK:
        raise Refused(f"the module says {found.status}: {found.text} 模块拒绝该设置")
    if question.holds is not None and value != question.holds:
        raise Refused(f"{found.text} is not {question.holds} 设置未生效")
    return value


def _answers(question: Question) -> Callable[[Told], bool]:
    return lambda told: told.reply and told.text.startswith(question.begins) and bool(told.status)


def _options(seat: Seat) -> ScanLineOptions:
    return seat.options if isinstance(seat.options, ScanLineOptions) else ScanLineOptions()


def _build(seat: Seat) -> Driver:
    asked = DIALECTS[_options(seat).dialect].identify is not None
    return AskedScanLine(seat) if asked else ScanLine(seat)


MODEL = Model(
    name="scan-line",
    build=_build,
    options=ScanLineOptions,
    zh="行输出扫码模块（新大陆、霍尼韦尔、DE2120、GM67 等）",
    en="scan module that sends lines",
    baud=9600,
    manners=Manners(patience=0.8, quiet=0.2),  # DE2120 takes 0.3 to 0.43 s to answer
    shares=False,
    urgent=True,
    protocol="scan_line",
    tells=("code_scanned", "setting_read"),
    does=("trigger", "configure", "identify"),
    longest=10.0,  # ``configure`` may ask four times, each twice
)
