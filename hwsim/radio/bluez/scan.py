"""Who scans, for what, and how much of an advertisement each hearing tells.

Source: BlueZ src/adapter.c (filters, discovery sessions) and src/device.c
(device_set_service_data, device_set_rssi_with_delta).
"""

from dataclasses import dataclass, field

from hwsim.radio.bluez import tree
from hwsim.radio.bluez.remote import Remote
from hwsim.radio.bluez.tree import Properties
from hwsim.radio.bluez.voice import Fault
from hwsim.radio.controller import Heard
from hwsim.radio.dbus.values import Value, Variant

NOTABLE_DB = 8  # device.c: RSSI_THRESHOLD
Filter = dict[str, Value]


@dataclass(slots=True)
class Scanning:
    """``rssi_always``: each hearing tells the RSSI.

    That is BlueZ to 5.87 while anybody filters; since commit e004414a1 (2026-07) a change of 8 dB
    is needed, or a filter on RSSI or path loss.
    """

    rssi_always: bool = True
    filters: dict[str, Filter] = field(default_factory=dict)  # by D-Bus sender
    discoveries: set[str] = field(default_factory=set)
    monitors: set[tuple[str, str]] = field(default_factory=set)

    @property
    def on(self) -> bool:
        return bool(self.discoveries or self.monitors)

    def start(self, sender: str) -> None:
        if sender in self.discoveries:
            raise Fault("InProgress", "Operation already in progress")
        self.discoveries.add(sender)

    def stop(self, sender: str) -> None:
        if sender not in self.discoveries:
            raise Fault("Failed", "No discovery started")
        self.discoveries.discard(sender)

    def forget(self, sender: str) -> None:
        self.discoveries.discard(sender)
        self.filters.pop(sender, None)
        self.monitors = {one for one in self.monitors if one[0] != sender}

    def _active(self) -> list[Filter]:
        return [self.filters.get(sender, {}) for sender in self.discoveries]

    def wants(self, heard: Heard) -> bool:
        return bool(self.monitors) or any(_fits(one, heard) for one in self._active())

    @property
    def duplicates(self) -> bool:
        """A filter that says nothing of DuplicateData means yes; no filter at all means no."""
        return any(one and bool(_of(one, "DuplicateData", True)) for one in self._active())

    @property
    def _near(self) -> bool:
        return any("RSSI" in one or "Pathloss" in one for one in self._active())

    def note(self, remote: Remote, heard: Heard) -> Properties:
        """``remote`` learns of ``heard``; what of it is told."""
        told: Properties = {}
        last = remote.rssi
        moved = last is None or abs(heard.rssi - last) >= NOTABLE_DB
        if self.rssi_always or self._near or moved:
            remote.rssi = heard.rssi
            told["RSSI"] = Variant("n", heard.rssi)
        told |= self._data(remote, heard)
        if heard.name is not None and heard.name != remote.name:
            remote.name = heard.name
            told["Name"] = told["Alias"] = tree.text(heard.name)
        uuids = remote.uuids | {*heard.services, *heard.service_data}
        if uuids != remote.uuids:
            remote.uuids = uuids
            told["UUIDs"] = Variant("as", sorted(uuids))
        remote.heard = heard
        return told

    def _data(self, remote: Remote, heard: Heard) -> Properties:
        """Data of other UUIDs and companies stays, as in BlueZ, unless duplicates are wanted."""
        told: Properties = {}
        service = {} if self.duplicates else dict(remote.service_data)
        service |= heard.service_data
        if heard.service_data and (self.duplicates or service != remote.service_data):
            remote.service_data = service
            told["ServiceData"] = tree.service_data(remote)
        maker = {} if self.duplicates else dict(remote.manufacturer)
        maker |= heard.manufacturer
        if heard.manufacturer and (self.duplicates or maker != remote.manufacturer):
            remote.manufacturer = maker
            told["ManufacturerData"] = tree.manufacturer(remote)
        return told


def _of(one: Filter, key: str, missing: object) -> Value:
    return one[key].value if key in one else missing


def _fits(one: Filter, heard: Heard) -> bool:
    wanted = {str(uuid).lower() for uuid in _of(one, "UUIDs", ())}
    if wanted and not wanted & {*heard.services, *heard.service_data}:
        return False
    return bool(heard.rssi >= _of(one, "RSSI", -128))
