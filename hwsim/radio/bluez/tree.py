"""The objects as properties: what GetManagedObjects and InterfacesAdded say."""

from collections.abc import Iterator

from hwsim.radio.bluez.remote import Attribute, Remote
from hwsim.radio.dbus.values import Variant
from hwsim.radio.gatt import sig

ROOT = "/org/bluez"
ADAPTER, DEVICE = "org.bluez.Adapter1", "org.bluez.Device1"
SERVICE, CHARACTERISTIC = "org.bluez.GattService1", "org.bluez.GattCharacteristic1"
DESCRIPTOR = "org.bluez.GattDescriptor1"
AGENTS, MONITORS = "org.bluez.AgentManager1", "org.bluez.AdvertisementMonitorManager1"
PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECTS = "org.freedesktop.DBus.ObjectManager"
CONFIGURATION = sig(0x2902)  # Client Characteristic Configuration

Properties = dict[str, Variant]
Interfaces = dict[str, Properties]


def text(value: str) -> Variant:
    return Variant("s", value)


def flag(value: bool) -> Variant:
    return Variant("b", value)


def raw(value: bytes) -> Variant:
    return Variant("ay", value)


def adapter(address: str, *, powered: bool, discovering: bool) -> Interfaces:
    """Modalias is BlueZ's own (usb:v1D6B, p0246) with the version, here 5.66."""
    own: Properties = {
        "Address": text(address),
        "AddressType": text("public"),
        "Name": text("hwsim"),
        "Alias": text("hwsim"),
        "Class": Variant("u", 0),
        "Powered": flag(powered),
        "Discoverable": flag(False),
        "DiscoverableTimeout": Variant("u", 180),
        "Pairable": flag(True),
        "PairableTimeout": Variant("u", 0),
        "Discovering": flag(discovering),
        "UUIDs": Variant("as", []),
        "Modalias": text("usb:v1D6Bp0246d0542"),
        "Roles": Variant("as", ["central", "peripheral"]),
        "ExperimentalFeatures": Variant("as", []),
    }
    monitors: Properties = {
        "SupportedMonitorTypes": Variant("as", ["or_patterns"]),
        "SupportedFeatures": Variant("as", []),
    }
    return {ADAPTER: own, MONITORS: monitors}


def service_data(remote: Remote) -> Variant:
    return Variant("a{sv}", {uuid: raw(data) for uuid, data in remote.service_data.items()})


def manufacturer(remote: Remote) -> Variant:
    return Variant("a{qv}", {company: raw(data) for company, data in remote.manufacturer.items()})


def device(remote: Remote) -> Interfaces:
    own: Properties = {
        "Address": text(remote.address),
        "AddressType": text("random" if remote.heard.random else "public"),
        "Alias": text(remote.name or remote.address.replace(":", "-")),
        "Paired": flag(remote.paired),
        "Bonded": flag(remote.paired),
        "Trusted": flag(False),
        "Blocked": flag(False),
        "LegacyPairing": flag(False),
        "Connected": flag(remote.connected),
        "UUIDs": Variant("as", sorted(remote.uuids)),
        "Adapter": Variant("o", remote.path.rpartition("/")[0]),
        "ServicesResolved": flag(remote.resolved),
    }
    if remote.name is not None:
        own["Name"] = text(remote.name)
    if remote.rssi is not None:
        own["RSSI"] = Variant("n", remote.rssi)
    if remote.service_data:
        own["ServiceData"] = service_data(remote)
    if remote.manufacturer:
        own["ManufacturerData"] = manufacturer(remote)
    return {DEVICE: own}


def gatt(remote: Remote) -> Iterator[tuple[str, Interfaces]]:
    """What has been resolved: each service, its characteristics and their descriptors."""
    for path, service in remote.services:
        own: Properties = {
            "UUID": text(service.uuid),
            "Device": Variant("o", remote.path),
            "Primary": flag(True),
            "Includes": Variant("ao", []),
        }
        yield path, {SERVICE: own}
        for attribute in remote.attributes.values():
            if attribute.service == path:
                yield attribute.path, {CHARACTERISTIC: _characteristic(attribute, remote.mtu)}
                if attribute.descriptor is not None:
                    yield attribute.descriptor, {DESCRIPTOR: _configuration(attribute)}


def _characteristic(attribute: Attribute, mtu: int) -> Properties:
    own: Properties = {
        "UUID": text(attribute.characteristic.uuid),
        "Service": Variant("o", attribute.service),
        "Value": raw(attribute.value),
        "Notifying": flag(attribute.notifying),
        "Flags": Variant("as", list(attribute.characteristic.flags)),
        "MTU": Variant("q", mtu),
    }
    if attribute.characteristic.notifies:
        own["NotifyAcquired"] = flag(attribute.pipe is not None)
    if "write-without-response" in attribute.characteristic.flags:
        own["WriteAcquired"] = flag(False)
    return own


def _configuration(attribute: Attribute) -> Properties:
    return {
        "UUID": text(CONFIGURATION),
        "Characteristic": Variant("o", attribute.path),
        "Value": raw(b""),
        "Flags": Variant("as", []),
    }
