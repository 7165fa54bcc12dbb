"""A camera's web server: MJPEG over HTTP, newest frame first, to whoever asks.

Over a unix socket, so that a world needs no free port, and over the loopback where wanted.
"""

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path

BOUNDARY = b"linli-frame"
HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: hwsim\r\nCache-Control: no-store\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=" + BOUNDARY + b"\r\n\r\n"
)
MOST_CLIENTS = 8
PATIENCE_S = 5.0


class Newest:
    """The newest frame, for any number of threads that wait for the next."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number, self._jpeg = 0, b""

    def put(self, jpeg: bytes) -> None:
        with self._changed:
            self._number, self._jpeg = self._number + 1, jpeg
            self._changed.notify_all()

    def after(self, number: int) -> tuple[int, bytes]:
        """The newest one, once there is one newer than ``number``; the same again after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._number > number, PATIENCE_S)
            return self._number, self._jpeg


class Server:
    """``open`` and ``close`` as often as wanted; ``mute``: accepts, and says nothing more."""

    def __init__(self, newest: Newest, path: Path | None, *, tcp: bool = False) -> None:
        self._newest, self._path, self._tcp = newest, path, tcp
        self._ears: list[socket.socket] = []
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._port = 0
        self.mute = False

    @property
    def port(self) -> int:
        """Of the loopback; 0 without."""
        return self._port

    def open(self) -> None:
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._listen(socket.AF_UNIX, str(self._path))
        if self._tcp:
            ear = self._listen(socket.AF_INET, ("127.0.0.1", self._port))
            self._port = ear.getsockname()[1]

    def close(self) -> None:
        """Nobody is served, and nobody is let in."""
        for ear in self._ears:
            with suppress(OSError):
                ear.shutdown(socket.SHUT_RDWR)
            ear.close()
        self._ears.clear()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        with self._lock:
            clients = tuple(self._clients)
        for client in clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _listen(
        self, family: socket.AddressFamily, address: str | tuple[str, int]
    ) -> socket.socket:
        ear = socket.socket(family)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind(address)
        ear.listen(MOST_CLIENTS)
        if isinstance(address, str):
            os.chmod(address, 0o600)  # noqa: PTH101  # a socket's name, not a path of ours
        self._ears.append(ear)
        threading.Thread(target=self._accept, args=(ear,), daemon=True).start()
        return ear

    def _accept(self, ear: socket.socket) -> None:
        while True:
            try:
                client, _ = ear.accept()
            except OSError:  # closed
                return
            with self._lock:
                full = len(self._clients) >= MOST_CLIENTS
                if not full:
                    self._clients.add(client)
            if full:
                client.close()
            else:
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE_S)
        try:
            with suppress(OSError):
                self._stream(client)
        finally:
            with self._lock:
                self._clients.discard(client)
            client.close()

    def _stream(self, client: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked and len(asked) < 8192:
            more = client.recv(4096)
            if not more:
                return
            asked += more
        client.sendall(HEAD)
        number = 0
        while True:
            number, jpeg = self._newest.after(number)
            if jpeg and not self.mute:
                head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
                client.sendall(b"--" + BOUNDARY + b"\r\n" + head + jpeg + b"\r\n")
