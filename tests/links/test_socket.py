"""A serial server on the network, played by a socket on the loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from agent.config.settings import Bus
from agent.links.base import MOST, LinkDown
from agent.links.open import open_link
from agent.links.serial import SerialLink
from agent.links.socket import SocketLink, address, open_socket
from tests.links.pty import Pty


def bus_at(port: int) -> Bus:
    return Bus(id="net", port=f"socket://127.0.0.1:{port}", baud=9600)


class Server:
    """Takes one caller at a time; ``reader`` and ``writer`` are its end of the wire."""

    def __init__(self) -> None:
        self.callers: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
        self.callers = asyncio.Queue()
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        await self.callers.put((reader, writer))

    async def stop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._server.close()
        await self._server.wait_closed()
        await asyncio.sleep(0)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    await server.start()
    yield server
    await server.stop()


async def test_every_byte_passes_unchanged_both_ways(server: Server) -> None:
    link = await open_socket(bus_at(server.port))
    reader, writer = await server.callers.get()
    await link.send(bytes(range(256)))
    assert await reader.readexactly(256) == bytes(range(256))
    writer.write(b"\x00\xff" * 3000)
    heard = b""
    while len(heard) < 6000:
        piece = await link.receive()
        assert len(piece) <= MOST
        heard += piece
    assert heard == b"\x00\xff" * 3000
    await link.aclose()
    await link.aclose()


async def test_a_server_that_closes_is_down(server: Server) -> None:
    link = await open_socket(bus_at(server.port))
    _, writer = await server.callers.get()
    writer.write(b"bye")
    writer.close()
    assert await link.receive() == b"bye"
    with pytest.raises(LinkDown, match=str(server.port)):
        await link.receive()
    await link.aclose()


async def test_a_server_that_resets_is_down(server: Server) -> None:
    link = await open_socket(bus_at(server.port))
    _, writer = await server.callers.get()
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()
    with pytest.raises(LinkDown):
        await link.receive()
    with pytest.raises(LinkDown):
        await link.send(b"x")
    await link.aclose()


async def test_closing_wakes_who_receives(server: Server) -> None:
    link = await open_socket(bus_at(server.port))
    reading = asyncio.create_task(link.receive())
    await asyncio.sleep(0)
    await link.aclose()
    with pytest.raises(LinkDown):
        await reading


async def test_back_at_the_same_address(server: Server) -> None:
    for n in range(3):
        link = await open_socket(bus_at(server.port))
        _, writer = await server.callers.get()
        writer.write(b"%d" % n)
        assert await link.receive() == b"%d" % n
        writer.close()
        with pytest.raises(LinkDown):
            await link.receive()
        await link.aclose()


async def test_a_server_that_takes_nothing_is_down(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.links.socket.SEND_S", 0.05)
    link = await open_socket(bus_at(server.port))
    with pytest.raises(LinkDown, match="takes no bytes"):
        await link.send(bytes(50_000_000))
    with pytest.raises(LinkDown):
        await link.receive()
    await link.aclose()


async def test_nobody_listens_there() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(LinkDown, match="refuses"):
            await open_socket(bus_at(bound.getsockname()[1]))


async def test_nobody_takes_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.links.socket.CONNECT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        bus = bus_at(deaf.getsockname()[1])
        calls = [open_socket(bus) for _ in range(5)]  # the kernel itself takes one or two
        taken = await asyncio.gather(*calls, return_exceptions=True)
        for link in taken:
            if isinstance(link, SocketLink):
                await link.aclose()
        downs = [str(link) for link in taken if isinstance(link, LinkDown)]
    assert downs
    assert all("too long" in down for down in downs)


async def test_a_host_without_an_address() -> None:
    with pytest.raises(LinkDown, match="no such host"):
        await open_socket(Bus(id="net", port="socket://nowhere.invalid:1", baud=9600))


async def test_a_dead_server_is_noticed_in_half_a_minute(server: Server) -> None:
    link = await open_socket(bus_at(server.port))
    _, writer = await server.callers.get()
    ours: socket.socket = link._writer.get_extra_info("socket")
    tcp = socket.IPPROTO_TCP
    assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert ours.getsockopt(tcp, socket.TCP_NODELAY)
    idle = ours.getsockopt(tcp, socket.TCP_KEEPIDLE)
    probes = ours.getsockopt(tcp, socket.TCP_KEEPINTVL) * ours.getsockopt(tcp, socket.TCP_KEEPCNT)
    assert idle + probes <= 30
    assert ours.getsockopt(tcp, socket.TCP_USER_TIMEOUT) <= 30_000
    writer.close()
    await link.aclose()


@pytest.mark.parametrize(
    ("port", "found"),
    [
        ("socket://192.168.0.7:8899", ("192.168.0.7", 8899)),
        ("socket://scale.lan:23", ("scale.lan", 23)),
        ("socket://[fe80::1]:23", ("fe80::1", 23)),
    ],
)
def test_addresses(port: str, found: tuple[str, int]) -> None:
    assert address(port) == found


@pytest.mark.parametrize(
    "port", ["socket://", "socket://host", "socket://:1", "socket://host:x", "socket://host:99999"]
)
def test_what_is_no_address(port: str) -> None:
    with pytest.raises(LinkDown, match="write it as"):
        address(port)


async def test_the_port_decides_what_is_opened(server: Server, pty: Pty) -> None:
    net, wire = await open_link(bus_at(server.port)), await open_link(pty.bus())
    assert isinstance(net, SocketLink)
    assert isinstance(wire, SerialLink)
    await net.aclose()
    await wire.aclose()
