"""What the drivers of this family say alike: readings, and a fault once."""

from collections.abc import Iterable, Iterator

from agent.drivers.base import Seat
from agent.model.messages import Event, Message, Quality, Reading
from agent.model.quantities import QUANTITIES
from agent.model.time import Stamp


def readings(
    seat: Seat, at: Stamp, values: Iterable[tuple[str, float]], quality: Quality = Quality.GOOD
) -> Iterator[Reading]:
    """One for each quantity; a value that the quantity cannot have at all is invalid."""
    for quantity, value in values:
        known = QUANTITIES[quantity]
        yield Reading(
            device=seat.device,
            at=at,
            quantity=quantity,
            value=value,
            quality=quality if known.low <= value <= known.high else Quality.INVALID,
            point=seat.point,
        )


class Faults:
    """Tells a fault when it begins, and again only after it was gone."""

    def __init__(self, seat: Seat) -> None:
        self._seat, self._present = seat, frozenset[str]()

    def __bool__(self) -> bool:
        return bool(self._present)

    def now(self, faults: Iterable[str], at: Stamp) -> list[Message]:
        """``faults``: all that there are just now."""
        present = frozenset(faults)
        begun, self._present = present - self._present, present
        return [
            Event(
                device=self._seat.device,
                at=at,
                kind="fault_reported",
                data={"fault": fault},
                point=self._seat.point,
            )
            for fault in sorted(begun)
        ]
