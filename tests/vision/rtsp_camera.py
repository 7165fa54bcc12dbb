"""An RTSP camera of a test's own: JPEG in RTP (RFC 2435), interleaved on TCP (RFC 2326, 10.12)."""

import hashlib
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

REALM, NONCE = "gate", "abc123"
MOST = 1200  # bytes of JPEG in a packet


class RtspCamera:
    """Serves ``jpegs`` again and again; wants ``login`` (name, password) if it is given."""

    def __init__(
        self, sock: socket.socket, jpegs: Sequence[bytes], login: tuple[str, str] | None
    ) -> None:
        self._sock, self._jpegs, self._login = sock, jpegs, login
        self.asked: list[str] = []
        self.over = threading.Event()
        self._threads = [threading.Thread(target=self._run)]
        self._threads[0].start()

    def close(self) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def _run(self) -> None:
        while not self.over.is_set():
            try:
                sock, _ = self._sock.accept()
            except OSError:
                continue
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(0.02)
        with sock:
            try:
                self._talk(sock)
            except OSError:
                return

    def _talk(self, sock: socket.socket) -> None:
        data, playing, turn = b"", False, 0
        while not self.over.is_set():
            try:
                piece = sock.recv(4096)
                if not piece:
                    return
                data += piece
            except TimeoutError:
                if playing:
                    self._send(sock, turn)
                    turn += 1
            while b"\r\n\r\n" in data:
                head, _, data = data.partition(b"\r\n\r\n")
                playing = self._answer(sock, head.decode()) or playing

    def _answer(self, sock: socket.socket, head: str) -> bool:
        """Whether it plays from now on."""
        self.asked.append(head)
        method, uri = head.split(" ", 2)[:2]
        number = re.search(r"(?i)cseq: *(\d+)", head)
        lines = ["RTSP/1.0 200 OK", f"CSeq: {number[1] if number else 0}"]
        body = ""
        if not self._allowed(head, method, uri):
            lines[0] = "RTSP/1.0 401 Unauthorized"
            lines.append(f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}"')
        elif method == "OPTIONS":
            lines.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
        elif method == "DESCRIBE":
            body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
            body += "m=video 0 RTP/AVP 26\r\na=control:track1\r\n"
            lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        elif method == "SETUP":
            lines += ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 7"]
        else:
            lines.append("Session: 7")
        sock.sendall("\r\n".join([*lines, "", body]).encode())
        return method == "PLAY"

    def _allowed(self, head: str, method: str, uri: str) -> bool:
        """RFC 2069, as old cameras have it."""
        if self._login is None or method == "OPTIONS":
            return True
        name, password = self._login
        who = _md5(f"{name}:{REALM}:{password}")
        what = _md5(f"{method}:{uri}")
        return _md5(f"{who}:{NONCE}:{what}") in head

    def _send(self, sock: socket.socket, turn: int) -> None:
        for number, packet in enumerate(_packets(self._jpegs[turn % len(self._jpegs)], turn)):
            sock.sendall(b"$\0" + struct.pack(">H", len(packet)) + packet)
            assert number < 1000
        time.sleep(0.01)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324  # RFC 2069


def _packets(jpeg: bytes, turn: int) -> Iterator[bytes]:
    segments, scan = _taken_apart(jpeg)
    tables = b"".join(table for kind, body in segments if kind == 0xDB for table in _tables(body))
    high, wide = next(struct.unpack(">HH", body[1:5]) for kind, body in segments if kind == 0xC0)
    for at in range(0, len(scan), MOST):
        last = at + MOST >= len(scan)
        sequence = (turn * 100 + at // MOST) & 0xFFFF
        rtp = struct.pack(">BBHII", 0x80, 26 | last << 7, sequence, turn * 3600, 1)
        # type 1: 4:2:0, Q 255: tables stand in the first packet
        main = bytes(1) + at.to_bytes(3) + bytes((1, 255, wide // 8, high // 8))
        quant = struct.pack(">BBH", 0, 0, len(tables)) + tables if at == 0 else b""
        yield rtp + main + quant + scan[at : at + MOST]


def _taken_apart(jpeg: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    at, segments = 2, []
    while jpeg[at + 1] != 0xDA:
        length = int.from_bytes(jpeg[at + 2 : at + 4])
        segments.append((jpeg[at + 1], jpeg[at + 4 : at + 2 + length]))
        at += 2 + length
    return segments, jpeg[at + 2 + int.from_bytes(jpeg[at + 2 : at + 4]) : -2]


def _tables(body: bytes) -> Iterator[bytes]:
    while body:
        yield body[1:65]
        body = body[65:]


@contextmanager
def rtsp_camera(
    *jpegs: bytes, login: tuple[str, str] | None = None
) -> Iterator[tuple[RtspCamera, str]]:
    """With ``rtsp://host:port/path``."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        sock.settimeout(0.05)
        serving = RtspCamera(sock, jpegs, login)
        try:
            yield serving, f"rtsp://127.0.0.1:{sock.getsockname()[1]}/live/main"
        finally:
            serving.close()
