"""WitMotion inclinometers that stream on TTL or RS-232 (``codecs/wit55.py``): ten angles a second.

One angle of a slope says nothing: vibration is a hundred times what it creeps.  So a reading is the
mean over ``mean_s`` seconds.  With ``source = "gravity"`` it is worked out from the accelerometer
alone: the fused angle of the sensor hides slow creep behind its gyroscope.

The driver only listens.  Nothing can make it send the command that sets the present tilt to zero.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Interval

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import wit55
from agent.drivers.codecs.base import Stream
from agent.model.messages import Message, Reading
from agent.model.time import Stamp

_AXES = ("tilt_x", "tilt_y")
_SOURCES = {"angle": wit55.ANGLE, "gravity": wit55.ACCELERATION}
PAUSE_NS = 1_500_000_000
"""A stream does not pause so long; what is older belongs to another time."""

LEAST_FRAMES = 3
"""Fewer make no mean: at 10 Hz that is a third of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """``mean_s``: seconds that one reading stands for."""

    source: Literal["angle", "gravity"] = "angle"
    mean_s: Annotated[float, Interval(ge=0.5, le=3600)] = 1.0


@dataclass(slots=True)
class Mean:
    """Of directions: -180° and 180° are one, and their mean is not zero."""

    sines: list[float] = field(default_factory=lambda: [0.0, 0.0])
    cosines: list[float] = field(default_factory=lambda: [0.0, 0.0])
    count: int = 0

    def add(self, degrees: tuple[float, float]) -> None:
        for at, angle in enumerate(map(math.radians, degrees)):
            self.sines[at] += math.sin(angle)
            self.cosines[at] += math.cos(angle)
        self.count += 1

    def degrees(self) -> list[float]:
        pairs = zip(self.sines, self.cosines, strict=True)
        return [math.degrees(math.atan2(sine, cosine)) for sine, cosine in pairs]


class WitStream:
    silence = 3.0  # thirty frames at 10 Hz; the slowest setting that streams is 0.2 Hz, page

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, StreamOptions) else StreamOptions()
        self._seat, self._kind = seat, _SOURCES[options.source]
        self._mean_ns = int(options.mean_s * 1e9)
        self._stream = Stream(wit55.take, wit55.LENGTH)
        self._mean, self._since = Mean(), Stamp("", 0)
        self._last_ns = 0

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        said = list[Message]()
        for frame in self._stream.feed(data):
            if frame.kind == self._kind:
                said += self._ended(at)
                self._mean.add(self._tilt(frame))
        return said

    def _ended(self, at: Stamp) -> Iterable[Message]:
        """The mean of the span that is over; a pause belongs to none."""
        paused = at.boot != self._since.boot or at.mono_ns - self._last_ns > PAUSE_NS
        over, mean = at.mono_ns - self._since.mono_ns >= self._mean_ns, self._mean
        self._last_ns = at.mono_ns
        if not paused and not over:
            return []
        self._mean, self._since = Mean(), at
        return [] if paused or mean.count < LEAST_FRAMES else self._readings(mean, at)

    def _readings(self, mean: Mean, at: Stamp) -> list[Message]:
        return [
            Reading(
                device=self._seat.device,
                at=at,
                quantity=axis,
                value=round(angle, 4),
                point=self._seat.point,
            )
            for axis, angle in zip(_AXES, mean.degrees(), strict=True)
        ]

    def _tilt(self, frame: wit55.Frame) -> tuple[float, float]:
        x, y, z = frame.values
        return gravity(x, y, z) if self._kind == wit55.ACCELERATION else (x, y)


def gravity(x: float, y: float, z: float) -> tuple[float, float]:
    """Roll and pitch in degrees of a sensor at rest, from its acceleration along three axes."""
    roll = math.atan2(y, z)
    pitch = math.atan2(-x, math.hypot(y, z))
    return math.degrees(roll), math.degrees(pitch)


MODEL = Model(
    name="wit-stream",
    build=WitStream,
    options=StreamOptions,
    zh="维特智能倾角传感器（TTL/232 主动输出）",
    en="WitMotion inclinometer, TTL or RS-232 stream",
    baud=9600,  # as delivered; many run at 115200
    shares=False,
    protocol="wit55",
    measures=_AXES,
)
