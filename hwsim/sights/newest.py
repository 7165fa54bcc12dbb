"""The newest frame, for any number of threads that wait for the next; older ones are gone."""

import select
import socket
import threading

PATIENCE_S = 0.25  # then whoever waits looks whether its client is still there


class Newest:
    """``mute``: of a stuck camera, that gives nothing to anybody."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number, self._jpeg = 0, b""
        self.mute = False

    def put(self, jpeg: bytes) -> None:
        with self._changed:
            self._number, self._jpeg = self._number + 1, jpeg
            self._changed.notify_all()

    def after(self, number: int) -> tuple[int, bytes] | None:
        """The newest one and its number, if that is above ``number``; None: not for a while."""
        with self._changed:
            if self._changed.wait_for(lambda: self._number > number and not self.mute, PATIENCE_S):
                return self._number, self._jpeg
            return None

    def for_client(self, client: socket.socket, number: int) -> tuple[int, bytes] | None:
        """The same, waiting as long as ``client`` is there; None: it has left."""
        while not _left(client):
            newer = self.after(number)
            if newer is not None:
                return newer
        return None


def _left(client: socket.socket) -> bool:
    readable, _, _ = select.select([client], [], [], 0)
    return bool(readable) and not client.recv(1, socket.MSG_PEEK)
