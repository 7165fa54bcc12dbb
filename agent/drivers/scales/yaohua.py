"""Yaohua XK3190 weighing indicators in continuous output (``codecs/yaohua.py``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import yaohua
from agent.drivers.codecs.base import Stream
from agent.drivers.scales.fresh import Fresh
from agent.drivers.scales.masses import KILOGRAMS
from agent.drivers.scales.telling import Telling
from agent.model.messages import Message, Quality
from agent.model.time import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class YaohuaOptions:
    """``unit``: what the indicator is set to show; its frame does not say."""

    unit: Literal["kg", "g", "t"] = "kg"


class Yaohua:
    """Each frame is a reading.  No frame says "stable": that is for ``settle`` to conclude."""

    silence = 5.0  # frames repeat every 0.05 to 0.1 s, at 1200 baud as at 9600

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, YaohuaOptions) else YaohuaOptions()
        self._telling, self._fresh = Telling(seat), Fresh()
        self._factor = KILOGRAMS[options.unit]
        self._stream = Stream(yaohua.take, yaohua.LENGTH)

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        frames = self._fresh.of(self._stream.feed(data), at)
        return [message for frame in frames for message in self._told(frame.weight, at)]

    def _told(self, weight: Decimal, at: Stamp) -> list[Message]:
        return self._telling.weight(float(weight * self._factor), Quality.GOOD, at)


MODEL = Model(
    name="yaohua",
    build=Yaohua,
    options=YaohuaOptions,
    zh="耀华 XK3190 称重仪表（连续发送）",
    en="Yaohua XK3190 weighing indicator, continuous output",
    baud=9600,  # 600 to 9600 by its menu; 1200 is common
    shares=False,
    protocol="yaohua_cont",
    measures=("weight",),
)
