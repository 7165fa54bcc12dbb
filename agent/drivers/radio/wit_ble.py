"""WitMotion inclinometers on Bluetooth LE (``codecs/witmotion.py``), on a link that is kept.

A reading is the mean over ``mean_s`` seconds, as of their brothers on a wire (``wit_stream.py``);
with ``source = "gravity"`` it is worked out from the accelerometer alone, for the fused angle hides
slow creep behind its gyroscope.

The only setting that is ever written is the output rate (``rate_hz``).  Nothing can make it
calibrate the sensor, or set the present tilt to zero.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from annotated_types import Interval, Predicate

from agent.drivers.base import Model, Radio, Seat
from agent.drivers.codecs import witmotion
from agent.drivers.codecs.witmotion import Answer, Motion
from agent.drivers.radio.leaning import AXES, Leaning
from agent.drivers.slope.wit_stream import gravity
from agent.line.asking import NoAnswer
from agent.line.radio import Gatt
from agent.model.messages import Message
from agent.model.time import Now, Stamp

ANSWER_S: Final = 5.0  # the answer stands behind what streams, of which five seconds may wait
_PAUSE_S: Final = 12.0  # two frames at the slowest rate, 0.2 Hz


def _is_rate(hertz: float) -> bool:
    return hertz in witmotion.RATES


@dataclass(frozen=True, slots=True, kw_only=True)
class WitBleOptions:
    """``rate_hz``: frames a second; none: as the sensor has it.  ``mean_s``: of one reading."""

    source: Literal["angle", "gravity"] = "angle"
    mean_s: Annotated[float, Interval(ge=1, le=3600)] = 10.0
    rate_hz: Annotated[float, Predicate(_is_rate)] | None = None


class WitBle:
    silence = 30.0  # six frames at the slowest rate

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, WitBleOptions) else WitBleOptions()
        self._source = options.source
        self._notices = witmotion.Notices()
        self._leaning = Leaning(seat, options.mean_s, _PAUSE_S)

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        said = list[Message]()
        for frame in self._notices.feed(data):
            if isinstance(frame, Motion):
                said += self._leaning.add(self._tilt(frame), at)
        return said

    def _tilt(self, frame: Motion) -> tuple[float, float]:
        return gravity(*frame.acceleration) if self._source == "gravity" else frame.angle[:2]


class TunedWitBle(WitBle):
    """One whose output rate is looked at with each new link, and set where it is another one."""

    every = 86_400.0

    def __init__(self, seat: Seat, rate: int) -> None:
        super().__init__(seat)
        self._rate = rate

    async def poll(self, line: Gatt, now: Now) -> Iterable[Message]:  # noqa: ARG002  # the verb's own
        if await _rate_of(line) != self._rate:
            written = witmotion.setting(witmotion.RATE, self._rate)
            for command in (witmotion.UNLOCK, written, witmotion.SAVE):
                await line.write(witmotion.WRITE, command, confirmed=False)
        return ()


async def _rate_of(line: Gatt) -> int:
    """What stands in the register of the output rate.  NoAnswer."""
    async with line.notices(witmotion.NOTIFY) as heard:
        await line.write(witmotion.WRITE, witmotion.question(witmotion.RATE), confirmed=False)
        try:
            async with asyncio.timeout(ANSWER_S):
                return await _answer(heard)
        except TimeoutError:
            raise NoAnswer("it does not tell its output rate 读不到输出速率") from None


async def _answer(heard: AsyncIterator[bytes]) -> int:
    notices = witmotion.Notices()
    async for data in heard:
        for frame in notices.feed(data):
            if isinstance(frame, Answer) and frame.register == witmotion.RATE:
                return frame.words[0]
    raise NoAnswer("the link ended 连接断开")


def build(seat: Seat) -> WitBle:
    options = seat.options
    rate = options.rate_hz if isinstance(options, WitBleOptions) else None
    return WitBle(seat) if rate is None else TunedWitBle(seat, witmotion.RATES[rate])


MODEL = Model(
    name="wit-ble",
    build=build,
    options=WitBleOptions,
    zh="维特智能倾角传感器（蓝牙）",
    en="WitMotion inclinometer (Bluetooth LE)",
    needs_address=True,
    protocol="witmotion",
    measures=AXES,
    longest=ANSWER_S,
    radio=Radio(link="kept", notify=witmotion.NOTIFY),
)
