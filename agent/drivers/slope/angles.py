"""Readings of tilt, alike for all makers."""

from collections.abc import Iterable, Sequence

from agent.drivers.base import Seat
from agent.model.messages import Quality, Reading
from agent.model.time import Stamp

AXES = ("tilt_x", "tilt_y", "tilt_z")


def tilts(seat: Seat, at: Stamp, degrees: Sequence[float]) -> Iterable[Reading]:
    """One for each angle, in the order of the axes; invalid where no angle can be."""
    return [
        reading(seat, at, axis, angle, possible=-180 <= angle <= 180)
        for axis, angle in zip(AXES, degrees, strict=False)
    ]


def reading(seat: Seat, at: Stamp, quantity: str, value: float, *, possible: bool) -> Reading:
    return Reading(
        device=seat.device,
        at=at,
        quantity=quantity,
        value=value,
        quality=Quality.GOOD if possible else Quality.INVALID,
        point=seat.point,
    )
