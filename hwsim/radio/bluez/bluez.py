"""``org.bluez``: one adapter, its devices, and who calls what."""

from collections.abc import Callable
from dataclasses import dataclass
from socket import socket

from hwsim.agenda import Agenda
from hwsim.radio.bluez import tree
from hwsim.radio.bluez.attributes import Attributes
from hwsim.radio.bluez.faults import not_connected, not_ready
from hwsim.radio.bluez.links import Links
from hwsim.radio.bluez.remote import Attribute, Remote
from hwsim.radio.bluez.scan import Scanning
from hwsim.radio.bluez.tree import ADAPTER, DEVICE, MONITORS, Interfaces, flag
from hwsim.radio.bluez.voice import DBUS_ERROR, Fault, Voice, unknown_object
from hwsim.radio.controller import Controller, Heard
from hwsim.radio.dbus.connection import DAEMON, Connection
from hwsim.radio.dbus.message import CALL, SIGNAL, Message
from hwsim.radio.dbus.values import Variant
from hwsim.radio.gatt import Characteristic

NAME = "org.bluez"
GONE = f"type='signal',sender='{DAEMON}',member='NameOwnerChanged'"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSpec:
    address: str = "00:1A:7D:DA:71:13"
    name: str = "hci0"
    max_links: int = 10
    temporary_s: float = 30.0  # main.conf, TemporaryTimeout
    rssi_always: bool = True


