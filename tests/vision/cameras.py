"""Cameras of a test's own: real sockets in a thread, doing what a script says."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from agent.vision.pictures import Picture

Script = Callable[[socket.socket, bytes], None]
"""Given the connection and the head of what was asked; the connection is closed after it."""


def picture(grey: int, width: int = 320, height: int = 180) -> Picture:
    return np.full((height, width, 3), grey, np.uint8)


def jpeg(grey: int, width: int = 320, height: int = 180) -> bytes:
    done, data = cv2.imencode(".jpg", picture(grey, width, height))
    assert done
    return data.tobytes()


def part(data: bytes, boundary: bytes = b"frame") -> bytes:
    head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % (boundary, len(data))
    return head + data + b"\r\n"


OK = b"HTTP/1.1 200 OK\r\n"
STREAM = OK + b"Content-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


def says(data: bytes) -> Script:
    return lambda sock, _: sock.sendall(data)


def streams(*frames: bytes) -> Script:
    """All frames at once, then it hangs up."""
    return says(STREAM + b"".join(map(part, frames)))


class Camera:
    """``asked``: the heads it was sent, oldest first."""

    def __init__(self, sock: socket.socket, scripts: Sequence[Script]) -> None:
        self._sock, self._scripts = sock, scripts
        self.asked: list[bytes] = []
        self.going = threading.Event()
        """Set when the test is over: for scripts that drip for ever."""
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        """The last script serves all further callers."""
        turn = 0
        while not self.going.is_set():
            try:
                sock, _ = self._sock.accept()
            except OSError:
                continue
            script = self._scripts[min(turn, len(self._scripts) - 1)]
            turn += 1
            with sock:
                sock.settimeout(5)
                self._serve(sock, script)

    def _serve(self, sock: socket.socket, script: Script) -> None:
        try:
            head = b""
            while b"\r\n\r\n" not in head and (data := sock.recv(4096)):
                head += data
            self.asked.append(head)
            script(sock, head)
        except OSError:  # they hung up, which is their right
            return

    def close(self) -> None:
        self.going.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


@contextmanager
def camera(*scripts: Script) -> Iterator[tuple[Camera, str]]:
    """On a TCP port of this machine; with ``host:port``."""
    with socket.create_server(("127.0.0.1", 0)) as sock, _served(sock, scripts) as serving:
        yield serving, f"127.0.0.1:{sock.getsockname()[1]}"


@contextmanager
def unix_camera(path: Path, *scripts: Script) -> Iterator[Camera]:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))
        sock.listen()
        with _served(sock, scripts) as serving:
            yield serving


@contextmanager
def _served(sock: socket.socket, scripts: Sequence[Script]) -> Iterator[Camera]:
    sock.settimeout(0.05)
    serving = Camera(sock, scripts)
    try:
        yield serving
    finally:
        serving.close()
