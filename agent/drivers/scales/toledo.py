"""Scales in Toledo continuous output (``codecs/toledo.py``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import toledo
from agent.drivers.codecs.base import Stream
from agent.drivers.codecs.toledo import Frame
from agent.drivers.scales.fresh import Fresh
from agent.drivers.scales.masses import KILOGRAMS
from agent.drivers.scales.telling import OVERLOAD, UNDERLOAD, Telling
from agent.model.messages import Message, Quality
from agent.model.time import Stamp

_TAKES = {
    "auto": toledo.take,
    "on": toledo.take_checked,
    "off": toledo.take_plain,
}
NO_POINT = 2
"""Point codes below it stand for zeros behind the last digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToledoOptions:
    """``check``: whether the terminal sends CHK.  ``dummy_zeros``: with point codes 0 and 1,
    whether the zeros behind the digits are sent or to be added; integrators read it both ways.
    ``unit``: in place of what the frame tells.
    """

    check: Literal["auto", "on", "off"] = "auto"
    dummy_zeros: Literal["unset", "sent", "to_add"] = "unset"
    unit: Literal["told", "kg", "g", "t", "lb"] = "told"


class Toledo:
    """Readings are good at rest, suspect in motion and until it was zeroed after power-up."""

    silence = 5.0  # set to continuous output, a terminal sends several frames a second

    def __init__(self, seat: Seat) -> None:
        given = seat.options
        self._options = given if isinstance(given, ToledoOptions) else ToledoOptions()
        self._telling, self._fresh = Telling(seat), Fresh()
        self._stream = Stream(_TAKES[self._options.check], toledo.CHECKED)

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        frames = self._fresh.of(self._stream.feed(data), at)
        return [message for frame in frames for message in self._told(frame, at)]

    def _told(self, frame: Frame, at: Stamp) -> list[Message]:
        if frame.out_of_range:
            return self._telling.beyond(UNDERLOAD if frame.negative else OVERLOAD, at)
        if not frame.indicated:  # a blank display
            return []
        unit = frame.unit if self._options.unit == "told" else self._options.unit
        if unit is None:
            return self._telling.weight(float(self._shown(frame)), Quality.INVALID, at)
        kg = self._shown(frame) * KILOGRAMS[unit]
        return self._telling.weight(float(kg), self._quality(frame), at)

    def _shown(self, frame: Frame) -> Decimal:
        digits = Decimal(frame.indicated)
        if frame.point >= NO_POINT or self._options.dummy_zeros == "to_add":
            digits = digits.scaleb(NO_POINT - frame.point)
        return -digits if frame.negative and digits else digits

    def _quality(self, frame: Frame) -> Quality:
        guessed = frame.point < NO_POINT and self._options.dummy_zeros == "unset"
        doubtful = frame.motion or frame.power_up or guessed
        return Quality.SUSPECT if doubtful else Quality.GOOD


MODEL = Model(
    name="toledo",
    build=Toledo,
    options=ToledoOptions,
    zh="托利多连续输出（及兼容仪表）",
    en="Toledo continuous output, and what copies it",
    baud=9600,  # some documents of the United States set 7E1
    shares=False,
    protocol="toledo_cont",
    measures=("weight",),
    tells=("fault_reported",),
)
