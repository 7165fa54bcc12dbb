"""Words that the drivers of advertisements share: readings, states that changed, buttons."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from agent.drivers.base import Seat
from agent.drivers.codecs.adverts import Told
from agent.model.messages import Event, Fields, Message, Reading
from agent.model.time import Stamp

_NUMBERED: Final = re.compile(r"(.+)_(\d{1,3})")
_USES: Final = {
    "opening": "door",
    "door": "door",
    "garage_door": "door",
    "moisture": "water",
}
"""Names of states that have a word of their own in ``input_changed``; the others keep theirs."""

DOORS: Final = ("opening", "door", "garage_door", "window")


def numbered(name: str) -> tuple[str, int]:
    """``rotation_2`` is the second rotation; one alone is the first."""
    parts = _NUMBERED.fullmatch(name)
    return (parts[1], int(parts[2])) if parts else (name, 1)


class Says:
    """Messages of one device."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._states: dict[str, bool] = {}

    def reading(self, quantity: str, value: float, at: Stamp) -> Reading:
        device, point = self._seat.device, self._seat.point
        return Reading(device=device, at=at, quantity=quantity, value=value, point=point)

    def event(self, kind: str, at: Stamp, data: Fields) -> Event:
        return Event(device=self._seat.device, at=at, kind=kind, data=data, point=self._seat.point)

    def fault(self, fault: str, at: Stamp) -> Event:
        return self.event("fault_reported", at, {"fault": fault})

    def button(self, told: Told, at: Stamp) -> Event:
        _, number = numbered(told.name)
        return self.event("button_pressed", at, {"button": number, "press": str(told.value)})

    def changed(self, told: Told, at: Stamp) -> Iterator[Event]:
        """``input_changed`` if it is not as it was; the first look counts (``first``)."""
        name, number = numbered(told.name)
        active, before = bool(told.value), self._states.get(told.name)
        if active is before:
            return
        self._states[told.name] = active
        contact = ("open" if active else "closed") if name in DOORS else None
        yield self.event(
            "input_changed",
            at,
            {
                "channel": number,
                "use": _USES.get(name, name),
                "state": "active" if active else "idle",
                "contact": contact,
                "first": before is None,
            },
        )

    def rose(self, told: Told) -> bool:
        """Whether this state became true just now."""
        before = self._states.get(told.name)
        self._states[told.name] = bool(told.value)
        return bool(told.value) and not before


def values(told: Iterable[Told]) -> Iterator[tuple[str, int, float, str]]:
    """Name, number, value and unit of all that is a number."""
    for each in told:
        if each.sort == "value" and isinstance(each.value, int | float):
            yield (*numbered(each.name), float(each.value), each.unit)


def kept(messages: Iterable[Message], only: tuple[str, ...]) -> list[Message]:
    """Without the readings of what is not wanted; empty ``only``: all are."""
    return [
        each
        for each in messages
        if not (only and isinstance(each, Reading) and each.quantity not in only)
    ]
