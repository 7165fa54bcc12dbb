"""A line from a client to a broker that behaves as it is told: the asyncio side of the proxy."""

import asyncio
import contextlib
import socket
import struct
from collections import deque

from cli.net.conduct import Conduct, Mode
from cli.net.pipe import Pipe, Seen, swallow

LOOPBACK = "127.0.0.1"
BUFFER = 8 * 1024
"""Of the kernel for each socket of ours (it doubles the figure): a line has no megabyte in it."""
MOST_CONNECTIONS = 256
MOST_SEEN = 1024
BACKLOG = 64
CONNECT_S = 5.0
REBIND_S = 5.0


class Relay:
    """From a port of its own to ``target``.  To be touched in its event loop only."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.conduct = Conduct()
        self.seen: deque[Seen] = deque(maxlen=MOST_SEEN)
        self.port = 0
        self._open: dict[asyncio.Task[None], Seen] = {}
        self._listening: asyncio.Task[None] | None = None
        self._kept: socket.socket | None = None  # while nobody listens

    async def listen(self) -> None:
        """On the port of before, or any free one the first time.  OSError if it is taken."""
        server, self._kept = self._kept or await self._bound(), None
        server.listen(BACKLOG)
        server.setblocking(False)
        self.port = server.getsockname()[1]
        self._listening = asyncio.create_task(self._accept(server))

    async def become(self, mode: Mode) -> None:
        """Leaving a blackhole resets the connections that lost something in it."""
        if mode is Mode.REFUSE:
            await self._unlisten()
            await self.cut()
            self._kept = self._kept or await self._bound()
        elif self._listening is None:
            await self.listen()
        if self.conduct.mode is Mode.BLACKHOLE and mode is not Mode.BLACKHOLE:
            await self.cut(broken_only=True)
        self.conduct.become(mode)

    async def cut(self, *, broken_only: bool = False) -> None:
        """Reset connections; new ones are taken as the mode says."""
        tasks = [task for task, seen in self._open.items() if seen.broken or not broken_only]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def aclose(self) -> None:
        await self._unlisten()
        await self.cut()
        if self._kept is not None:
            self._kept.close()

    async def _bound(self) -> socket.socket:
        """Taken and silent: who connects is refused, and nobody, not even a client that tries to
        reach us, is given our port as its own."""
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _narrow(server)  # before listening: accepted sockets inherit it, and so their window
        try:
            await self._bind(server)
        except OSError:
            server.close()
            raise
        return server

    async def _bind(self, server: socket.socket) -> None:
        """A connection that happens to have our port as its own goes away again."""
        deadline = asyncio.get_running_loop().time() + REBIND_S
        while True:
            try:
                server.bind((LOOPBACK, self.port))
            except OSError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.1)
            else:
                return

    async def _unlisten(self) -> None:
        task, self._listening = self._listening, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _accept(self, server: socket.socket) -> None:
        with server:
            while True:
                client, _ = await asyncio.get_running_loop().sock_accept(server)
                client.setblocking(False)
                if len(self._open) >= MOST_CONNECTIONS:
                    _close(client, reset=True)
                    continue
                seen = Seen()
                self.seen.append(seen)
                task = asyncio.create_task(self._carry(client, seen))
                self._open[task] = seen
                task.add_done_callback(self._open.pop)

    async def _carry(self, client: socket.socket, seen: Seen) -> None:
        """One connection from its acceptance to its end; whatever is no goodbye is a reset."""
        server = socket.socket()
        server.setblocking(False)
        reset = True
        try:
            with contextlib.suppress(OSError):
                await self.conduct.moving()
                if self.conduct.mode is Mode.BLACKHOLE:
                    await swallow(client, seen)
                else:
                    reset = not await self._join(client, server, seen)
        finally:
            _close(client, reset=reset)
            _close(server, reset=reset)

    async def _join(self, client: socket.socket, server: socket.socket, seen: Seen) -> bool:
        """Until both said goodbye (True) or one fell (False).  OSError if the target is away."""
        _narrow(server)
        async with asyncio.timeout(CONNECT_S):
            await asyncio.get_running_loop().sock_connect(server, self.target)
        for each in (client, server):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        up = Pipe(self.conduct, self.conduct.up, seen, seen.up)
        down = Pipe(self.conduct, self.conduct.down, seen, seen.down)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(up.run(client, server))
                both.create_task(down.run(server, client))
        except* OSError:
            seen.broken = True
        return not seen.broken


def _narrow(each: socket.socket) -> None:
    each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)


def _close(each: socket.socket, *, reset: bool) -> None:
    if reset:  # no lingering: close() sends RST
        each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    each.close()
