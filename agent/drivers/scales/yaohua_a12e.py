"""Yaohua XK3190-A12(E) weighing indicators in continuous output (``codecs/yaohua_a12e.py``)."""

from collections.abc import Iterable

from agent.drivers.base import Model, NoOptions, Seat
from agent.drivers.codecs import yaohua_a12e
from agent.drivers.codecs.base import Stream
from agent.drivers.codecs.yaohua_a12e import Beyond, Frame
from agent.drivers.scales.fresh import Fresh
from agent.drivers.scales.masses import KILOGRAMS
from agent.drivers.scales.telling import Telling
from agent.model.messages import Message, Quality
from agent.model.time import Stamp


class YaohuaA12e:
    """Each frame is a reading.  No frame says "stable": that is for ``settle`` to conclude."""

    silence = 5.0  # frames repeat several times a second

    def __init__(self, seat: Seat) -> None:
        self._telling, self._fresh = Telling(seat), Fresh()
        self._stream = Stream(yaohua_a12e.take, yaohua_a12e.LENGTH)

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        frames = self._fresh.of(self._stream.feed(data), at)
        return [message for frame in frames for message in self._told(frame, at)]

    def _told(self, frame: Frame, at: Stamp) -> list[Message]:
        if isinstance(frame, Beyond):
            return self._telling.beyond(frame.state, at)
        return self._telling.weight(float(frame.weight * KILOGRAMS[frame.unit]), Quality.GOOD, at)


MODEL = Model(
    name="yaohua-a12e",
    build=YaohuaA12e,
    options=NoOptions,
    zh="耀华 XK3190-A12(E) 称重仪表（连续发送）",
    en="Yaohua XK3190-A12(E) weighing indicator, continuous output",
    baud=9600,
    shares=False,
    protocol="yaohua_a12e",
    measures=("weight",),
    tells=("fault_reported",),
)
