"""The toy world behind a serial server on a loopback socket, for workers: a real wire."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from agent.config.settings import Bus
from tests.supervisor import toys


class SocketWorld(toys.World):
    def __init__(self) -> None:
        super().__init__()
        self.writers: set[asyncio.StreamWriter] = set()
        self.met = 0
        self.orders: list[bytes] = []

    def say(self, data: bytes) -> None:
        for writer in self.writers:
            writer.write(data)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.met += 1
        self.writers.add(writer)
        try:
            while line := await reader.readline():
                self.orders.append(line)
                if reply := self.answer(line):
                    writer.write(reply)
        except ConnectionError:
            pass
        finally:
            self.writers.discard(writer)
            writer.close()


@asynccontextmanager
async def serial_server() -> AsyncIterator[tuple[SocketWorld, Bus]]:
    world = SocketWorld()
    server = await asyncio.start_server(world.talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield world, Bus(id="bus", port=f"socket://127.0.0.1:{port}", baud=115200)
    finally:
        server.close()
        for writer in tuple(world.writers):
            writer.close()
        await asyncio.sleep(0)


async def really(so: Callable[[], object], within: float = 30.0) -> None:
    """Wait for a condition in real time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not so():
        assert loop.time() < deadline, "it never came to pass"
        await asyncio.sleep(0.02)
