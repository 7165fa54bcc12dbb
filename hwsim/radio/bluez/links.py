"""Connect, resolve, pair, disconnect, and what a lost link leaves behind."""

from collections.abc import Callable, Mapping

from hwsim.radio.bluez import tree
from hwsim.radio.bluez.faults import failed_with_its_link, fault, in_progress
from hwsim.radio.bluez.remote import Remote
from hwsim.radio.bluez.tree import DEVICE, flag
from hwsim.radio.bluez.voice import Fault, Voice
from hwsim.radio.controller import ABORTED, Controller, Failed
from hwsim.radio.dbus.message import Message
from hwsim.radio.dbus.values import Variant
from hwsim.radio.gatt import Service

TOO_MANY = "Too many links"  # made here: no public source tells what adapters answer


class Links:
    """``idle`` is called with a remote that has no link any more."""

    def __init__(
        self,
        remotes: Mapping[str, Remote],
        voice: Voice,
        controller: Controller,
        idle: Callable[[Remote], None],
        max_links: int,
    ) -> None:
        self._remotes, self._voice, self._controller = remotes, voice, controller
        self._idle, self._max = idle, max_links

    def connect(self, remote: Remote, call: Message) -> None:
        if remote.connected:
            self._voice.answer(call)
            return
        self._open(remote, call, lambda: self._voice.answer(call))

    def pair(self, remote: Remote, call: Message) -> None:
        """Just Works: there is nobody to confirm anything."""
        if remote.paired:
            raise Fault("AlreadyExists", "Already Exists")
        if remote.connected:
            self._bond(remote, call)
        else:
            self._open(remote, call, lambda: self._bond(remote, call))

    def disconnect(self, remote: Remote, call: Message) -> None:
        if remote.pending is not None:
            self._controller.cancel(remote.address)
            self._give_up(remote, Fault("Failed", ABORTED))
        elif not remote.connected:
            raise Fault("NotConnected", "Not Connected")
        self.close(remote)
        self._voice.answer(call)

    def close(self, remote: Remote) -> None:
        """From our side."""
        if remote.pending is not None:
            self._controller.cancel(remote.address)
            self._give_up(remote, Fault("Failed", ABORTED))
        if remote.connected:
            self._controller.disconnect(remote.address)
            self.lost(remote)

    def lost(self, remote: Remote) -> None:
        if not remote.connected:
            return
        for call in remote.calls.values():
            self._voice.refuse(call, failed_with_its_link())
        if remote.resolved:
            self._voice.changed(remote.path, DEVICE, {"ServicesResolved": flag(False)})
            objects = [(path, list(interfaces)) for path, interfaces in tree.gatt(remote)]
            for path, interfaces in reversed(objects):
                self._voice.removed(path, interfaces)
        remote.clear()
        self._voice.changed(remote.path, DEVICE, {"Connected": flag(False)})
        if remote.pending is not None:
            self._give_up(remote, Fault("AuthenticationCanceled", "Authentication Canceled"))
        self._idle(remote)

    # ── the steps of it ──────────────────────────────────────────────────────────────────────

    def _open(self, remote: Remote, call: Message, then: Callable[[], None]) -> None:
        if remote.pending is not None:
            raise in_progress()
        if sum(one.connected for one in self._remotes.values()) >= self._max:
            raise Fault("Failed", TOO_MANY)
        remote.pending = call

        def opened(failed: Failed | None) -> None:
            if failed is None:
                self._up(remote)
                then()
            else:
                self._flicker(remote, failed)
                self._give_up(remote, fault(failed))

        self._controller.connect(remote.address, opened)

    def _up(self, remote: Remote) -> None:
        remote.pending, remote.connected = None, True
        remote.timer += 1
        self._voice.changed(remote.path, DEVICE, {"Connected": flag(True)})
        self._controller.discover(
            remote.address, lambda services, mtu: self._resolved(remote, services, mtu)
        )

    def _flicker(self, remote: Remote, failed: Failed) -> None:
        """After this text the link was up for a moment; bleak waits for the end of it."""
        if failed.text == ABORTED:
            for up in (True, False):
                self._voice.changed(remote.path, DEVICE, {"Connected": flag(up)})

    def _give_up(self, remote: Remote, why: Fault) -> None:
        call, remote.pending = remote.pending, None
        if call is not None:
            self._voice.refuse(call, why)

    def _resolved(self, remote: Remote, services: tuple[Service, ...], mtu: int) -> None:
        if not remote.connected:
            return
        remote.mtu, remote.resolved = mtu, True
        remote.lay_out(services)
        for path, interfaces in tree.gatt(remote):
            self._voice.added(path, interfaces)
        remote.uuids |= {service.uuid for service in services}
        told = {"ServicesResolved": flag(True), "UUIDs": Variant("as", sorted(remote.uuids))}
        self._voice.changed(remote.path, DEVICE, told)

    def _bond(self, remote: Remote, call: Message) -> None:
        remote.pending = call

        def bonded(failed: Failed | None) -> None:
            if remote.pending is not call:
                return
            if failed is not None:
                self._give_up(remote, Fault("AuthenticationFailed", "Authentication Failed"))
                return
            remote.pending, remote.paired = None, True
            told = {"Paired": flag(True), "Bonded": flag(True)}
            self._voice.changed(remote.path, DEVICE, told)
            self._voice.answer(call)

        self._controller.pair(remote.address, bonded)
