"""A serial port in asyncio: the kernel says when bytes are there, and nothing ever blocks."""

import asyncio
import contextlib
import os
from pathlib import Path

import serial

from agent.config.settings import Bus
from agent.links import usb
from agent.links.base import MOST, LinkDown
from agent.links.port import close_port, open_port
from agent.links.trouble import LINK_ERRORS, lost, trouble

OPEN_S = 10.0
"""A driver that does not open a port in this time has hung; USB adapters take milliseconds."""

SEND_S = 5.0
"""No UART of a sane adapter refuses bytes for so long: 4096 of them take 4.3 s at 9600 baud."""


class SerialLink:
    """One open port.  Bytes wait in the kernel (4095 of them) until somebody receives."""

    def __init__(self, port: serial.Serial, name: str) -> None:
        self._port, self._name, self._fd = port, name, port.fileno()
        self._loop = asyncio.get_running_loop()
        self._arrived = b""
        self._down: str | None = None
        self._receiver: asyncio.Future[None] | None = None
        self._sender: asyncio.Future[None] | None = None
        self._armed = False

    async def receive(self) -> bytes:
        while not self._arrived:
            self._check()
            self._arm()
            self._receiver = self._loop.create_future()
            await self._receiver
        data, self._arrived = self._arrived, b""
        return data

    async def send(self, data: bytes) -> None:
        """Return when the kernel has taken all; it leaves the wire at the baud rate after that."""
        rest = memoryview(data)
        try:
            async with asyncio.timeout(SEND_S):
                while rest:
                    self._check()
                    rest = rest[self._write(rest) :]
                    if rest:
                        await self._writable()
        except TimeoutError:
            self._fall(lost(self._name, "转换器卡住了，请重新插拔 the adapter takes no bytes"))
            self._check()

    async def aclose(self) -> None:
        """In a thread, since closing may wait for bytes that a UART still has to send."""
        if self._down is None:
            self._release(f"{self._name}: 已关闭 closed")
            await asyncio.to_thread(close_port, self._port)

    def _check(self) -> None:
        if self._down is not None:
            raise LinkDown(self._down)

    def _arm(self) -> None:
        if not self._armed:
            self._loop.add_reader(self._fd, self._readable)
            self._armed = True

    def _readable(self) -> None:
        if self._arrived:  # nobody came for the last bytes: let the kernel keep the next
            self._loop.remove_reader(self._fd)
            self._armed = False
        else:
            self._read()
            _wake(self._receiver)

    def _read(self) -> None:
        try:
            self._arrived = os.read(self._fd, MOST)
        except BlockingIOError:  # another program was faster; it cannot be stopped, only noticed
            return
        except LINK_ERRORS as error:
            self._fall(trouble(self._name, error))
        else:
            if not self._arrived:
                self._fall(lost(self._name))

    def _write(self, data: memoryview) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except LINK_ERRORS as error:
            self._fall(trouble(self._name, error))
            raise LinkDown(self._down) from error

    async def _writable(self) -> None:
        self._sender = self._loop.create_future()
        self._loop.add_writer(self._fd, _wake, self._sender)
        try:
            await self._sender
        finally:
            if self._down is None:
                self._loop.remove_writer(self._fd)

    def _fall(self, down: LinkDown) -> None:
        """At once: while the old descriptor is open, a CH340 comes back under another name."""
        if self._down is None:
            self._release(str(down))
            close_port(self._port)

    def _release(self, why: str) -> None:
        self._down = why
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        _wake(self._receiver)
        _wake(self._sender)


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


async def open_serial(bus: Bus, *, sysfs: Path = usb.SYSFS) -> SerialLink:
    """Open ``bus.port`` for this process alone.  LinkDown, with what to do about it."""
    opening = asyncio.ensure_future(asyncio.to_thread(open_port, bus, sysfs))
    try:
        async with asyncio.timeout(OPEN_S):
            port = await asyncio.shield(opening)
    except TimeoutError as error:
        opening.add_done_callback(_close_orphan)
        raise lost(bus.port, "打开端口时没有反应 opening it does not return") from error
    except asyncio.CancelledError:
        opening.add_done_callback(_close_orphan)
        raise
    return SerialLink(port, bus.port)


def _close_orphan(opening: asyncio.Future[serial.Serial]) -> None:
    """The thread cannot be stopped: what it opens for nobody is closed when it is done."""
    with contextlib.suppress(LinkDown, asyncio.CancelledError):
        close_port(opening.result())
