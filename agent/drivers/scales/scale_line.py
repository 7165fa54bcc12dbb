"""Scales that send lines like ``ST,GS,+  12.34kg`` (``codecs/scale_line.py``)."""

from collections.abc import Iterable

from agent.drivers.base import Model, NoOptions, Seat
from agent.drivers.codecs import scale_line
from agent.drivers.codecs.lines import Lines
from agent.drivers.codecs.scale_line import Weight
from agent.drivers.scales.fresh import Fresh
from agent.drivers.scales.masses import KILOGRAMS
from agent.drivers.scales.telling import OVERLOAD, UNDERLOAD, Telling
from agent.model.messages import Message, Quality
from agent.model.time import Stamp

_QUALITIES = {"stable": Quality.GOOD, "unstable": Quality.SUSPECT}


class ScaleLine:
    """Each line is a reading: stable ones good, unstable suspect, out-of-range ones invalid."""

    silence = 5.0  # set to continuous output, a scale sends several lines a second

    def __init__(self, seat: Seat) -> None:
        self._telling, self._fresh = Telling(seat), Fresh()
        self._lines = Lines(scale_line.parse, scale_line.HEADS, scale_line.MOST)

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        frames = self._fresh.of(self._lines.feed(data), at)
        return [message for frame in frames for message in self._told(frame, at)]

    def _told(self, frame: Weight, at: Stamp) -> list[Message]:
        if frame.weight is None:
            return self._telling.beyond(UNDERLOAD if frame.sign == "-" else OVERLOAD, at)
        kg = frame.weight if frame.unit == "kg" else frame.weight * KILOGRAMS[frame.unit or "kg"]
        return self._telling.weight(float(kg), _QUALITIES[frame.state], at)


MODEL = Model(
    name="scale-line",
    build=ScaleLine,
    options=NoOptions,
    zh="ASCII 电子秤（ST,GS 格式）",
    en="scale that sends ASCII lines (ST,GS)",
    baud=9600,  # A&D: 2400 7E1
    shares=False,
    protocol="scale_line",
    measures=("weight",),
    tells=("fault_reported",),
)
