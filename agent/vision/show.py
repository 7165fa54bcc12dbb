"""``linli vision --show``: the live view as MJPEG, for a browser on this machine or through SSH.

It watches the eyes' own socket (agent.vision.view), wherever they run, and serves what it sees on a
unix socket or on a loopback address: ``/`` names the cameras, ``/ID`` is one of them.  No other
address is served, since nobody asks for a password here.
"""

import asyncio
import html
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import h11
import zmq
import zmq.asyncio

from agent.links import unixsocket
from agent.vision.view import topic

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 8  # watchers; each camera's frames are drawn once for all of them
MOST_HEAD: Final = 8192  # bytes
PATIENCE_S: Final = 5.0  # for a request, and for each picture to be taken
BOUNDARY: Final = b"linli"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

_PAGE: Final = "<!doctype html><meta charset=utf-8><title>邻里 linli vision</title>"
_PART: Final = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n"


class NotLocal(ValueError):
    """The live view is for this machine only."""


class Show:
    """``view``: the socket that is watched, which need not be there yet."""

    def __init__(self, view: Path, cameras: Sequence[str]) -> None:
        self._view, self._cameras = view, tuple(cameras)
        self._context = zmq.asyncio.Context(io_threads=1)
        self._watchers: set[asyncio.Task[None] | None] = set()

    @asynccontextmanager
    async def serving(self, where: str) -> AsyncIterator[None]:
        """On a path, or ``HOST:PORT`` of this machine.  NotLocal, OSError, SocketTaken."""
        with ExitStack() as left:
            left.callback(self._context.destroy, linger=0)
            server = await self._server(where, left)
            log.info("live view on %s", where)
            try:
                yield
            finally:
                server.close()
                await self._send_home()

    async def _server(self, where: str, left: ExitStack) -> asyncio.Server:
        """``left``: what is done at the end."""
        if where.startswith("/"):
            path = Path(where)
            sock = unixsocket.bound(path, MOST_AT_ONCE)
            left.callback(unixsocket.remove, path, unixsocket.identity(path))
            return await unixsocket.serve(self._serve, sock, MOST_HEAD)
        host, _, port = where.rpartition(":")
        if host not in LOOPBACK or not port.isdigit() or not 0 <= int(port) < 65536:
            raise NotLocal(f"{where}: 只能是本机地址 an address of this machine: 127.0.0.1:PORT")
        return await asyncio.start_server(self._serve, host, int(port), limit=MOST_HEAD)

    async def _send_home(self) -> None:
        watchers = [task for task in self._watchers if task is not None]
        for task in watchers:
            task.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._watchers.add(task)
        try:
            if len(self._watchers) <= MOST_AT_ONCE:
                await self._converse(reader, writer)
        except (OSError, TimeoutError, h11.RemoteProtocolError) as gone:
            log.debug("a watcher left: %s", gone)
        except asyncio.CancelledError:
            log.debug("a watcher is sent home")  # only ``_send_home`` cancels
        finally:
            self._watchers.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(PATIENCE_S):
            target = await _asked(reader)
        if target is None:
            return
        camera = target.removeprefix("/")
        if camera in self._cameras:
            kind = f"multipart/x-mixed-replace; boundary={BOUNDARY.decode()}"
            await _say(writer, _head("200 OK", kind))
            await self._stream(camera, writer)
        elif not camera:
            await _say(writer, _head("200 OK", "text/html; charset=utf-8"), self._page())
        else:
            await _say(writer, _head("404 Not Found", "text/plain"), b"no such camera\n")

    async def _stream(self, camera: str, writer: asyncio.StreamWriter) -> None:
        """Until the watcher leaves."""
        with self._context.socket(zmq.SUB) as socket:
            socket.RCVHWM = 2
            socket.RECONNECT_IVL = 200
            socket.subscribe(topic(camera))
            socket.connect(f"ipc://{self._view}")
            while not writer.is_closing():
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE_S):
                        _, jpeg = await socket.recv_multipart()
                    await _say(writer, _PART % (BOUNDARY, len(jpeg), jpeg))

    def _page(self) -> bytes:
        names = (html.escape(camera) for camera in self._cameras)
        figures = "".join(f"<h2>{name}</h2><img src='/{name}' alt='{name}'>" for name in names)
        return f"{_PAGE}{figures}\n".encode()


async def _asked(reader: asyncio.StreamReader) -> str | None:
    """The path; None if they hung up, or want to do anything but look.  RemoteProtocolError.

    A name in ``Host`` that is not this machine's is some page's on the internet, which has its
    reader's browser ask here (DNS rebinding).
    """
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(MOST_HEAD))
    if not isinstance(event, h11.Request) or event.method != b"GET":
        return None
    host = next((value for name, value in event.headers if name == b"host"), b"localhost")
    path = event.target.split(b"?", 1)[0].decode("ascii", "replace")
    return path if _is_ours(host.decode("ascii", "replace")) else None


def _is_ours(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False


def _head(status: str, kind: str) -> bytes:
    """Of an answer that ends with the connection."""
    more = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close"
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}\r\n\r\n".encode()


async def _say(writer: asyncio.StreamWriter, *pieces: bytes) -> None:
    """TimeoutError for who does not take it."""
    writer.writelines(pieces)
    async with asyncio.timeout(PATIENCE_S):
        await writer.drain()
