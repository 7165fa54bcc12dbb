"""Reads, writes and notifications of characteristics.

Source: BlueZ src/gatt-client.c (characteristic_read_value, characteristic_write_value,
characteristic_start_notify, characteristic_acquire_notify, notify_cb).
"""

import socket
from collections.abc import Callable

from hwsim.radio.bluez.faults import fault, in_progress
from hwsim.radio.bluez.remote import Attribute, Remote
from hwsim.radio.bluez.tree import CHARACTERISTIC, flag, raw
from hwsim.radio.bluez.voice import Fault, Voice
from hwsim.radio.controller import Controller, Failed
from hwsim.radio.dbus.message import Message
from hwsim.radio.gatt import HEADER, INVALID_LENGTH, Characteristic

LONGEST = 512  # Core 5.4, Vol 3, Part F, 3.2.9


class Attributes:
    def __init__(self, voice: Voice, controller: Controller) -> None:
        self._voice, self._controller = voice, controller

    # ── reading and writing ──────────────────────────────────────────────────────────────────

    def read(self, remote: Remote, attribute: Attribute, call: Message) -> None:
        done = self._begin(remote, attribute, "read", call)

        def read(value: bytes | Failed) -> None:
            if not done():
                return
            if isinstance(value, Failed):
                self._voice.refuse(call, fault(value))
                return
            self._value(attribute, value)  # BlueZ too: a read looks like a notification
            self._voice.answer(call, "ay", (value,))

        self._controller.read(remote.address, attribute.characteristic, read)

    def write(self, remote: Remote, attribute: Attribute, call: Message) -> None:
        data, options = bytes(call.body[0]), call.body[1]
        if len(data) > LONGEST:
            raise Fault("InvalidArguments", "Invalid arguments in method call")
        asked = options["type"].value if "type" in options else None
        if self._as_command(attribute.characteristic, asked):
            if len(data) > remote.mtu - HEADER:
                raise fault(Failed(INVALID_LENGTH))
            self._controller.write(remote.address, attribute.characteristic, data, None)
            self._voice.answer(call)
            return
        done = self._begin(remote, attribute, "write", call)

        def written(failed: Failed | None) -> None:
            if not done():
                return
            if failed is None:
                self._voice.answer(call)
            else:
                self._voice.refuse(call, fault(failed))

        self._controller.write(remote.address, attribute.characteristic, data, written)

    @staticmethod
    def _as_command(characteristic: Characteristic, asked: str | None) -> bool:
        if asked in ("request", "reliable"):
            return False
        quiet = "write-without-response" in characteristic.flags
        if asked == "command":
            if not quiet:
                raise Fault("NotSupported", "Operation is not supported")
            return True
        return quiet and "write" not in characteristic.flags

    def _begin(
        self, remote: Remote, attribute: Attribute, what: str, call: Message
    ) -> Callable[[], bool]:
        """One of each at a time.  The result says whether the link still stands."""
        if what in attribute.busy:
            raise in_progress()
        attribute.busy.add(what)
        remote.calls[call.sender, call.serial] = call

        def done() -> bool:
            attribute.busy.discard(what)
            return remote.calls.pop((call.sender, call.serial), None) is not None

        return done

    # ── notifications ────────────────────────────────────────────────────────────────────────

    def start(self, remote: Remote, attribute: Attribute, call: Message) -> None:
        self._may_notify(attribute)
        if attribute.pipe is not None:
            raise Fault("NotPermitted", "Notify acquired")
        if call.sender in attribute.listeners:
            raise in_progress()

        def started() -> None:
            attribute.listeners.add(call.sender)
            self._tell(attribute)
            self._voice.answer(call)

        self._subscribe(remote, attribute, call, started)

    def stop(self, remote: Remote, attribute: Attribute, call: Message) -> None:
        if call.sender not in attribute.listeners:
            raise Fault("Failed", "No notify session started")
        self.forget(remote, attribute, call.sender)
        self._voice.answer(call)

    def forget(self, remote: Remote, attribute: Attribute, sender: str) -> None:
        if sender in attribute.listeners:
            attribute.listeners.discard(sender)
            self._ended(remote, attribute)

    def acquire(self, remote: Remote, attribute: Attribute, call: Message) -> None:
        self._may_notify(attribute)
        if attribute.pipe is not None:
            raise Fault("NotPermitted", "Notify acquired")
        if attribute.listeners:
            raise in_progress()

        def started() -> None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.setblocking(False)
            theirs.setblocking(False)
            attribute.pipe = ours
            self._tell(attribute)
            self._voice.answer(call, "hq", (0, remote.mtu), theirs.detach())

        self._subscribe(remote, attribute, call, started)

    def hung_up(self, remote: Remote, attribute: Attribute) -> None:
        """The client may have closed its end of AcquireNotify."""
        if attribute.pipe is None:
            return
        try:
            gone = not attribute.pipe.recv(1)
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            attribute.pipe.close()
            attribute.pipe = None
            self._ended(remote, attribute)

    def noticed(self, attribute: Attribute, data: bytes) -> bool:
        if attribute.pipe is not None:
            try:
                attribute.pipe.send(data)
            except OSError:  # full, or the client is gone: nobody keeps it
                return False
            return True
        if attribute.listeners:
            self._value(attribute, data)
        return bool(attribute.listeners)

    def _may_notify(self, attribute: Attribute) -> None:
        if not attribute.characteristic.notifies:
            raise Fault("NotSupported", "Operation is not supported")

    def _subscribe(
        self, remote: Remote, attribute: Attribute, call: Message, then: Callable[[], None]
    ) -> None:
        if attribute.notifying:
            then()
            return
        done = self._begin(remote, attribute, "notify", call)

        def subscribed(failed: Failed | None) -> None:
            if not done():
                return
            if failed is None:
                then()
            else:
                self._voice.refuse(call, fault(failed))

        self._controller.subscribe(remote.address, attribute.characteristic, subscribed, on=True)

    def _ended(self, remote: Remote, attribute: Attribute) -> None:
        if not attribute.notifying:
            self._tell(attribute)
            self._controller.subscribe(remote.address, attribute.characteristic, None, on=False)

    def _tell(self, attribute: Attribute) -> None:
        acquired = {"NotifyAcquired": flag(attribute.pipe is not None)}
        told = {"Notifying": flag(attribute.notifying)} | acquired
        self._voice.changed(attribute.path, CHARACTERISTIC, told)

    def _value(self, attribute: Attribute, value: bytes) -> None:
        attribute.value = value
        self._voice.changed(attribute.path, CHARACTERISTIC, {"Value": raw(value)})
