"""Yaohua indicators and clones that send ``=000.3000`` all the time (``codecs/yaohua_eq.py``).

Which end is the front cannot be told from a positive frame, so it is never guessed: a person says
it, puts a known weight on, and says that too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Gt, Le

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import yaohua_eq
from agent.drivers.codecs.base import Stream
from agent.drivers.codecs.yaohua_eq import Weight
from agent.drivers.scales.fresh import Fresh
from agent.drivers.scales.masses import KILOGRAMS
from agent.drivers.scales.telling import Telling
from agent.model.messages import Message, Quality
from agent.model.time import Stamp

_TAKES = {
    "unset": yaohua_eq.take_reversed,  # format 1 of the A26; only shown, never good
    "reversed": yaohua_eq.take_reversed,
    "forward": yaohua_eq.take_forward,
}
_OURS = b"=0123456789.-\r\n"
"""Formats 3 and 4 (A23p, A26) begin alike and go on with ``;`` and units: pieces, perhaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YaohuaEqualsOptions:
    """``order``: which end comes first.  ``confirmed_kg``: the known weight that somebody put on
    and saw shown right.  ``unit``: what the indicator is set to; its frame does not say.
    """

    order: Literal["unset", "reversed", "forward"] = "unset"
    confirmed_kg: Annotated[float, Gt(0), Le(100_000)] | None = None
    unit: Literal["kg", "g", "t"] = "kg"

    def __post_init__(self) -> None:
        if self.confirmed_kg is not None and self.order == "unset":
            raise ValueError("confirmed_kg says nothing without order 未设 order 时不能确认")

    @property
    def commissioned(self) -> bool:
        return self.order != "unset" and self.confirmed_kg is not None


class YaohuaEquals:
    """Good is only what a commissioned scale said twice in a row; all else is suspect."""

    silence = 5.0  # frames repeat several times a second

    def __init__(self, seat: Seat) -> None:
        given = seat.options
        self._options = given if isinstance(given, YaohuaEqualsOptions) else YaohuaEqualsOptions()
        self._telling, self._fresh = Telling(seat), Fresh()
        self._factor = KILOGRAMS[self._options.unit]
        self._stream = Stream(_TAKES[self._options.order], yaohua_eq.LENGTH)
        self._before: Weight | None = None

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        frames = self._stream.feed(data)
        strange = bool(data.translate(None, _OURS))
        messages = list[Message]()
        for frame in self._fresh.of(frames, at):
            messages += self._told(frame, at, strange=strange)
        if strange:
            self._before = None
        return messages

    def _told(self, frame: Weight, at: Stamp, *, strange: bool) -> list[Message]:
        good = self._options.commissioned and frame == self._before and not strange
        self._before = frame
        quality = Quality.GOOD if good else Quality.SUSPECT
        return self._telling.weight(float(frame.weight * self._factor), quality, at)


MODEL = Model(
    name="yaohua-equals",
    build=YaohuaEquals,
    options=YaohuaEqualsOptions,
    zh="耀华及兼容仪表（“=” 格式连续发送）",
    en='Yaohua and compatible indicators, "=" formats',
    baud=9600,  # 1200 to 9600 by its menu
    shares=False,
    protocol="yaohua_eq_rev",
    measures=("weight",),
)
