"""A small HTTP/1.1 server on a unix socket: for systemd, for ``linli status``, for Prometheus.

One request, one answer, and the connection is closed.  Everything about it is bounded, since a
broken scraper must not harm a box that opens doors: how many may be served at once, how long a
request may take, how large its head may be.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import h11

from agent.links.unixsocket import Identity, bound, identity, remove, serve

log = logging.getLogger(__name__)

MOST_AT_ONCE = 16  # a scraper, a monitor, a status or two; more is somebody's mistake
MOST_HEAD = 8192  # bytes of request line and headers, as nginx and Apache allow by default
PATIENCE = 5.0  # seconds for reading the request, and again for handing over the answer


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes


Routes = Mapping[str, Callable[[], Answer]]
"""Path to what makes its answer.  Called on the loop: quick, and it does not raise."""


class HealthServer:
    def __init__(self, path: Path, routes: Routes) -> None:
        self._path, self._routes = path, routes
        self._up: tuple[asyncio.Server, Identity] | None = None
        self._serving = 0

    async def start(self) -> None:
        """Serve from now on.  SocketTaken if somebody else does, OSError if it cannot be made."""
        sock = bound(self._path, MOST_AT_ONCE)
        server = await serve(self._serve, sock, MOST_HEAD)
        self._up = server, identity(self._path)
        log.info("health socket %s", self._path)

    async def stop(self) -> None:
        """Take the socket away; requests in hand are finished by their own time limit."""
        if self._up is not None:
            server, place = self._up
            server.close()
            remove(self._path, place)
            self._up = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving += 1
        try:
            if self._serving <= MOST_AT_ONCE:
                await self._converse(reader, writer)
        except (OSError, TimeoutError) as gone:
            log.debug("health connection ended: %s", gone)
        finally:
            self._serving -= 1
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
        async with asyncio.timeout(PATIENCE):
            request = await _request(connection, reader)
        if request is None:
            return
        answer = self._answer(request)
        bodyless = isinstance(request, h11.Request) and request.method == b"HEAD"
        async with asyncio.timeout(PATIENCE):
            writer.write(_bytes(connection, answer, bodyless=bodyless))
            await writer.drain()

    def _answer(self, request: "h11.Request | Answer") -> Answer:
        if isinstance(request, Answer):
            return request
        if request.method not in {b"GET", b"HEAD"}:
            return text(405, "only GET here")
        path = request.target.split(b"?", 1)[0].decode("ascii", "replace")
        make = self._routes.get(path)
        return make() if make is not None else text(404, f"there is {' '.join(self._routes)}")


def text(status: int, words: str) -> Answer:
    return Answer(status, "text/plain; charset=utf-8", f"{words}\n".encode())


async def _request(
    connection: h11.Connection, reader: asyncio.StreamReader
) -> "h11.Request | Answer | None":
    """The request, or what to say to one that is none, or None if they hung up."""
    try:
        while (event := connection.next_event()) is h11.NEED_DATA:
            connection.receive_data(await reader.read(MOST_HEAD))
    except h11.RemoteProtocolError as fault:
        return text(fault.error_status_hint, str(fault))
    return event if isinstance(event, h11.Request) else None


def _bytes(connection: h11.Connection, answer: Answer, *, bodyless: bool) -> bytes:
    headers = [
        ("Content-Type", answer.content_type),
        ("Content-Length", str(len(answer.body))),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    parts = [connection.send(h11.Response(status_code=answer.status, headers=headers))]
    if not bodyless:
        parts.append(connection.send(h11.Data(data=answer.body)))
    parts.append(connection.send(h11.EndOfMessage()))
    return b"".join(part for part in parts if part)
