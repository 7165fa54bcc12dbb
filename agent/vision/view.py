"""The live view: small annotated pictures for whoever watches, and no work when nobody does.

PUB/SUB, since a picture that is lost is no loss.  The socket lies in the private directory of the
eyes; ``linli vision --show`` watches there (agent.vision.show).
"""

import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import zmq

from agent.links.base import LinkDown
from agent.links.bridge import LONGEST_PATH, private_directory
from agent.vision.draw import draw, small
from agent.vision.pictures import Picture
from agent.vision.senses import Found

END: Final = b"\0"  # after a camera's name in a topic, since topics match by how they begin
WIDTH: Final = 640  # pixels
MOST_FPS: Final = 5.0
WAITING: Final = 2  # pictures for a watcher who is slow
MOST_TOPICS: Final = 64


def view_of(eyes: Path) -> Path:
    """Beside the socket of the post."""
    return eyes.with_name("view.sock")


def topic(camera: str) -> bytes:
    return camera.encode() + END


class View:
    """Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """LinkDown if nobody can watch there."""
        private_directory(path.parent)
        if len(bytes(path)) > LONGEST_PATH:
            raise LinkDown(f"{path}: 路径过长 too long a name for a unix socket")
        self._context = zmq.Context(io_threads=1)
        self._socket = self._context.socket(zmq.XPUB)
        self._socket.SNDHWM = WAITING
        self._topics: set[bytes] = set()
        self._due: dict[str, float] = {}
        try:
            self._socket.bind(f"ipc://{path}")
        except zmq.ZMQError as why:
            self._context.destroy(linger=0)
            raise LinkDown(f"{path}: {why}") from why

    def wanted(self, camera: str) -> bool:
        """Whether anybody watches it now."""
        self._hear()
        name = topic(camera)
        return any(name.startswith(asked) for asked in self._topics)

    def picture(self, camera: str, picture: Picture, found: Found) -> None:
        """Never waits.  More than five a second are not drawn."""
        now = time.monotonic()
        if now < self._due.get(camera, 0.0):
            return
        self._due[camera] = now + 1 / MOST_FPS
        jpeg = small(draw(picture, found.plates, found.codes), WIDTH)
        with suppress(zmq.Again):
            self._socket.send_multipart([topic(camera), jpeg], zmq.NOBLOCK)

    def close(self) -> None:
        self._context.destroy(linger=0)

    def _hear(self) -> None:
        """Of all who watch the first that asks, and the last that leaves: zmq_socket(3), XPUB."""
        for _ in range(MOST_TOPICS):
            try:
                word = self._socket.recv(zmq.NOBLOCK)
            except zmq.Again:
                return
            if word[:1] == b"\1" and len(self._topics) < MOST_TOPICS:
                self._topics.add(word[1:])
            elif word[:1] == b"\0":
                self._topics.discard(word[1:])
