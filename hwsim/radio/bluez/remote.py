"""A device as BlueZ knows it: heard once, perhaps connected, perhaps resolved."""

import socket
from dataclasses import dataclass, field

from hwsim.radio.controller import Heard
from hwsim.radio.dbus.message import Message
from hwsim.radio.gatt import SMALLEST_MTU, Characteristic, Service

Data = dict[str, bytes]


@dataclass(slots=True, eq=False)
class Attribute:
    """A characteristic on the bus.  ``descriptor``: the path of its 0x2902, if it has one."""

    path: str
    service: str
    characteristic: Characteristic
    descriptor: str | None
    value: bytes = b""
    listeners: set[str] = field(default_factory=set)  # who called StartNotify
    pipe: socket.socket | None = None  # our end of AcquireNotify
    busy: set[str] = field(default_factory=set)  # "read", "write": one of each at a time

    @property
    def notifying(self) -> bool:
        return bool(self.listeners) or self.pipe is not None

    def hush(self) -> None:
        self.listeners.clear()
        self.busy.clear()
        if self.pipe is not None:
            self.pipe.close()
            self.pipe = None


@dataclass(slots=True, eq=False)
class Remote:
    path: str
    heard: Heard
    rssi: int | None  # as last told
    name: str | None = None
    uuids: set[str] = field(default_factory=set)
    service_data: Data = field(default_factory=dict)
    manufacturer: dict[int, bytes] = field(default_factory=dict)
    paired: bool = False
    connected: bool = False
    resolved: bool = False
    pending: Message | None = None  # a Connect or Pair that waits
    calls: dict[tuple[str, int], Message] = field(default_factory=dict)  # under way, by whose
    mtu: int = SMALLEST_MTU
    services: list[tuple[str, Service]] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    timer: int = 0  # counts up; a timer of an earlier count has been cancelled

    @property
    def address(self) -> str:
        return self.heard.address

    def find(self, characteristic: Characteristic) -> Attribute | None:
        found = (a for a in self.attributes.values() if a.characteristic is characteristic)
        return next(found, None)

    def lay_out(self, services: tuple[Service, ...]) -> None:
        """Give every service and characteristic its path by its handle."""
        handle = 1
        for service in services:
            at = f"{self.path}/service{handle:04x}"
            self.services.append((at, service))
            handle += 1
            for characteristic in service.characteristics:
                path = f"{at}/char{handle:04x}"
                handle += 2  # the declaration and the value
                descriptor = f"{path}/desc{handle:04x}" if characteristic.notifies else None
                handle += characteristic.notifies
                self.attributes[path] = Attribute(path, at, characteristic, descriptor)

    def clear(self) -> None:
        """The link is gone, and with it what was found over it."""
        for attribute in self.attributes.values():
            attribute.hush()
        self.connected = self.resolved = False
        self.calls.clear()
        self.services, self.attributes = [], {}
