"""A unix socket at a path of any length, for its owner alone.

An address holds 107 bytes of path (sun_path, unix(7)); ``/proc/self/fd/N/name`` is the same file,
and short.
"""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

NAME = "city.sock"
MODE = 0o600


class SocketTaken(Exception):
    """Another city serves this directory, or something that is no socket stands there."""


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


@contextlib.contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """A socket that listens with its mode from the first moment, and is taken away at the end.

    SocketTaken, OSError.
    """
    sock = _bound(path)
    mine = path.stat().st_ino
    try:
        yield sock
    finally:
        sock.close()
        with contextlib.suppress(OSError):
            if path.stat().st_ino == mine:  # a successor may have put up its own
                path.unlink()


def _bound(path: Path) -> socket.socket:
    _must_be_free(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    ours = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        ours.unlink(missing_ok=True)
        with _short(ours) as name:
            sock.bind(name)
        ours.chmod(MODE)
        sock.listen(16)
        sock.setblocking(False)
        ours.rename(path)
    except OSError:
        sock.close()
        ours.unlink(missing_ok=True)
        raise
    return sock


def connected(path: Path, seconds: float) -> socket.socket:
    """``seconds`` bound every wait.  OSError."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    sock.settimeout(seconds)
    try:
        with _short(path) as name:
            sock.connect(name)
    except OSError:
        sock.close()
        raise
    return sock


def _must_be_free(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_socket():
        raise SocketTaken(f"{path} is no socket; it is left as it is 不是套接字，未改动")
    try:
        connected(path, 1.0).close()
    except ConnectionRefusedError:
        return  # whoever bound it is gone
    raise SocketTaken(f"another city already serves {path} 另一个接收进程正在使用")
