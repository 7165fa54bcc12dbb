"""Each bus by itself: where it is, and, of a wire, how fast its devices speak."""

import re
from collections.abc import Iterable
from posixpath import normpath

from agent.config import schema
from agent.config.checks.scope import Scope, Seat, label
from agent.config.faults import show
from agent.config.suggest import near
from agent.config.tables import Item

BAUDS = (600, 1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200, 230400, 460800, 921600)

_FORMAT = re.compile(r"[5-8][NEOMS][12]\Z")  # data bits, parity, stop bits
_PORT = re.compile(r"/.|socket://[^\s/]+:[0-9]{1,5}\Z")
_ADAPTER = re.compile(r"hci[0-9]{1,2}\Z")
_ANY = re.compile("")
_FORMS = {"serial": (_PORT, "port_form"), "ble": (_ADAPTER, "adapter_form")}
_USB = re.compile(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}\Z")  # vendor and product, as lsusb shows them


def check_wires(scope: Scope) -> None:
    _ports(scope)
    for bus in scope.tables.buses:
        if scope.kind(bus) != "serial":
            continue
        draft, note = bus.draft, scope.notes.add
        if draft.baud is not None and draft.baud not in BAUDS:
            meant = near(draft.baud, map(str, BAUDS))
            choices = ", ".join(map(str, BAUDS))
            note((*bus.key, "baud"), "baud_unusual", value=draft.baud, choices=choices, meant=meant)
        if draft.format is not None and not _FORMAT.match(draft.format):
            note((*bus.key, "format"), "format_form", value=show(draft.format))
        if draft.usb is not None and not _USB.match(draft.usb):
            note((*bus.key, "usb"), "usb_form", value=show(draft.usb))
        seats = list(scope.seats(bus))
        if len({offer.baud for _, offer in seats}) > 1 and not scope.given(bus, "baud"):
            note(bus.key, "baud_differs", wants=_wants(seats, "baud"))
        if len({offer.format for _, offer in seats}) > 1 and not scope.given(bus, "format"):
            note(bus.key, "format_differs", wants=_wants(seats, "format"))


def _wants(seats: Iterable[Seat], name: str) -> str:
    return ", ".join(f"{label(device)} {getattr(offer, name)}" for device, offer in seats)


def _ports(scope: Scope) -> None:
    taken: dict[str, Item[schema.Bus]] = {}
    for bus in scope.tables.buses:
        port, key = bus.draft.port, (*bus.key, "port")
        if port is None:
            continue
        name = normpath(port) if port.startswith("/") else port.lower()
        form, code = _FORMS.get(scope.kind(bus) or "", (_ANY, ""))
        if not form.match(port):
            scope.notes.add(key, code, value=show(port))
        elif name in taken:
            scope.notes.add(key, "port_taken", port=port, other=label(taken[name]))
        taken.setdefault(name, bus)
