"""Where a camera is asked for its pictures: a socket, and a thread for each who comes."""

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

MOST_CLIENTS = 8
PATIENCE_S = 5.0  # with a client that takes nothing

Serve = Callable[[socket.socket], None]
"""Talks with one client until that leaves; an OSError ends it as well."""


class Door:
    """``path``: of a unix socket; None: a port of the loopback, the same after a new ``open``."""

    def __init__(self, serve: Serve, path: Path | None = None) -> None:
        self._serve, self._path = serve, path
        self._ear: socket.socket | None = None
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.port = 0

    def open(self) -> None:
        ear = self._on_path(self._path) if self._path is not None else self._on_loopback()
        ear.listen(MOST_CLIENTS)
        self._ear = ear
        threading.Thread(target=self._accept, args=(ear,), daemon=True).start()

    def close(self) -> None:
        """Nobody is served, and nobody is let in."""
        ear, self._ear = self._ear, None
        if ear is None:
            return
        with suppress(OSError):
            ear.shutdown(socket.SHUT_RDWR)
        ear.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        with self._lock:
            for client in self._clients:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)

    def _on_path(self, path: Path) -> socket.socket:
        path.unlink(missing_ok=True)
        ear = socket.socket(socket.AF_UNIX)
        folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
        try:  # an address holds 107 bytes of path (unix(7)), and a test's folder is easily deeper
            ear.bind(f"/proc/self/fd/{folder}/{path.name}")
        finally:
            os.close(folder)
        os.chmod(path, 0o600)  # noqa: PTH101  # Path.chmod may follow, and this is a socket
        return ear

    def _on_loopback(self) -> socket.socket:
        ear = socket.socket(socket.AF_INET)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind(("127.0.0.1", self.port))
        self.port = ear.getsockname()[1]
        return ear

    def _accept(self, ear: socket.socket) -> None:
        while True:
            try:
                client, _ = ear.accept()
            except OSError:  # closed
                return
            with self._lock:
                welcome = len(self._clients) < MOST_CLIENTS and self._ear is ear
                if welcome:
                    self._clients.add(client)
            if welcome:
                threading.Thread(target=self._talk, args=(client,), daemon=True).start()
            else:
                client.close()

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE_S)
        with suppress(OSError):
            self._serve(client)
        with self._lock:
            self._clients.discard(client)
        client.close()


def asked(client: socket.socket, more: bytes = b"") -> tuple[bytes, bytes]:
    """The head of a request and what came behind it; (b"", b""): the client has left."""
    while b"\r\n\r\n" not in more:
        data = client.recv(4096)
        if not data or len(more) > MOST_HEAD:
            return b"", b""
        more += data
    head, _, rest = more.partition(b"\r\n\r\n")
    return head, rest


MOST_HEAD = 8192
