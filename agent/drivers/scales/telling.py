"""What all scales say in Linli's words: a weight, or that there is none."""

from agent.drivers.base import Seat
from agent.model.messages import Event, Message, Quality, Reading
from agent.model.quantities import QUANTITIES
from agent.model.time import Stamp

OVERLOAD, UNDERLOAD = "overload", "underload"
_WEIGHT = QUANTITIES["weight"]
_BOUNDS = {OVERLOAD: _WEIGHT.high, UNDERLOAD: _WEIGHT.low}


class Telling:
    """Out of range has no number, so its value is the bound of what a weight can be at all, which
    no sum and no range test takes for a weighing.  The first of such a run is also an event.
    """

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._beyond: str | None = None

    def weight(self, kg: float, quality: Quality, at: Stamp) -> list[Message]:
        """``kg`` as the scale shows it; INVALID if no weight can be that."""
        self._beyond = None
        possible = _WEIGHT.low < kg < _WEIGHT.high
        return [self._reading(kg, quality if possible else Quality.INVALID, at)]

    def beyond(self, fault: str, at: Stamp) -> list[Message]:
        """``fault``: OVERLOAD or UNDERLOAD."""
        messages: list[Message] = [self._reading(_BOUNDS[fault], Quality.INVALID, at)]
        if fault != self._beyond:
            self._beyond = fault
            messages.insert(0, self._event(fault, at))
        return messages

    def _reading(self, kg: float, quality: Quality, at: Stamp) -> Reading:
        return Reading(
            device=self._seat.device,
            at=at,
            quantity="weight",
            value=kg,
            quality=quality,
            point=self._seat.point,
        )

    def _event(self, fault: str, at: Stamp) -> Event:
        return Event(
            device=self._seat.device,
            at=at,
            kind="fault_reported",
            data={"fault": fault},
            point=self._seat.point,
        )
