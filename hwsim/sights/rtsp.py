"""RTSP 1.0 (RFC 2326) as cheap cameras have it: one stream of JPEG, interleaved on the TCP link."""

import re
import socket
import struct
import time

from hwsim.sights.doors import asked
from hwsim.sights.newest import Newest
from hwsim.sights.rtpjpeg import CLOCK, packets

SESSION = "20480"
PUBLIC = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=hwsim\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
    "m=video 0 RTP/AVP 26\r\na=control:track1\r\n"
)
INTERLEAVED = re.compile(r"RTP/AVP/TCP[^,]*?interleaved=(\d{1,3})", re.IGNORECASE)


def talk(newest: Newest, client: socket.socket) -> None:
    """Until the client leaves; a stuck camera answers nothing."""
    rest, channel = b"", 0
    while newest.for_client(client, 0) is not None:
        head, rest = asked(client, rest)
        if not head:
            return
        text = head.decode("latin-1")
        found = INTERLEAVED.search(text)
        channel = int(found[1]) & 0xFF if found else channel
        method = text.partition(" ")[0]
        client.sendall(_answer(method, text, channel if found else None).encode())
        if method == "PLAY":
            _play(newest, client, channel)
        if method in ("PLAY", "TEARDOWN"):
            return


def _answer(method: str, head: str, channel: int | None) -> str:
    number = re.search(r"(?i)^cseq: *(\d{1,10})", head, re.MULTILINE)
    status, body, lines = "200 OK", "", [f"CSeq: {number[1] if number else 0}"]
    match method:
        case "OPTIONS":
            lines.append(f"Public: {PUBLIC}")
        case "DESCRIBE":
            body = SDP
            lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        case "SETUP" if channel is not None:
            way = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
            lines += [f"Transport: {way}", f"Session: {SESSION}"]
        case "SETUP":
            status = "461 Unsupported Transport"
        case "PLAY" | "GET_PARAMETER" | "TEARDOWN":
            lines.append(f"Session: {SESSION}")
        case _:
            status = "501 Not Implemented"
    return "\r\n".join([f"RTSP/1.0 {status}", *lines, "", body])


def _play(newest: Newest, client: socket.socket, channel: int) -> None:
    """What the client still says is not answered: who plays only leaves."""
    began, number, sequence = time.monotonic(), 0, 0
    while (newer := newest.for_client(client, number)) is not None:
        number, jpeg = newer
        ticks = round((time.monotonic() - began) * CLOCK) & 0xFFFFFFFF
        sent = list(packets(jpeg, sequence, ticks))
        sequence += len(sent)
        framed = (struct.pack(">cBH", b"$", channel, len(one)) + one for one in sent)
        client.sendall(b"".join(framed))
