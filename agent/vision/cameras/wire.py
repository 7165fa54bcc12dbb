"""A connection to a camera, and one request on it.  Everything is bounded by time and size.

TLS is verified against the authorities that the system trusts: a camera that shows a certificate
of its own making is refused, since nobody could tell it from a stranger's.
"""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import h11

from agent.links import unixsocket
from agent.vision.cameras.address import Local, Web
from agent.vision.cameras.base import CameraGone, CameraRefused

MOST_HEAD: Final = 16_384  # bytes of status and headers; servers allow 8 KiB, cameras send 300
_CHUNK = 65_536


def connect(address: Web | Local, patience_s: float) -> socket.socket:
    """CameraGone, CameraRefused.  Looking up a name takes as long as the system's resolver."""
    try:
        if isinstance(address, Local):
            return _unix(address, patience_s)
        sock = socket.create_connection((address.host, address.port), timeout=patience_s)
        return _secured(sock, address.host) if address.scheme == "https" else sock
    except ssl.SSLCertVerificationError as why:
        raise CameraRefused(f"{address}: 证书不可信 its certificate: {why.verify_message}") from why
    except (OSError, UnicodeError) as why:  # the latter for names that no resolver takes
        words = why.strerror if isinstance(why, OSError) else None
        raise CameraGone(f"{address}: {words or why}") from why


class Talk:
    """HTTP/1.1 with one camera: one request, and its answer as it comes."""

    def __init__(self, sock: socket.socket, name: str) -> None:
        """``name`` of the camera, for errors."""
        self._sock, self._name = sock, name
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)

    def get(self, target: str, headers: list[tuple[str, str]], until: float) -> h11.Response:
        """The head of the answer, by ``until`` (time.monotonic).  CameraGone."""
        with self._guarded():
            return self._get(target, headers, until)

    def read(self, until: float) -> bytes | None:
        """Some of the body; b"" when it is over, None if nothing came by ``until``.  CameraGone."""
        with self._guarded():
            return self._read(until)

    def close(self) -> None:
        self._sock.close()

    def _get(self, target: str, headers: list[tuple[str, str]], until: float) -> h11.Response:
        asked = self._http.send(h11.Request(method="GET", target=target, headers=headers))
        self._sock.settimeout(max(0.001, until - time.monotonic()))
        self._sock.sendall((asked or b"") + (self._http.send(h11.EndOfMessage()) or b""))
        while not isinstance(event := self._next(until), h11.Response):
            if event is None:
                raise CameraGone(f"{self._name}: 无应答 no answer in time")
        return event

    def _read(self, until: float) -> bytes | None:
        event = self._next(until)
        if event is None:
            return None
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def _next(self, until: float) -> h11.Event | None:
        while not isinstance(event := self._http.next_event(), h11.Event):
            if event is h11.PAUSED:
                return None
            self._sock.settimeout(max(0.0, until - time.monotonic()))
            try:
                self._http.receive_data(self._sock.recv(_CHUNK))
            except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
                return None
        return event

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except h11.LocalProtocolError as why:
            raise CameraRefused(f"{self._name}: 地址有误 no address to ask for: {why}") from why
        except h11.RemoteProtocolError as why:
            raise CameraGone(f"{self._name}: 不是 HTTP it does not speak HTTP: {why}") from why
        except OSError as why:
            raise CameraGone(f"{self._name}: {why}") from why


def _unix(address: Local, patience_s: float) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    sock.settimeout(patience_s)
    try:
        unixsocket.connect(sock, address.path)
    except OSError:
        sock.close()
        raise
    return sock


def _secured(sock: socket.socket, host: str) -> socket.socket:
    """``sock`` goes with it, or is closed."""
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except OSError:
        sock.close()
        raise
