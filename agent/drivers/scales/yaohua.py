"""Yaohua XK3190 weighing indicators in continuous output (``codecs/yaohua.py``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import yaohua
from agent.drivers.codecs.base import Stream
from agent.drivers.scales.masses import KILOGRAMS
from agent.model.messages import Message, Reading
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
        self._seat, self._factor = seat, KILOGRAMS[options.unit]
        self._stream = Stream(yaohua.take, yaohua.LENGTH)

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        return [self._reading(frame.weight, at) for frame in self._stream.feed(data)]

    def _reading(self, weight: Decimal, at: Stamp) -> Reading:
        return Reading(
            device=self._seat.device,
            at=at,
            quantity="weight",
            value=float(weight * self._factor),
            point=self._seat.point,
        )


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
