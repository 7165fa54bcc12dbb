"""Running the HTTP applications on sockets that are already bound."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from city.settings import Http

MOST_CONNECTIONS = 64
GRACE_S = 2
"""For answers under way when the city ends."""


class Server(uvicorn.Server):
    """Signals are the city's own business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(app: Starlette, tls: tuple[Path, Path] | None = None) -> Server:
    """``tls``: certificate and key.  OSError, ssl.SSLError among them, if they cannot be read."""
    cert, key = tls or (None, None)
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=cert,
        ssl_keyfile=None if key is None else str(key),
    )
    config.load()
    return Server(config)


def tls(http: Http) -> tuple[Path, Path] | None:
    """Certificate and key, which come together or not at all."""
    if http.cert_file is None or http.key_file is None:
        return None
    return http.cert_file, http.key_file


async def serve(on: Server, sock: socket.socket) -> None:
    """Until it is cancelled; answers under way are finished first."""
    running = asyncio.ensure_future(on.serve(sockets=[sock]))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        on.should_exit = True
        await running
        raise


def tcp(http: Http) -> socket.socket:
    """OSError if the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in http.host else socket.AF_INET
    return socket.create_server((http.host, http.port), family=family, backlog=64)
