"""MJPEG over HTTP, newest frame first, to whoever asks for anything."""

import socket

from hwsim.sights.doors import asked
from hwsim.sights.newest import Newest

BOUNDARY = b"linli-frame"
HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: hwsim\r\nCache-Control: no-store\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=" + BOUNDARY + b"\r\n\r\n"
)


def stream(newest: Newest, client: socket.socket) -> None:
    """A stuck camera does not even send the head."""
    head, _ = asked(client)
    if not head:
        return
    before, number = HEAD, 0
    while (newer := newest.for_client(client, number)) is not None:
        number, jpeg = newer
        part = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
        client.sendall(before + b"--" + BOUNDARY + b"\r\n" + part + jpeg + b"\r\n")
        before = b""
