"""Which event is of which vehicle of a film, and whether it says the right thing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cli.bench.eyes.child import Row

LATE_S = 12.0  # from the vehicle's end to its event: an eye waits whether it comes back


@dataclass(slots=True)
class Vehicle:
    """``truth``: as the film's, with ``at`` and ``seconds`` of it."""

    truth: Row
    event: Row | None = None

    @property
    def right(self) -> bool:
        return self.event is not None and _says(self.event, self.truth)

    @property
    def right_way(self) -> bool:
        return self.event is not None and self.event["direction"] == self.truth["direction"]

    def near(self, event: Row) -> bool:
        since = float(event["t"]) - float(self.truth["at"])
        return 0 <= since <= float(self.truth["seconds"]) + LATE_S


@dataclass(frozen=True, slots=True)
class Verdict:
    """``extra``: events beyond one a vehicle, and of what is no vehicle.  Vehicles that the film
    does not show to their end are left out, and so is what is said of them."""

    vehicles: tuple[Vehicle, ...]
    extra: tuple[Row, ...]


def judged(passages: Sequence[Row], events: Sequence[Row], seconds: float) -> Verdict:
    every = [Vehicle(truth) for truth in passages if truth["direction"] is not None]
    left = list(_unmatched(every, events))
    for event in list(left):
        vehicle = next((each for each in every if each.event is None and each.near(event)), None)
        if vehicle is not None:
            vehicle.event = event
            left.remove(event)
    whole = tuple(each for each in every if each.truth["at"] + each.truth["seconds"] <= seconds)
    return Verdict(whole, tuple(event for event in left if not _may(event, every)))


def _unmatched(vehicles: Sequence[Vehicle], events: Sequence[Row]) -> Iterator[Row]:
    """First what says the right thing takes its vehicle."""
    for event in events:
        those = (each for each in vehicles if each.event is None and each.near(event))
        vehicle = next((each for each in those if _says(event, each.truth)), None)
        if vehicle is None:
            yield event
        else:
            vehicle.event = event


def _says(event: Row, truth: Row) -> bool:
    if truth["without"] is not None:
        return bool(event.get("without") == truth["without"])
    return bool(event.get("plate") == truth["plate"])


def _may(event: Row, vehicles: Sequence[Vehicle]) -> bool:
    """A vehicle that turned back may be told of going, too."""
    return any(
        each.truth["may"] == event["direction"] and _says(event, each.truth) and each.near(event)
        for each in vehicles
    )
