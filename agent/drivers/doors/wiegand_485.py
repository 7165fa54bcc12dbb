"""Wiegand readers behind a converter to RS-485, RS-232 or TTL (``codecs/wiegand.py``).

Converters write lines of four forms, and some digits fit more than one maker's: ``form`` says
which is connected, and lines of another form are not believed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval

from agent.drivers.base import Model, Seat
from agent.drivers.codecs.wiegand import Card, Cards
from agent.drivers.doors.cards import Held, card_read
from agent.model.messages import Event, Message
from agent.model.time import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class WiegandOptions:
    """``form``: what the converter writes.  ``gap_ms``: the same card after so long is a new one.

    ``idle_ms``: silence after which a line that was begun is forgotten.
    """

    form: Literal["hex", "fc-id", "decimal", "bits"] = "hex"
    gap_ms: Annotated[int, Interval(ge=100, le=10_000)] = 1000
    idle_ms: Annotated[int, Interval(ge=20, le=5000)] = 200  # 36 characters at 2400 take 150 ms


class Wiegand485:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, WiegandOptions) else WiegandOptions()
        self._seat, self._form = seat, options.form
        self._held = Held(options.gap_ms * 1_000_000)
        self._cards, self._idle_ns = Cards(), options.idle_ms * 1_000_000
        self._last: Stamp | None = None

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        if self._last is not None and at.mono_ns - self._last.mono_ns > self._idle_ns:
            self._cards.reset()
        self._last = at
        cards = [card for card in self._cards.feed(data) if card.form == self._form]
        return [self._event(card, at) for card in cards if self._held.is_new(card.number, at)]

    def _event(self, card: Card, at: Stamp) -> Event:
        technology = "wiegand" if card.bits is None else f"wiegand-{card.bits}"
        return card_read(self._seat, at, card.number, technology)


MODEL = Model(
    name="wiegand-485",
    build=Wiegand485,
    options=WiegandOptions,
    zh="韦根转 485／串口读卡器",
    en="Wiegand reader behind a serial converter",
    baud=9600,
    shares=False,
    urgent=True,
    protocol="wiegand",
    tells=("card_read",),
)
