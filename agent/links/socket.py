"""A serial server on the network (``socket://host:port``): a box with RS-485 on one side.

Raw TCP, as USR, Moxa and other makers call "TCP server" mode: the bytes of the wire and nothing
else.  Baud rate and format are set in the server's own page.
"""

import asyncio
import contextlib
import socket
from urllib.parse import urlsplit

from agent.config.settings import Bus
from agent.links.base import MOST, LinkDown
from agent.links.trouble import LINK_ERRORS, lost, trouble

SCHEME = "socket://"
CONNECT_S = 5.0
SEND_S = 5.0
CLOSE_S = 1.0

_OPTIONS = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),  # a request is one small segment: send it now
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    # A server that lost its power says nothing: 15 s idle, then 3 probes 5 s apart make 30 s.
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000),  # ms; the same for what we sent
)


class SocketLink:
    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str
    ) -> None:
        self._reader, self._writer, self._name = reader, writer, name
        writer.transport.set_write_buffer_limits(high=0)  # drain() means: the kernel has it all

    async def receive(self) -> bytes:
        try:
            data = await self._reader.read(MOST)
        except LINK_ERRORS as error:
            raise trouble(self._name, error) from error
        if not data:
            raise lost(self._name, "对方断开了连接 the server closed the connection")
        return data

    async def send(self, data: bytes) -> None:
        try:
            async with asyncio.timeout(SEND_S):
                self._writer.write(data)
                await self._writer.drain()
        except TimeoutError as error:
            self._writer.transport.abort()
            raise lost(self._name, "对方不收数据 the server takes no bytes") from error
        except LINK_ERRORS as error:
            raise trouble(self._name, error) from error

    async def aclose(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._writer.wait_closed()
        except TimeoutError:
            self._writer.transport.abort()
        except LINK_ERRORS:
            pass  # it is gone already, which is what was wanted


async def open_socket(bus: Bus) -> SocketLink:
    """Connect to ``bus.port``.  LinkDown, with what to do about it."""
    try:
        host, port = address(bus.port)
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(host, port, limit=4 * MOST)
    except TimeoutError as error:
        raise lost(bus.port, "连接超时 connecting takes too long") from error
    except socket.gaierror as error:
        raise lost(bus.port, "查不到这个主机名 no such host") from error
    except LINK_ERRORS as error:
        raise trouble(bus.port, error) from error
    link = SocketLink(reader, writer, bus.port)
    try:
        for option in _OPTIONS:
            writer.get_extra_info("socket").setsockopt(*option)
    except LINK_ERRORS as error:
        await link.aclose()
        raise trouble(bus.port, error) from error
    return link


def address(port: str) -> tuple[str, int]:
    """``socket://host:port`` taken apart; LinkDown if it is no such thing."""
    parts = urlsplit(port)
    with contextlib.suppress(ValueError):
        if parts.scheme == "socket" and parts.hostname and parts.port:
            return parts.hostname, parts.port
    raise LinkDown(f"{port}: 应写成 socket://主机:端口 write it as socket://host:port")
