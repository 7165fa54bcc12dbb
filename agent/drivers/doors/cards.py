"""What all card readers say alike.

A card's number is its bits without parity, written as capital hexadecimal digits: the same card
has the same hash at a Wiegand and at an OSDP reader.  The number itself goes to the stage that
judges it, as ``raw``, and is never stored.  Its hash is no secret either: numbers of 24 to 40
bits can all be tried.
"""

from hashlib import sha256

from agent.drivers.base import Seat
from agent.model.messages import Event
from agent.model.time import Stamp

MOST_HELD = 8
"""Cards that a reader can tell apart at once; with more, the one not seen longest is forgotten."""


def card_read(seat: Seat, at: Stamp, number: str, technology: str) -> Event:
    """``number``: capital hexadecimal digits.  ``technology``: how it was read."""
    raw = number.encode("ascii")
    data = {"card_sha256": sha256(raw).hexdigest(), "technology": technology}
    return Event(device=seat.device, at=at, kind="card_read", data=data, point=seat.point, raw=raw)


class Held:
    """One event for each holding, from readers that repeat a card as long as it is there.

    A card that was not told for ``gap_ns`` was taken away.
    """

    def __init__(self, gap_ns: int) -> None:
        self._gap_ns = gap_ns
        self._seen: dict[str, int] = {}  # number -> when it was last told; oldest first

    def is_new(self, number: str, at: Stamp) -> bool:
        last = self._seen.pop(number, None)
        self._seen[number] = at.mono_ns
        if len(self._seen) > MOST_HELD:
            del self._seen[next(iter(self._seen))]
        return last is None or at.mono_ns - last > self._gap_ns
