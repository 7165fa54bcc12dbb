"""Unix sockets that live at a path: of any length, never stolen, never left half made.

An address holds 107 bytes of path (sun_path, unix(7)), and a checkout or a test's directory is
easily deeper.  The kernel resolves ``/proc/self/fd/N/name`` to the same file, and that is short.
"""

import asyncio
import contextlib
import functools
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

MODE = 0o660  # the unit's user and group; nobody else asks a box that opens doors

Identity = tuple[int, int]
"""Device and inode: whether the file at a path is still the one we put there."""

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

if sys.version_info >= (3, 13):
    # asyncio would look for the socket under the name it had at birth, which is no more
    _start = functools.partial(asyncio.start_unix_server, cleanup_socket=False)
else:
    _start = functools.partial(asyncio.start_unix_server)


class SocketTaken(Exception):
    """Another agent serves this socket, or something that is no socket stands at its path."""


@contextlib.contextmanager
def short(path: Path) -> Iterator[str]:
    """A short name of ``path``, good while the context lasts.  OSError if its folder is not there.

    The file's own name may be up to 80 bytes.
    """
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def bound(path: Path, backlog: int) -> socket.socket:
    """A non-blocking socket that listens at ``path`` with ``MODE``; a dead one is replaced.

    SocketTaken if ``path`` is in use, OSError if the socket cannot be made.
    """
    _must_be_free(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    sock.setblocking(False)
    ours = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        ours.unlink(missing_ok=True)
        with short(ours) as name:
            sock.bind(name)
        ours.chmod(MODE)
        sock.listen(backlog)
        # Renaming is atomic: nobody ever meets a socket that is not yet listening with its mode.
        ours.rename(path)
    except OSError:
        sock.close()
        ours.unlink(missing_ok=True)
        raise
    return sock


async def serve(talk: Talk, sock: socket.socket, limit: int) -> asyncio.Server:
    """On what ``bound`` gave; lines and reads of ``limit`` bytes at most."""
    return await _start(talk, sock=sock, limit=limit)


def identity(path: Path) -> Identity:
    stat = path.stat()
    return stat.st_dev, stat.st_ino


def remove(path: Path, ours: Identity) -> None:
    """Take the socket away, unless a successor has already put up its own."""
    with contextlib.suppress(OSError):
        if identity(path) == ours:
            path.unlink()


def connect(sock: socket.socket, path: Path) -> None:
    """``sock.connect`` for a path of any length; raises what that raises."""
    with short(path) as name:
        sock.connect(name)


def _must_be_free(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_socket():
        raise SocketTaken(f"{path} is no socket; it is left as it is 不是套接字，未改动")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            connect(probe, path)
        except ConnectionRefusedError:
            return  # stale: whoever bound it is gone
    raise SocketTaken(f"another agent already serves {path} 另一个网关进程正在使用")
