"""The mean lean of something that is looked at often: roll and pitch over a span of seconds."""

from collections.abc import Iterable
from typing import Final

from agent.drivers.base import Seat
from agent.drivers.slope.wit_stream import LEAST_FRAMES, Mean
from agent.model.messages import Message, Reading
from agent.model.time import Stamp

AXES: Final = ("tilt_x", "tilt_y")


class Leaning:
    """``mean_s``: the span.  ``pause_s``: of silence; what is older belongs to another time."""

    def __init__(self, seat: Seat, mean_s: float, pause_s: float) -> None:
        self._seat = seat
        self._mean_ns, self._pause_ns = int(mean_s * 1e9), int(pause_s * 1e9)
        self._mean, self._since = Mean(), Stamp("", 0)
        self._last_ns = 0

    def add(self, degrees: tuple[float, float], at: Stamp) -> list[Message]:
        """One look.  What is told is the mean of the span before it, once that is over."""
        told = list(self._ended(at))
        self._mean.add(degrees)
        return told

    def _ended(self, at: Stamp) -> Iterable[Message]:
        paused = at.boot != self._since.boot or at.mono_ns - self._last_ns > self._pause_ns
        over, mean = at.mono_ns - self._since.mono_ns >= self._mean_ns, self._mean
        self._last_ns = at.mono_ns
        if not paused and not over:
            return ()
        self._mean, self._since = Mean(), at
        return () if paused or mean.count < LEAST_FRAMES else self._readings(mean, at)

    def _readings(self, mean: Mean, at: Stamp) -> Iterable[Message]:
        device, point = self._seat.device, self._seat.point
        return [
            Reading(device=device, at=at, quantity=axis, value=round(angle, 4), point=point)
            for axis, angle in zip(AXES, mean.degrees(), strict=True)
        ]
