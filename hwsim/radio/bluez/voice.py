"""What BlueZ says on the bus: answers, refusals and signals."""

from collections.abc import Callable, Sequence

from hwsim.radio.bluez.tree import OBJECTS, PROPERTIES, Interfaces, Properties
from hwsim.radio.dbus.connection import Connection
from hwsim.radio.dbus.message import ERROR, NO_REPLY, RETURN, SIGNAL, Message
from hwsim.radio.dbus.values import Value

BLUEZ_ERROR = "org.bluez.Error."
DBUS_ERROR = "org.freedesktop.DBus.Error."


class Fault(Exception):
    """The call is answered with this error."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name if name.startswith(DBUS_ERROR) else BLUEZ_ERROR + name


def unknown_object(path: str) -> Fault:
    return Fault(DBUS_ERROR + "UnknownObject", f"no object {path}")


class Voice:
    """``count`` is called with "signals" and "answers" for the truth's totals."""

    def __init__(self, connection: Connection, count: Callable[[str], None]) -> None:
        self._connection, self._count = connection, count

    def answer(
        self,
        call: Message,
        signature: str = "",
        body: tuple[Value, ...] = (),
        fd: int | None = None,
    ) -> None:
        """``fd`` is closed once it has left."""
        self._reply(call, Message(kind=RETURN, signature=signature, body=body), fd)

    def refuse(self, call: Message, fault: Fault) -> None:
        text = Message(kind=ERROR, error=fault.name, signature="s", body=(str(fault),))
        self._reply(call, text, None)

    def _reply(self, call: Message, reply: Message, fd: int | None) -> None:
        if call.flags & NO_REPLY:
            return
        self._count("answers")
        self._connection.send(
            Message(
                kind=reply.kind,
                error=reply.error,
                flags=NO_REPLY,
                answers=call.serial,
                destination=call.sender,
                signature=reply.signature,
                body=reply.body,
            ),
            fd,
        )

    def changed(
        self, path: str, interface: str, properties: Properties, gone: Sequence[str] = ()
    ) -> None:
        body = (interface, properties, list(gone))
        self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

    def added(self, path: str, interfaces: Interfaces) -> None:
        self._signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", (path, interfaces))

    def removed(self, path: str, interfaces: Sequence[str]) -> None:
        self._signal("/", OBJECTS, "InterfacesRemoved", "oas", (path, list(interfaces)))

    def _signal(
        self, path: str, interface: str, member: str, signature: str, body: tuple[Value, ...]
    ) -> None:
        self._count("signals")
        self._connection.send(
            Message(
                kind=SIGNAL,
                flags=NO_REPLY,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=body,
            )
        )
