"""One way of one connection: bytes in, held for a while, bytes out."""

import asyncio
import socket
from collections import deque
from dataclasses import dataclass, field

from cli.net.conduct import Conduct, Mode, Pace

FIRST_BYTES = 512  # kept of each way: enough to tell a TLS record from an MQTT packet


@dataclass(slots=True)
class Way:
    taken: int = 0  # bytes
    passed: int = 0
    first: bytes = b""


@dataclass(slots=True)
class Seen:
    """What went through one connection.  ``up`` is from the client to the broker."""

    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)
    broken: bool = False  # bytes were swallowed: the stream can never go on

    @property
    def encrypted(self) -> bool:
        """Did the client begin with a TLS handshake record (RFC 8446, section 5.1)?"""
        return self.up.first[:2] == b"\x16\x03"


class Pipe:
    """Ends when its source has ended and all that it said was passed on.  OSError from either."""

    def __init__(self, conduct: Conduct, pace: Pace, seen: Seen, way: Way) -> None:
        self._conduct, self._pace, self._seen, self._way = conduct, pace, seen, way
        self._held: deque[tuple[float, bytes]] = deque()  # due, data; no data is the end
        self._size = 0
        self._changed = asyncio.Condition()

    async def run(self, source: socket.socket, sink: socket.socket) -> None:
        async with asyncio.TaskGroup() as both:
            both.create_task(self._take(source))
            both.create_task(self._give(sink))

    async def _take(self, source: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        ended = False
        while not ended:
            await self._conduct.moving()
            data = await loop.sock_recv(source, self._conduct.piece(self._pace))
            ended = not data
            self._note(data)
            async with self._changed:
                await self._changed.wait_for(self._has_room)
                self._held.append((loop.time() + self._conduct.latency_s, data))
                self._size += len(data)
                self._changed.notify_all()

    async def _give(self, sink: socket.socket) -> None:
        while data := await self._next():
            await self._pace.take(len(data))
            await self._conduct.moving()
            if self._conduct.mode is Mode.BLACKHOLE:
                self._seen.broken = True
                continue
            await asyncio.get_running_loop().sock_sendall(sink, data)
            self._way.passed += len(data)
        if self._conduct.mode is Mode.BLACKHOLE:
            self._seen.broken = True  # a goodbye is swallowed like everything else
        else:
            sink.shutdown(socket.SHUT_WR)

    async def _next(self) -> bytes:
        async with self._changed:
            await self._changed.wait_for(lambda: self._held)
            due, data = self._held.popleft()
            self._size -= len(data)
            self._changed.notify_all()
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        return data

    def _has_room(self) -> bool:
        return self._size < self._conduct.room(self._pace)

    def _note(self, data: bytes) -> None:
        self._way.taken += len(data)
        self._way.first += data[: FIRST_BYTES - len(self._way.first)]


async def swallow(source: socket.socket, seen: Seen) -> None:
    """All that ``source`` says, until it ends.  Nothing is behind it."""
    seen.broken = True
    while data := await asyncio.get_running_loop().sock_recv(source, FIRST_BYTES):
        seen.up.taken += len(data)
        seen.up.first += data[: FIRST_BYTES - len(seen.up.first)]
