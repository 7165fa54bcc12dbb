"""Nova Fitness SDS011, SDS018, SDS021 and SDS198: dust sensors with a laser (``codecs/sds011.py``).

The laser lasts 8000 hours (SDS011 specification V1.3), a year of steady work: a sensor that
measures for half a minute in ten lasts for many.  Either the box wakes it (``mode = "duty"``), or
it keeps a period of its own, which the command ``period`` sets and it remembers without power.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval

from agent.drivers.air.duty import Duty, Step
from agent.drivers.air.telling import readings
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import sds011
from agent.drivers.codecs.base import Stream
from agent.drivers.codecs.sds011 import Air, Dust, Frame, Reply
from agent.line.asking import Answer, Asks, Manners, NoAnswer
from agent.model.messages import Command, Message
from agent.model.time import Now, Stamp

_LONGEST_PERIOD = 30  # minutes, control protocol V1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class SdsOptions:
    """``mode``: stream, it talks by itself; query, it is asked; duty, it is woken for one
    measurement in every ``duty_s`` seconds.  ``warm_s`` after waking is thrown away.
    ``silence_s``: how long a stream may pause; longer than a period of its own."""

    mode: Literal["stream", "query", "duty"] = "stream"
    duty_s: Annotated[int, Interval(ge=120, le=86_400)] = 600
    warm_s: Annotated[float, Interval(ge=0, le=60)] = 30.0
    silence_s: Annotated[float, Interval(ge=5, le=7200)] = 15.0


class _Acts:
    """What it can be told in every mode; it remembers a period without power."""

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        del now
        cmd, value = _order(command)
        await _tell(line, cmd, value)
        return ()


class SdsTalks(_Acts):
    """It is heard, once a second."""

    def __init__(self, seat: Seat, options: SdsOptions) -> None:
        self._seat, self._silence = seat, options.silence_s
        self._stream = Stream(sds011.take, sds011.MOST)

    @property
    def silence(self) -> float:
        return self._silence

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        told = list[Message]()
        for frame in self._stream.feed(data):
            told += _messages(self._seat, frame, at)
        return told


class SdsAsked(_Acts):
    """It is asked, and sleeps in between if ``mode`` is duty.

    Asleep it cannot be asked: until it is woken it is held for what it was, here or away.
    """

    every = 1.0  # a new value each second

    def __init__(self, seat: Seat, options: SdsOptions) -> None:
        self._seat = seat
        self._duty = Duty(options.warm_s, options.duty_s if options.mode == "duty" else None)
        self._missed = False

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        step = self._duty.step(now().mono_ns)
        if step is Step.REST:
            if self._missed:
                raise NoAnswer
            return ()
        self._missed = True
        try:
            messages = await self._do(step, line, now)
        except NoAnswer:
            self._duty.lost()
            raise
        self._missed = False
        return messages

    async def _do(self, step: Step, line: Asks, now: Now) -> Iterable[Message]:
        if step is Step.WAKE:
            await _tell(line, sds011.SLEEP, 1)
            await _hush(line)
            self._duty.woken(now().mono_ns)
            return ()
        wanted: Answer[Air | Dust] = sds011.answer(_measured)
        frame = await line.ask(sds011.encode(sds011.MEASURE), wanted, expect=10)
        at = now()
        if step is Step.WARM:
            return ()
        if self._duty.measured():
            await _tell(line, sds011.SLEEP, 0)
        return _messages(self._seat, frame, at)


def _order(command: Command) -> tuple[int, int]:
    minutes = command.args.get("minutes")
    match command.action:
        case "sleep":
            return sds011.SLEEP, 0
        case "work":
            return sds011.SLEEP, 1
        case "period" if type(minutes) is int and 0 <= minutes <= _LONGEST_PERIOD:
            return sds011.PERIOD, minutes
        case "period":
            raise Refused(
                f"minutes must be 0 to {_LONGEST_PERIOD} 分钟数应为 0 至 {_LONGEST_PERIOD}"
            )
        case other:
            raise Refused(f"{other!r} is not one of sleep, work, period 没有此动作")


async def _tell(line: Asks, cmd: int, value: int) -> None:
    """Set it, and have it confirmed."""

    def confirmed(frame: Frame) -> Reply | None:
        fits = isinstance(frame, Reply) and frame.cmd == cmd and frame.data[:2] == bytes((1, value))
        return frame if fits and isinstance(frame, Reply) else None

    await line.ask(sds011.encode(cmd, 1, value), sds011.answer(confirmed), expect=10)


async def _hush(line: Asks) -> None:
    """Speak only when asked.  It remembers this for ever, so it is not written twice."""

    def mode(frame: Frame) -> Reply | None:
        return frame if isinstance(frame, Reply) and frame.cmd == sds011.MODE else None

    reply = await line.ask(sds011.encode(sds011.MODE), sds011.answer(mode), expect=10)
    if reply.data[1] == 0:
        await _tell(line, sds011.MODE, 1)


def _measured(frame: Frame) -> Air | Dust | None:
    return frame if isinstance(frame, Air | Dust) else None


def _messages(seat: Seat, frame: Frame, at: Stamp) -> Iterable[Message]:
    match frame:
        case Air():
            values = [("pm2_5", frame.pm25 / 10), ("pm10", frame.pm10 / 10)]
        case Dust():
            values = [("tsp", float(frame.pm100))]
        case _:
            values = []
    return readings(seat, at, values)


def build(seat: Seat) -> SdsTalks | SdsAsked:
    options = seat.options if isinstance(seat.options, SdsOptions) else SdsOptions()
    return SdsTalks(seat, options) if options.mode == "stream" else SdsAsked(seat, options)


MODEL = Model(
    name="sds011",
    build=build,
    options=SdsOptions,
    zh="诺方 SDS011/SDS198 颗粒物传感器",
    en="Nova Fitness SDS011/SDS198 dust sensor",
    baud=9600,
    manners=Manners(patience=1.0),  # a measurement that is asked for ends the running second
    shares=False,
    protocol="sds011",
    measures=("pm2_5", "pm10", "tsp"),
    does=("sleep", "work", "period"),
)
