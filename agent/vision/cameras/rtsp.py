"""Asking an RTSP camera whether it would serve us, before FFmpeg does (RFC 2326).

FFmpeg says only that it could not open a camera.  An installer needs to know whether it is away,
or wants another password, or another path; DESCRIBE tells, in one small exchange on TCP.
"""

import socket
import time
from typing import Final

from agent.vision.cameras.address import Login, Web
from agent.vision.cameras.authorization import Answerer
from agent.vision.cameras.base import CameraGone, CameraRefused
from agent.vision.cameras.wire import MOST_HEAD, connect

Head = tuple[int, tuple[tuple[str, str], ...]]
"""A status, and headers with their names in lower case."""

_UNWELCOME: Final = frozenset({401, 403, 407})
_WRONG: Final = frozenset({400, 404, 405, 406, 410, 415, 451, 454, 461, *range(300, 310)})
"""The path, or the kind of what is there, is not one that we could play."""


def must_serve(address: Web, login: Login | None, patience_s: float) -> None:
    """CameraGone, CameraRefused; else it said yes."""
    until = time.monotonic() + 2 * patience_s
    answerer = None if login is None else Answerer(login)
    with connect(address, patience_s) as sock:
        status, headers = _describe(sock, address, answerer, (1, until))
        if status == 401 and answerer is not None and answerer.challenged(_asks(headers)):
            status, _ = _describe(sock, address, answerer, (2, until))
    if status in _UNWELCOME:
        raise CameraRefused(f"{address}: RTSP {status}, 用户名或密码不对 wrong user or password")
    if status in _WRONG:
        raise CameraRefused(f"{address}: RTSP {status}, 地址不对 not the address of a stream")
    if status != 200:
        raise CameraGone(f"{address}: RTSP {status}")


def head_of(data: bytes) -> Head | None:
    """Of an answer; None while it is not complete.  ValueError if it is none."""
    head, end, _ = data.partition(b"\r\n\r\n")
    if not end:
        if len(data) > MOST_HEAD:
            raise ValueError("its head has no end")
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("RTSP/") or not rest[:3].isdigit():
        raise ValueError("it does not speak RTSP")
    pairs = (line.partition(":") for line in lines)
    return int(rest[:3]), tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)


def _describe(
    sock: socket.socket, address: Web, answerer: Answerer | None, turn: tuple[int, float]
) -> Head:
    number, until = turn
    said = answerer and answerer.header("DESCRIBE", address.url)
    lines = [f"DESCRIBE {address.url} RTSP/1.0", f"CSeq: {number}", "User-Agent: linli"]
    lines += ["Accept: application/sdp", *([f"Authorization: {said}"] if said else [])]
    try:
        sock.sendall("\r\n".join([*lines, "", ""]).encode())
        return _answer(sock, until)
    except (OSError, ValueError) as why:
        raise CameraGone(f"{address}: {why}") from why


def _answer(sock: socket.socket, until: float) -> Head:
    """A body after it is left alone: a refusal's has none, and after a yes we hang up."""
    data = bytearray()
    while (head := head_of(bytes(data))) is None:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("无应答 no answer in time")
        sock.settimeout(left)
        piece = sock.recv(4096)
        if not piece:
            raise ConnectionError("挂断 it hung up")
        data += piece
    return head


def _asks(headers: tuple[tuple[str, str], ...]) -> list[str]:
    return [value for name, value in headers if name == "www-authenticate"]