class BlueZ:
    """Takes the name ``org.bluez`` on ``connection``; its owner calls ``handle`` with messages.

    ``count`` gets "calls", "signals" and "answers".
    """

    def __init__(
        self,
        spec: AdapterSpec,
        connection: Connection,
        controller: Controller,
        agenda: Agenda,
        count: Callable[[str], None],
    ) -> None:
        self._spec, self._agenda, self._count = spec, agenda, count
        self._controller = controller
        self.path = f"{tree.ROOT}/{spec.name}"
        self.present = self.powered = True
        self._listening = self._discovering = False
        self.remotes: dict[str, Remote] = {}
        self._voice = Voice(connection, count)
        self._scan = Scanning(rssi_always=spec.rssi_always)
        self._links = Links(self.remotes, self._voice, controller, self._idle, spec.max_links)
        self._attributes = Attributes(self._voice, controller)
        self._calls = self._table()
        connection.match(GONE)
        connection.own(NAME)

    # ── the radio's side ─────────────────────────────────────────────────────────────────────

    def heard(self, heard: Heard) -> bool:
        if not (self.present and self.powered and self._scan.on and self._scan.wants(heard)):
            return False
        path = self._path_of(heard.address)
        remote = self.remotes.get(path)
        if remote is None:
            remote = self.remotes[path] = Remote(path, heard, None)
            self._scan.note(remote, heard)
            self._voice.added(path, tree.device(remote))
            return True
        remote.timer += 1  # it is not temporary as long as it is heard
        told = self._scan.note(remote, heard)
        if told:
            self._voice.changed(path, DEVICE, told)
        return bool(told)

    def lost(self, address: str) -> None:
        remote = self.remotes.get(self._path_of(address))
        if remote is not None:
            self._links.lost(remote)

    def noticed(self, address: str, characteristic: Characteristic, data: bytes) -> bool:
        remote = self.remotes.get(self._path_of(address))
        attribute = None if remote is None else remote.find(characteristic)
        return attribute is not None and self._attributes.noticed(attribute, data)

    def _path_of(self, address: str) -> str:
        return f"{self.path}/dev_{address.replace(':', '_')}"

    # ── the adapter ──────────────────────────────────────────────────────────────────────────

    def power(self, *, on: bool) -> None:
        if on is self.powered:
            return
        if not on:
            self._let_go()
        self.powered = on
        self._voice.changed(self.path, ADAPTER, {"Powered": flag(on)})

    def plug(self, *, on: bool) -> None:
        """The adapter is pulled out or put in: its objects go, or come back with none."""
        if on is self.present:
            return
        if not on:
            self._let_go()
            for remote in tuple(self.remotes.values()):
                self._remove(remote)
            self._voice.removed(self.path, list(self._adapter()))
        self.present = self.powered = on
        if on:
            self._voice.added(self.path, self._adapter())

    def _let_go(self) -> None:
        for remote in self.remotes.values():
            self._links.close(remote)
        self._scan.discoveries.clear()
        self._scan.monitors.clear()
        self._looked()

    def _adapter(self) -> Interfaces:
        return tree.adapter(self._spec.address, powered=self.powered, discovering=self._discovering)

    def _looked(self) -> None:
        """Scanning began or ended, perhaps."""
        on, found = self._scan.on, bool(self._scan.discoveries)
        if on is not self._listening:
            self._listening = on
            self._controller.scan(on=on)
            if not on:
                self._silence()
        if found is not self._discovering:
            self._discovering = found
            self._voice.changed(self.path, ADAPTER, {"Discovering": flag(found)})

    def _silence(self) -> None:
        for remote in self.remotes.values():
            if remote.rssi is not None:
                remote.rssi = None
                self._voice.changed(remote.path, DEVICE, {}, ("RSSI",))
            self._idle(remote)

    def _idle(self, remote: Remote) -> None:
        """Nobody hears it any more: it is forgotten after a while."""
        if remote.connected or remote.paired or self._scan.on:
            return
        remote.timer += 1
        timer = remote.timer

        def forget() -> None:
            if remote.timer == timer and self.remotes.get(remote.path) is remote:
                self._remove(remote)

        self._agenda.after(self._spec.temporary_s, forget)

    def _remove(self, remote: Remote) -> None:
        if self.remotes.pop(remote.path, None) is not None:
            self._voice.removed(remote.path, [DEVICE])

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def handle(self, message: Message) -> None:
        if message.kind == SIGNAL and message.member == "NameOwnerChanged":
            name, _, owner = message.body
            if not owner:
                self._client_gone(name)
        elif message.kind == CALL:
            self._count("calls")
            try:
                self._called(message)
            except Fault as fault:
                self._voice.refuse(message, fault)

    def _called(self, call: Message) -> None:
        action = self._calls.get((call.interface, call.member))
        if action is None:
            text = f"{call.interface}.{call.member} is unknown"
            raise Fault(DBUS_ERROR + "UnknownMethod", text)
        action(call)

    def _client_gone(self, sender: str) -> None:
        self._scan.forget(sender)
        self._looked()
        for remote in self.remotes.values():
            for attribute in remote.attributes.values():
                self._attributes.forget(remote, attribute, sender)

    def pipes(self) -> dict[int, object]:
        """Our ends of AcquireNotify by their numbers; readable: ``hung_up``."""
        return {pipe.fileno(): pipe for _, _, pipe in self._piped()}

    def hung_up(self) -> None:
        for remote, attribute, _ in self._piped():
            self._attributes.hung_up(remote, attribute)

    def _piped(self) -> list[tuple[Remote, Attribute, socket]]:
        return [
            (remote, attribute, attribute.pipe)
            for remote in self.remotes.values()
            for attribute in remote.attributes.values()
            if attribute.pipe is not None
        ]

    def drop(self) -> None:
        """It dies: what the kernel held for it is closed, and nothing is said."""
        for remote in self.remotes.values():
            remote.clear()
        self.remotes.clear()

    def _table(self) -> dict[tuple[str, str], Callable[[Message], None]]:
        attributes, links = self._attributes, self._links
        return {
            (tree.OBJECTS, "GetManagedObjects"): self._managed,
            (tree.PROPERTIES, "Get"): self._get,
            (tree.PROPERTIES, "GetAll"): self._get_all,
            (tree.PROPERTIES, "Set"): self._set,
            (ADAPTER, "SetDiscoveryFilter"): self._set_filter,
            (ADAPTER, "StartDiscovery"): self._start_discovery,
            (ADAPTER, "StopDiscovery"): self._stop_discovery,
            (ADAPTER, "RemoveDevice"): self._remove_device,
            (MONITORS, "RegisterMonitor"): self._register_monitor,
            (MONITORS, "UnregisterMonitor"): self._unregister_monitor,
            (DEVICE, "Connect"): self._on_device(links.connect),
            (DEVICE, "Disconnect"): self._on_device(links.disconnect),
            (DEVICE, "Pair"): self._on_device(links.pair),
            (tree.CHARACTERISTIC, "ReadValue"): self._on_attribute(attributes.read),
            (tree.CHARACTERISTIC, "WriteValue"): self._on_attribute(attributes.write),
            (tree.CHARACTERISTIC, "StartNotify"): self._on_attribute(attributes.start),
            (tree.CHARACTERISTIC, "StopNotify"): self._on_attribute(attributes.stop),
            (tree.CHARACTERISTIC, "AcquireNotify"): self._on_attribute(attributes.acquire),
        }

    def _on_device(self, action: Callable[[Remote, Message], None]) -> Callable[[Message], None]:
        def act(call: Message) -> None:
            if call.path not in self.remotes:
                raise unknown_object(call.path)
            if not self.powered:
                raise not_ready()
            action(self.remotes[call.path], call)

        return act

    def _on_attribute(
        self, action: Callable[[Remote, Attribute, Message], None]
    ) -> Callable[[Message], None]:
        def act(call: Message) -> None:
            remote = self.remotes.get(call.path.rpartition("/service")[0])
            if remote is None or call.path not in remote.attributes:
                raise unknown_object(call.path)
            if not remote.connected:
                raise not_connected()
            action(remote, remote.attributes[call.path], call)

        return act

    # ── objects and properties ───────────────────────────────────────────────────────────────

    def _objects(self) -> dict[str, Interfaces]:
        objects: dict[str, Interfaces] = {tree.ROOT: {tree.AGENTS: {}}}
        if self.present:
            objects[self.path] = self._adapter()
        for remote in self.remotes.values():
            objects[remote.path] = tree.device(remote)
            if remote.resolved:
                objects |= dict(tree.gatt(remote))
        return objects

    def _managed(self, call: Message) -> None:
        if call.path != "/":
            raise unknown_object(call.path)
        self._voice.answer(call, "a{oa{sa{sv}}}", (self._objects(),))

    def _interfaces(self, call: Message) -> Interfaces:
        objects = self._objects()
        if call.path not in objects:
            raise unknown_object(call.path)
        return objects[call.path]

    def _get(self, call: Message) -> None:
        value = self._interfaces(call).get(call.body[0], {}).get(call.body[1])
        if value is None:
            raise Fault(DBUS_ERROR + "UnknownProperty", f"no property {call.body[1]}")
        self._voice.answer(call, "v", (value,))

    def _get_all(self, call: Message) -> None:
        self._voice.answer(call, "a{sv}", (self._interfaces(call).get(call.body[0], {}),))

    def _set(self, call: Message) -> None:
        self._interfaces(call)
        interface, name, value = call.body
        if (interface, name) == (ADAPTER, "Powered") and isinstance(value, Variant):
            self.power(on=bool(value.value))
        self._voice.answer(call)

    # ── discovery ────────────────────────────────────────────────────────────────────────────

    def _on_adapter(self, call: Message) -> None:
        if call.path != self.path or not self.present:
            raise unknown_object(call.path)

    def _ready(self, call: Message) -> None:
        self._on_adapter(call)
        if not self.powered:
            raise not_ready()

    def _set_filter(self, call: Message) -> None:
        self._on_adapter(call)
        self._scan.filters[call.sender] = dict(call.body[0])
        self._voice.answer(call)

    def _start_discovery(self, call: Message) -> None:
        self._ready(call)
        self._scan.start(call.sender)
        self._looked()
        self._voice.answer(call)

    def _stop_discovery(self, call: Message) -> None:
        self._ready(call)
        self._scan.stop(call.sender)
        self._looked()
        self._voice.answer(call)

    def _register_monitor(self, call: Message) -> None:
        self._on_adapter(call)
        self._scan.monitors.add((call.sender, str(call.body[0])))
        self._looked()
        self._voice.answer(call)

    def _unregister_monitor(self, call: Message) -> None:
        self._on_adapter(call)
        self._scan.monitors.discard((call.sender, str(call.body[0])))
        self._looked()
        self._voice.answer(call)

    def _remove_device(self, call: Message) -> None:
        self._on_adapter(call)
        remote = self.remotes.get(str(call.body[0]))
        if remote is None:
            raise Fault("DoesNotExist", "Does Not Exist")
        self._links.close(remote)
        self._remove(remote)
        self._voice.answer(call)
