"""125 kHz card readers RDM6300, RDM630 and their copies (``codecs/rdm6300.py``).

The reader repeats a card every 50 to 220 ms as long as it is held; that is one ``card_read``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import rdm6300
from agent.drivers.codecs.base import Stream
from agent.drivers.doors.cards import Held, card_read
from agent.model.messages import Event, Message
from agent.model.time import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Rdm6300Options:
    """``gap_ms``: a card not told for so long was taken away; twice the slowest repeat."""

    gap_ms: Annotated[int, Interval(ge=250, le=10_000)] = 500


class Rdm6300:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, Rdm6300Options) else Rdm6300Options()
        self._seat, self._held = seat, Held(options.gap_ms * 1_000_000)
        self._stream = Stream(rdm6300.take, rdm6300.LENGTH)

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        numbers = [f"{f.version:02X}{f.card:08X}" for f in self._stream.feed(data)]
        return [self._event(number, at) for number in numbers if self._held.is_new(number, at)]

    def _event(self, number: str, at: Stamp) -> Event:
        return card_read(self._seat, at, number, "em4100")


MODEL = Model(
    name="rdm6300",
    build=Rdm6300,
    options=Rdm6300Options,
    zh="RDM6300 系列 125 kHz 读卡器",
    en="RDM6300-class 125 kHz card reader",
    baud=9600,
    shares=False,
    urgent=True,
    protocol="rdm6300",
    tells=("card_read",),
)
