"""Bluetooth: what belongs to an adapter and what to a wire, and who may hang on which."""

from agent.config import schema, settings
from agent.config.checks.paths import MOST_SOCKET
from agent.config.checks.scope import Scope
from agent.config.faults import show
from agent.config.tables import Item

OF_A_WIRE = ("baud", "format", "isolate", "echo", "usb", "gap")
"""``isolate`` too: an adapter has one owner, and bleak's errors are no crashes."""

OF_A_RADIO = ("dbus", "links")
NOT_OF = {"ble": OF_A_WIRE, "serial": OF_A_RADIO}
MANNERS = ("patience", "quiet", "attempts")


def check_radio(scope: Scope) -> None:
    for bus in scope.tables.buses:
        kind = scope.kind(bus)
        if kind is not None:
            _keys(scope, bus, NOT_OF[kind], kind)
        if kind == "ble":
            _socket(scope, bus)
            _links(scope, bus)
    for device in scope.tables.devices:
        _place(scope, device)
    _one_daemon(scope)


def _keys(scope: Scope, item: Item[schema.Named], names: tuple[str, ...], kind: str) -> None:
    for name in names:
        if name in item.raw:
            scope.notes.add((*item.key, name), "not_of_kind", name=name, kind=kind)


def _place(scope: Scope, device: Item[schema.Device]) -> None:
    """A radio driver hangs on a radio, all others on a wire."""
    offer, bus, key = scope.offer(device), scope.bus_of(device), (*device.key, "bus")
    if offer is None or bus is None:
        return
    if not scope.matches(device):
        code = "needs_wire" if offer.radio is None else "needs_radio"
        scope.notes.add(key, code, driver=device.draft.driver, meant=_another(scope, bus))
    elif offer.radio is not None:
        _keys(scope, device, MANNERS, "ble")


def _another(scope: Scope, bus: Item[schema.Bus]) -> str | None:
    """A bus of the other kind, if there is one only."""
    known = [(other.draft.id, scope.kind(other)) for other in scope.tables.buses]
    found = [name for name, kind in known if kind not in {None, scope.kind(bus)}]
    return found[0] if len(found) == 1 else None


def _socket(scope: Scope, bus: Item[schema.Bus]) -> None:
    path, key = bus.draft.dbus, (*bus.key, "dbus")
    if path is None or scope.notes.broken(key):
        return
    length = len(path.encode())
    if not path.startswith("/"):
        scope.notes.add(key, "path_form", value=show(path))
    elif length > MOST_SOCKET:
        scope.notes.add(key, "socket_long", length=length, most=MOST_SOCKET)


def _links(scope: Scope, bus: Item[schema.Bus]) -> None:
    """Kept links leave one for those that come and go."""
    kinds = {"kept": set[str](), "demand": set[str]()}
    for device, offer in scope.seats(bus):
        if offer.radio is not None and offer.radio.link in kinds:
            kinds[offer.radio.link].add(str(device.draft.address).upper())
    need = len(kinds["kept"]) + bool(kinds["demand"] - kinds["kept"])
    links = bus.draft.links or settings.LINKS
    if need > links:
        key = (*bus.key, "links")
        scope.notes.add(key, "links_few", links=links, need=need)


def _one_daemon(scope: Scope) -> None:
    """One process speaks with one D-Bus: bleak takes its address from the environment."""
    radios = [bus for bus in scope.tables.buses if scope.kind(bus) == "ble"]
    for bus in radios[1:]:
        if bus.draft.dbus != radios[0].draft.dbus:
            scope.notes.add((*bus.key, "dbus"), "dbus_differs")
