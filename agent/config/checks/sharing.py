"""Several devices on one pair: who may share."""

from agent.config.checks.scope import Scope, Seat, label


def check_sharing(scope: Scope) -> None:
    for bus in scope.tables.buses:
        if scope.kind(bus) == "serial":
            _talkers(scope, list(scope.seats(bus)))


def _talkers(scope: Scope, seats: list[Seat]) -> None:
    for device, offer in seats:
        others = [label(other) for other, _ in seats if other is not device]
        if others and not offer.shares:
            key, driver = (*device.key, "bus"), device.draft.driver
            scope.notes.add(key, "bus_not_shared", driver=driver, others=", ".join(others))
