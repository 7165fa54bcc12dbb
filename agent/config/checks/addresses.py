"""What tells the devices of one bus apart: a number on a pair of wires, a text on the radio."""

import re

from agent.config import schema
from agent.config.checks.scope import Scope, label
from agent.config.faults import show
from agent.config.tables import Item

MOST = 255  # one byte, in every protocol on a pair
_MAC = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}\Z")


def check_addresses(scope: Scope) -> None:
    for device in scope.tables.devices:
        if scope.matches(device):
            _there(scope, device)
            _form(scope, device)
    for bus in scope.tables.buses:
        _taken(scope, bus)


def normal(address: object) -> int | str | None:
    """As the rest of the box knows it: BlueZ writes addresses in upper case."""
    return address.upper() if isinstance(address, str) else _whole(address)


def _whole(address: object) -> int | None:
    return address if isinstance(address, int) and not isinstance(address, bool) else None


def _there(scope: Scope, device: Item[schema.Device]) -> None:
    offer, key = scope.offer(device), (*device.key, "address")
    if offer is None or scope.given(device, "address"):
        return
    if offer.radio is not None:
        scope.notes.add(key, "mac_missing", driver=device.draft.driver)
    elif offer.needs_address:
        scope.notes.add(key, "address_missing", driver=device.draft.driver)


def _form(scope: Scope, device: Item[schema.Device]) -> None:
    address, key, note = device.draft.address, (*device.key, "address"), scope.notes.add
    if address is None:
        return
    bus = scope.bus_of(device)
    kind = scope.kind(bus) if bus is not None else None
    if kind == "ble":
        if not isinstance(address, str) or not _MAC.match(address):
            note(key, "mac_form", value=show(address))
    elif (number := _whole(address)) is None:
        if kind == "serial":
            note(key, "wrong_type", zh="整数", en="a whole number", value=show(address))
    elif not 0 <= number <= MOST:
        zh, en = ("不小于 0", "at least 0") if number < 0 else (f"不大于 {MOST}", f"at most {MOST}")
        note(key, "out_of_range", value=show(address), zh=zh, en=en)


def _taken(scope: Scope, bus: Item[schema.Bus]) -> None:
    """On a pair also of different drivers: one's question would be the other's, as far as it can
    tell.  A radio device may have several drivers, such as its lock and its battery."""
    kind, taken = scope.kind(bus), dict[tuple[object, str | None], Item[schema.Device]]()
    for device, _ in scope.seats(bus):
        address, key = normal(device.draft.address), (*device.key, "address")
        if kind is None or address is None or scope.notes.broken(key):
            continue
        name = address, device.draft.driver if kind == "ble" else None
        if name in taken:
            scope.notes.add(key, "address_taken", address=address, other=label(taken[name]))
        taken.setdefault(name, device)
