"""Scales that send lines like ``ST,GS,+  12.34kg`` (``codecs/scale_line.py``)."""

from collections.abc import Iterable

from agent.drivers.base import Model, NoOptions, Seat
from agent.drivers.codecs import scale_line
from agent.drivers.codecs.lines import Lines
from agent.drivers.codecs.scale_line import Weight
from agent.drivers.scales.masses import KILOGRAMS
from agent.model.messages import Event, Message, Quality, Reading
from agent.model.quantities import QUANTITIES
from agent.model.time import Stamp

_QUALITIES = {
    "stable": Quality.GOOD,
    "unstable": Quality.SUSPECT,
    "overload": Quality.INVALID,
}
_BEYOND = QUANTITIES["weight"]


class ScaleLine:
    """Each line is a reading: stable ones good, unstable ones suspect, out-of-range ones invalid.

    Out of range has no number, so its value is the bound of what a weight can be at all, which no
    sum and no range test takes for a weighing.  The first such line is also an event.
    """

    silence = 5.0  # set to continuous output, a scale sends several lines a second

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._lines = Lines(scale_line.parse, scale_line.HEADS, scale_line.MOST)
        self._overloaded = False

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        messages = list[Message]()
        for frame in self._lines.feed(data):
            overloaded = frame.weight is None
            if overloaded and not self._overloaded:
                messages.append(self._fault(frame, at))
            self._overloaded = overloaded
            messages.append(self._reading(frame, at))
        return messages

    def _reading(self, frame: Weight, at: Stamp) -> Reading:
        return Reading(
            device=self._seat.device,
            at=at,
            quantity="weight",
            value=_kilograms(frame),
            quality=_QUALITIES[frame.state],
            point=self._seat.point,
        )

    def _fault(self, frame: Weight, at: Stamp) -> Event:
        return Event(
            device=self._seat.device,
            at=at,
            kind="fault_reported",
            data={"fault": "underload" if frame.sign == "-" else "overload"},
            point=self._seat.point,
        )


def _kilograms(frame: Weight) -> float:
    if frame.weight is None:
        return _BEYOND.low if frame.sign == "-" else _BEYOND.high
    if frame.unit == "kg":
        return float(frame.weight)
    return float(frame.weight * KILOGRAMS[frame.unit or "kg"])


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
