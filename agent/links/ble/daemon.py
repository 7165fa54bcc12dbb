"""Watches bluetoothd and one adapter on D-Bus, since bleak does not.

A bluetoothd that is killed calls nobody back: links seem up, scans seem to run, and nothing comes.
D-Bus itself tells: its name loses its owner.  An adapter that is pulled or switched off is told as
well, by bluetoothd.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn
from urllib.parse import quote

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from agent.links.base import LinkDown
from agent.links.ble.trouble import ADAPTER_ERRORS, adapter_trouble

ADDRESS = "DBUS_SYSTEM_BUS_ADDRESS"
BLUEZ, ADAPTER = "org.bluez", "org.bluez.Adapter1"
DBUS = "org.freedesktop.DBus"
PROPERTIES, OBJECTS = f"{DBUS}.Properties", f"{DBUS}.ObjectManager"


class Environment:
    """bleak asks it where D-Bus is, anew for every link, so it must say so as long as any adapter
    is open.  Nobody else in this process speaks D-Bus."""

    def __init__(self) -> None:
        self._users, self._before = 0, os.environ.get(ADDRESS)

    @contextmanager
    def dbus_at(self, socket: str | None) -> Iterator[None]:
        """All adapters name the same socket, or none (agent.config.checks.radio)."""
        if socket is None:
            yield
            return
        if not self._users:
            self._before = os.environ.get(ADDRESS)
        self._users += 1
        os.environ[ADDRESS] = address_of(socket)
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._restore()

    def _restore(self) -> None:
        if self._before is None:
            del os.environ[ADDRESS]
        else:
            os.environ[ADDRESS] = self._before


ENVIRONMENT = Environment()
"""The process has one."""


def address_of(socket: str) -> str:
    """D-Bus specification, Server Addresses: all but these signs is escaped."""
    return f"unix:path={quote(socket, safe='/-_.')}"


class Daemon:
    """A D-Bus connection of our own.  ``port`` is the adapter: ``hci0``."""

    def __init__(self, port: str) -> None:
        self._port, self._path = port, f"/{BLUEZ.replace('.', '/')}/{port}"
        self._bus = MessageBus(bus_type=BusType.SYSTEM)
        self._fallen: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._gone = False
        self._alone: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Return when bluetoothd runs and the adapter is on, which is tried.  LinkDown."""
        try:
            await self._bus.connect()
            self._alone = asyncio.create_task(self._lonely())
            self._bus.add_message_handler(self._signal)
            for rule in self._rules():
                await self._call(DBUS, "/org/freedesktop/DBus", DBUS, "AddMatch", "s", rule)
            await self._switch_on()
        except ADAPTER_ERRORS as error:
            self.close()
            raise adapter_trouble(self._port, error) from error
        except BaseException:
            self.close()
            raise

    @property
    def is_down(self) -> bool:
        """The adapter cannot be used any more."""
        return self._fallen.done()

    @property
    def is_gone(self) -> bool:
        """bluetoothd itself, with all its adapters."""
        return self._gone

    async def watch(self) -> NoReturn:
        """Wait until it is over: LinkDown."""
        raise LinkDown(f"{self._port}: {await asyncio.shield(self._fallen)}")

    def close(self) -> None:
        """``_lonely`` ends with it."""
        self._bus.disconnect()

    def _rules(self) -> Iterator[str]:
        yield (
            f"type='signal',sender='{DBUS}',interface='{DBUS}',member='NameOwnerChanged',"
            f"arg0='{BLUEZ}'"
        )
        yield (
            f"type='signal',sender='{BLUEZ}',interface='{PROPERTIES}',"
            f"member='PropertiesChanged',path='{self._path}'"
        )
        yield (
            f"type='signal',sender='{BLUEZ}',interface='{OBJECTS}',member='InterfacesRemoved',"
            f"arg0path='{self._path}'"
        )

    async def _switch_on(self) -> None:
        """A box that was shut down with Bluetooth off would stay off for good."""
        on = await self._call(BLUEZ, self._path, PROPERTIES, "Get", "ss", ADAPTER, "Powered")
        if not on.value:
            await self._call(
                BLUEZ, self._path, PROPERTIES, "Set", "ssv", ADAPTER, "Powered", Variant("b", True)
            )

    async def _call(
        self, to: str, path: str, interface: str, member: str, signature: str, *body: object
    ) -> Any:  # noqa: ANN401  # whatever is on the bus
        """The first value of the reply.  DBusError, and what goes with a lost connection."""
        message = Message(
            destination=to,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
        )
        reply = await self._bus.call(message)
        if reply is None:
            raise EOFError
        if reply.message_type is MessageType.ERROR:
            raise DBusError(reply.error_name or "", ", ".join(map(str, reply.body)), reply)
        return reply.body[0] if reply.body else None

    def _signal(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        body = message.body
        if message.member == "NameOwnerChanged" and body[0] == BLUEZ and not body[2]:
            self._gone = True
            self._fall("蓝牙服务停止了 bluetoothd is gone")
        elif message.member == "PropertiesChanged" and message.path == self._path:
            powered = body[1].get("Powered") if body[0] == ADAPTER else None
            if powered is not None and not powered.value:
                self._fall("适配器被关闭 the adapter was switched off")
        elif message.member == "InterfacesRemoved" and body[0] == self._path and ADAPTER in body[1]:
            self._fall("适配器不见了 the adapter is gone")

    async def _lonely(self) -> None:
        with suppress(*ADAPTER_ERRORS):
            await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast
        self._gone = True
        self._fall("D-Bus 断开 the D-Bus connection is gone")

    def _fall(self, why: str) -> None:
        if not self._fallen.done():
            self._fallen.set_result(why)
