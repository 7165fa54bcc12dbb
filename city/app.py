"""How the city is put together, and in which order it ends."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from city import serve, signing, unix
from city.commands import Commands
from city.desk import Desk
from city.http import Readers, admin, pull
from city.ingest import Intake, Post
from city.link import Link, NoBroker, Publish
from city.settings import Settings
from city.store.base import Store, StoreRefused
from city.store.sqlite import SqliteStore
from city.topics import Topics

Ready = Callable[[dict[str, object]], None]
"""Called once, when everything is subscribed and served, with where that is."""


def _as_it_is(publish: Publish) -> Publish:
    return publish


@dataclass(frozen=True, slots=True)
class Parts:
    """What drills put another in place of: a store whose commits fail or come twice, a way for
    acknowledgements on which some are lost."""

    store: Callable[[Path], Store] = SqliteStore
    acknowledge: Callable[[Publish], Publish] = _as_it_is


async def run(settings: Settings, ready: Ready, parts: Parts = Parts()) -> None:  # frozen
    """Until it is cancelled.  OSError, sqlite3.Error, NewerDatabase, BadKey or SocketTaken if it
    cannot begin."""
    command = settings.command
    signer = None if command is None else signing.load(command.key_id, command.key_file)
    desk = Desk()
    store = await desk.do(lambda: parts.store(settings.dir))
    try:
        await _City(settings, parts, desk, store, signer).run(ready)
    finally:
        await desk.do(store.close)
        desk.close()


class _City:
    def __init__(
        self,
        settings: Settings,
        parts: Parts,
        desk: Desk,
        store: Store,
        signer: signing.Signer | None,
    ) -> None:
        self._settings, self._desk, self._store = settings, desk, store
        self._topics = topics = Topics(settings.tenant, settings.shard)
        self._link = link = Link(settings.broker, topics)
        self._commands = Commands(desk, store, signer, topics, link.publish)
        post = Post(topics, link.publish, parts.acknowledge(link.publish))
        self._intake = Intake(desk, store, self._commands, post, settings.pacing)

    async def run(self, ready: Ready) -> None:
        settings, path = self._settings, self._settings.dir / unix.NAME
        readers = Readers(settings.dir)
        with contextlib.ExitStack() as stack:
            sock = stack.enter_context(unix.listening(path))
            servers = [(serve.server(admin(readers, self._commands)), sock)]
            where: dict[str, object] = {"dir": str(settings.dir), "socket": str(path)}
            if settings.http is not None:
                app = pull(readers, self._commands, settings.http.token)
                sock = stack.enter_context(serve.tcp(settings.http))
                servers.append((serve.server(app, serve.tls(settings.http)), sock))
                where["listen"] = _place(sock)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._intake.run())
                group.create_task(self._link.run(self._intake.put, self._call))
                for each in servers:
                    group.create_task(serve.serve(*each))
                await self._link.connected.wait()
                ready({"ready": True, **where})

    async def _call(self) -> None:
        """What boxes said while this city was away is lost, their nonces too: boxes that are
        connected shall say hello again."""
        try:
            for gateway in await self._desk.do(self._store.gateways):
                await self._link.publish(self._topics.down(gateway, "call"), b'{"v":1}')
        except (NoBroker, StoreRefused):
            return  # they say hello when the broker is back, and every half hour


def _place(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
