"""Two processes of one box talk over ZeroMQ: a core that listens, and workers that come to it.

ROUTER and DEALER, because PUB/SUB drops what comes in bursts.  The socket is a file in a directory
that only we may enter: whoever can reach it can open doors.  What is sent is the callers' affair;
here whole frames go in and come out, on the loop, with no thread and no task of ours in between.
"""

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path

import zmq

from agent.links.base import LinkDown

MOST_FRAMES = 8192
"""Frames that wait in either direction; twice the window of messages that workers keep to."""

AT_ONCE = 64  # frames that are taken before everybody else on the loop has a turn
LONGEST_PATH = 107  # bytes of a unix socket's name, unix(7)


def private_directory(path: Path) -> Path:
    """``path``, made if need be, entered by nobody else.  LinkDown if it is somebody else's."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = path.stat()
        if there.st_uid != os.geteuid():
            raise LinkDown(f"{path}: 属于其他用户 it belongs to another user")
        if stat.S_IMODE(there.st_mode) & 0o077:
            path.chmod(0o700)
    except OSError as why:
        raise LinkDown(f"{path}: {why.strerror}") from why
    return path


class _End:
    """A socket on the event loop.  ZeroMQ's descriptor tells only of changes: after each change
    of ours all that is there must be taken, or nobody would be told of it."""

    def __init__(self, socket: zmq.Socket[bytes], at_once: int = AT_ONCE) -> None:
        self._socket, self._at_once = socket, at_once
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(socket.FD, self._take)
        self._closed = False

    def close(self) -> None:
        """What was sent has a moment to leave.  May be called twice."""
        if not self._closed:
            self._closed = True
            self._loop.remove_reader(self._socket.FD)
            self._socket.close(linger=200)

    def _send(self, frames: list[bytes]) -> bool:
        if self._closed:
            return False
        try:
            self._socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.ZMQError:  # full, or nobody there by that name
            return False
        finally:
            self._loop.call_soon(self._take)
        return True

    def _take(self) -> None:
        for _ in range(self._at_once):
            if self._closed or not self._has_frames():
                return
            self._took(self._socket.recv_multipart(zmq.NOBLOCK))
        self._loop.call_soon(self._take)

    def _has_frames(self) -> bool:
        events = self._socket.get(zmq.EVENTS)
        return isinstance(events, int) and bool(events & zmq.POLLIN)

    def _took(self, frames: list[bytes]) -> None:
        raise NotImplementedError


class CoreEnd(_End):
    """``heard``: who said it (a name that no two workers ever share), and what.

    ``at_once``: frames that are taken in one turn of the loop; fewer where frames are large.
    """

    def __init__(
        self, path: Path, heard: Callable[[bytes, bytes], None], at_once: int = AT_ONCE
    ) -> None:
        """LinkDown if nobody can listen there."""
        if len(os.fsencode(path)) > LONGEST_PATH:
            raise LinkDown(f"{path}: 路径过长 too long a name for a unix socket")
        self._heard = heard
        self._context = zmq.Context(io_threads=1)
        socket = _socket(self._context, zmq.ROUTER)
        socket.ROUTER_MANDATORY = 1
        try:
            socket.bind(f"ipc://{path}")
        except zmq.ZMQError as why:
            self._context.destroy(linger=0)
            raise LinkDown(f"{path}: {why}") from why
        super().__init__(socket, at_once)

    def send(self, who: bytes, frame: bytes) -> bool:
        """False if ``who`` is not there or does not take it."""
        return self._send([who, frame])

    def close(self) -> None:
        super().close()
        self._context.destroy(linger=200)

    def _took(self, frames: list[bytes]) -> None:
        if len(frames) == 2:
            self._heard(frames[0], frames[1])


class WorkerEnd(_End):
    """Comes back by itself when the core does."""

    def __init__(self, path: Path, who: bytes, heard: Callable[[bytes], None]) -> None:
        self._heard = heard
        self._context = zmq.Context(io_threads=1)
        socket = _socket(self._context, zmq.DEALER)
        socket.IDENTITY = who
        socket.RECONNECT_IVL = 100  # milliseconds
        socket.connect(f"ipc://{path}")
        super().__init__(socket)

    def send(self, frame: bytes) -> bool:
        """False if it cannot be taken now."""
        return self._send([frame])

    def close(self) -> None:
        super().close()
        self._context.destroy(linger=200)

    def _took(self, frames: list[bytes]) -> None:
        if len(frames) == 1:
            self._heard(frames[0])


def _socket(context: "zmq.Context[zmq.Socket[bytes]]", kind: int) -> zmq.Socket[bytes]:
    socket = context.socket(kind)
    socket.SNDHWM = socket.RCVHWM = MOST_FRAMES
    return socket
