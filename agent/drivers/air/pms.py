"""Plantower PMS5003, PMS7003, PMSA003: particulate sensors with a laser (``codecs/pms.py``).

The words "in air" are told, not those of CF=1.  After power came the first frame is all zero and
means nothing, and for half a minute the fan has not settled (Plantower manuals: "stable data at
least 30 seconds after wake-up").  A stream that was running when it was found may still be new:
its first half minute is told as suspect.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval

from agent.drivers.air.duty import Duty, Step
from agent.drivers.air.telling import Faults, readings
from agent.drivers.base import Model, Seat
from agent.drivers.codecs import pms
from agent.drivers.codecs.base import Stream
from agent.line.asking import Asks, Manners, NoAnswer
from agent.model.messages import Message, Quality
from agent.model.time import Now, Stamp

_SECOND = 1_000_000_000
_GAP_S = 5.0  # it speaks every 0.2 to 2.3 s (Plantower manual V2.3): after a longer pause it is new
_QUANTITIES = ("pm1", "pm2_5", "pm10")


@dataclass(frozen=True, slots=True, kw_only=True)
class PmsOptions:
    """``mode``: active, it talks by itself; passive, it is asked; duty, it is woken for one
    measurement in every ``duty_s`` seconds and sleeps in between.  ``warm_s`` is thrown away."""

    mode: Literal["active", "passive", "duty"] = "active"
    duty_s: Annotated[int, Interval(ge=120, le=86_400)] = 600
    warm_s: Annotated[float, Interval(ge=0, le=60)] = 30.0


class _Told:
    """A measurement as messages."""

    def __init__(self, seat: Seat) -> None:
        self._seat, self._faults = seat, Faults(seat)

    def messages(self, air: pms.Air, at: Stamp, quality: Quality = Quality.GOOD) -> list[Message]:
        told = self._faults.now([f"error {air.error:02X}"] if air.error else [], at)
        doubted = Quality.SUSPECT if self._faults else quality
        values = zip(_QUANTITIES, map(float, air.in_air), strict=True)
        return [*told, *readings(self._seat, at, values, doubted)]


class PmsTalks:
    """It is heard."""

    def __init__(self, seat: Seat, options: PmsOptions) -> None:
        self._told = _Told(seat)
        self._stream = Stream(pms.take, pms.MOST)
        self._warm_ns = round(options.warm_s * _SECOND)
        self._last_ns: int | None = None
        self._new_until_ns = self._doubt_until_ns = 0
        self._silence = options.warm_s + 3 * _GAP_S

    @property
    def silence(self) -> float:
        return self._silence

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        told = list[Message]()
        for frame in self._stream.feed(data):
            if isinstance(frame, pms.Air):
                told += self._air(frame, at)
        return told

    def _air(self, air: pms.Air, at: Stamp) -> list[Message]:
        last_ns, self._last_ns = self._last_ns, at.mono_ns
        if last_ns is None:
            self._doubt_until_ns = at.mono_ns + self._warm_ns
        if air.empty or (last_ns is not None and at.mono_ns - last_ns > _GAP_S * _SECOND):
            self._new_until_ns = at.mono_ns + self._warm_ns
        if air.empty or at.mono_ns < self._new_until_ns:
            return []
        doubted = at.mono_ns < self._doubt_until_ns
        return self._told.messages(air, at, Quality.SUSPECT if doubted else Quality.GOOD)


class PmsAsked:
    """It is asked, and sleeps in between if ``mode`` is duty.

    Asleep it cannot be asked: until it is woken it is held for what it was, here or away.
    """

    every = 1.0

    def __init__(self, seat: Seat, options: PmsOptions) -> None:
        self._told = _Told(seat)
        self._sleeps = options.mode == "duty"
        self._duty = Duty(options.warm_s, options.duty_s if self._sleeps else None)
        self._missed = False

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        step = self._duty.step(now().mono_ns)
        if step is Step.WAKE:
            await line.tell(pms.encode(pms.SLEEP, 1) if self._sleeps else pms.encode(pms.REPORTS))
            self._duty.woken(now().mono_ns)
        if step in (Step.WAKE, Step.REST):
            if self._missed:
                raise NoAnswer
            return ()
        air = await self._ask(line)
        if air.empty:  # it has lost its power meanwhile
            self._duty.lost()
            return ()
        return await self._measured(line, air, now()) if step is Step.MEASURE else ()

    async def _ask(self, line: Asks) -> pms.Air:
        self._missed = True
        try:
            air = await line.ask(pms.encode(pms.REPORT), pms.answer_air(), expect=pms.MOST)
        except NoAnswer:
            self._duty.lost()
            raise
        self._missed = False
        return air

    async def _measured(self, line: Asks, air: pms.Air, at: Stamp) -> list[Message]:
        if self._duty.measured():
            await line.tell(pms.encode(pms.SLEEP))
        return self._told.messages(air, at)


def build(seat: Seat) -> PmsTalks | PmsAsked:
    options = seat.options if isinstance(seat.options, PmsOptions) else PmsOptions()
    return PmsTalks(seat, options) if options.mode == "active" else PmsAsked(seat, options)


MODEL = Model(
    name="pms",
    build=build,
    options=PmsOptions,
    zh="攀藤 PMS5003/7003 颗粒物传感器",
    en="Plantower PMS5003/7003 particulate sensor",
    baud=9600,
    manners=Manners(patience=1.0),  # it ends the measurement it is in before it answers
    shares=False,
    protocol="pms",
    measures=_QUANTITIES,
    tells=("fault_reported",),
)
