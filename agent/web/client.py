"""Asking a running agent over its unix socket: for short-lived commands, blocking, stdlib only."""

import socket
from pathlib import Path

from agent.links import unixsocket

MOST = 8 * 2**20  # bytes of an answer: a box with a thousand devices stays far below
_CHUNK = 65536


class AskFailed(Exception):
    """No answer was had; the subclass says who must act."""


class NobodyListens(AskFailed):
    """No agent serves this socket: it is not running, or it was started with another one."""


class NotAllowed(AskFailed):
    """The agent may well run, but this user may not ask it."""


class NoReply(AskFailed):
    """Somebody listens and does not answer properly in time: the agent hangs, or it is no agent."""


def get(path: Path, target: str, *, seconds: float = 5.0) -> tuple[int, bytes]:
    """Status and body of ``GET target``.  AskFailed otherwise; ``seconds`` bound each wait."""
    question = f"GET {target} HTTP/1.1\r\nHost: linli\r\nConnection: close\r\n\r\n".encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(seconds)
        _connect(sock, path)
        try:
            sock.sendall(question)
            data = _everything(sock)
        except OSError as why:
            raise NoReply(f"{path}: {why}") from why
    return _parse(path, data)


def _connect(sock: socket.socket, path: Path) -> None:
    try:
        unixsocket.connect(sock, path)
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError) as nobody:
        raise NobodyListens(f"nobody listens on {path}") from nobody
    except PermissionError as denied:
        raise NotAllowed(f"this user may not ask {path}") from denied
    except OSError as why:
        raise NoReply(f"{path}: {why}") from why


def _everything(sock: socket.socket) -> bytes:
    data = bytearray()
    while chunk := sock.recv(_CHUNK):
        data += chunk
        if len(data) > MOST:
            raise OSError(f"more than {MOST} bytes")
    return bytes(data)


def _parse(path: Path, data: bytes) -> tuple[int, bytes]:
    head, separator, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(b":") for x in lines)}
    words = first.split(b" ", 2)
    whole = separator and headers.get(b"content-length") == str(len(body)).encode()
    if not whole or len(words) < 2 or not words[1].isdigit():
        raise NoReply(f"{path}: not a whole answer: {data[:60]!r}")
    return int(words[1]), body
