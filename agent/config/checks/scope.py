"""What a check sees: the whole file as drafts, and what the box has to offer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.config import schema, settings
from agent.config.catalogue import Catalogue, Offer
from agent.config.faults import Key, Notes
from agent.config.tables import Item, Tables

Source = Item[schema.Device] | Item[schema.Camera]
Seat = tuple[Item[schema.Device], Offer]


@dataclass(frozen=True, slots=True)
class Scope:
    """``options``: those of devices and stages that could be read, by the key of their table."""

    tables: Tables
    catalogue: Catalogue
    options: Mapping[Key, object]
    notes: Notes

    @property
    def sources(self) -> tuple[Source, ...]:
        """All that messages come from."""
        return (*self.tables.devices, *self.tables.cameras)

    def given(self, item: Item[schema.Draft], name: str) -> bool:
        """Did the person write this key, be it rightly or wrongly?"""
        return name in item.raw or self.notes.broken((*item.key, name))

    def offer(self, device: Item[schema.Device]) -> Offer | None:
        """The driver; None if there is no such driver (which is told elsewhere)."""
        return self.catalogue.drivers.get(device.draft.driver or "")

    def bus_of(self, device: Item[schema.Device]) -> Item[schema.Bus] | None:
        """None if there is no such bus (which is told elsewhere)."""
        for bus in self.tables.buses:
            if bus.draft.id is not None and bus.draft.id == device.draft.bus:
                return bus
        return None

    def kind(self, bus: Item[schema.Bus]) -> str | None:
        """ "serial" or "ble"; None if what the person wrote is neither."""
        if self.notes.broken((*bus.key, "kind")):
            return None
        return bus.draft.kind or settings.KIND

    def matches(self, device: Item[schema.Device]) -> bool:
        """False if it hangs on a radio and its driver speaks on wires, or the other way round."""
        offer, bus = self.offer(device), self.bus_of(device)
        kind = None if bus is None else self.kind(bus)
        return offer is None or kind is None or (offer.radio is not None) is (kind == "ble")

    def seats(self, bus: Item[schema.Bus]) -> Iterator[Seat]:
        """The devices on one bus whose driver is known."""
        for device in self.tables.devices:
            offer = self.offer(device)
            if offer is not None and bus.draft.id is not None and device.draft.bus == bus.draft.id:
                yield device, offer


def label(item: Item[schema.Named]) -> str:
    """How a fault speaks of another table: by its id, or by its place in the file."""
    if item.draft.id is not None:
        return item.draft.id
    return f"[[{item.key[0]}]] #{int(item.key[-1]) + 1}"
