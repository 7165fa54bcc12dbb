"""Several devices on one pair: who may share, and how they are told apart."""

from agent.config import schema
from agent.config.checks.scope import Scope, Seat, label
from agent.config.tables import Item


def check_sharing(scope: Scope) -> None:
    for device in scope.tables.devices:
        offer = scope.offer(device)
        if offer is not None and offer.needs_address and not scope.given(device, "address"):
            key = (*device.key, "address")
            scope.notes.add(key, "address_missing", driver=device.draft.driver)
    for bus in scope.tables.buses:
        seats = list(scope.seats(bus))
        _talkers(scope, seats)
        _addresses(scope, seats)


def _talkers(scope: Scope, seats: list[Seat]) -> None:
    for device, offer in seats:
        others = [label(other) for other, _ in seats if other is not device]
        if others and not offer.shares:
            key, driver = (*device.key, "bus"), device.draft.driver
            scope.notes.add(key, "bus_not_shared", driver=driver, others=", ".join(others))


def _addresses(scope: Scope, seats: list[Seat]) -> None:
    """Also of different drivers: one's question would be the other's, as far as it can tell."""
    taken: dict[int, Item[schema.Device]] = {}
    for device, _ in seats:
        address = device.draft.address
        if address is None:
            continue
        if address in taken:
            key, other = (*device.key, "address"), label(taken[address])
            scope.notes.add(key, "address_taken", address=address, other=other)
        taken.setdefault(address, device)
