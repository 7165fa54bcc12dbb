"""Cameras over HTTP, by real sockets: those that behave, and those that do not."""

import hashlib
import re
import socket
import ssl
import threading
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.vision.cameras import web
from agent.vision.cameras.base import CameraGone, CameraRefused, Source, Wanted
from agent.vision.cameras.frame import Frame
from agent.vision.cameras.open import open_source
from agent.vision.pictures import Unreadable
from tests.vision.cameras import (
    OK,
    STREAM,
    Script,
    camera,
    jpeg,
    part,
    says,
    streams,
    unix_camera,
)

QUICK = Wanted(fps=100, patience_s=1.0)


def next_frame(source: Source) -> Frame:
    for _ in range(20):
        frame = source.read()
        if frame is not None:
            return frame
    raise AssertionError("no frame in 20 reads")


def nth_frame(source: Source, number: int) -> Frame:
    """It, if it is the last that comes."""
    frame = next_frame(source)
    while frame.number < number:
        frame = next_frame(source)
    return frame


def grey(frame: Frame) -> int:
    return int(frame.thumb().mean())


def opened(host: str, wanted: Wanted = QUICK) -> Source:
    return open_source(f"http://{host}/video", wanted)


def fails(script: Script, wanted: Wanted = QUICK) -> CameraGone:
    """How opening, or else reading, ends."""
    with camera(script) as (_, host):
        try:
            with closing(opened(host, wanted)) as source:
                while True:
                    source.read()
        except CameraGone as fell:
            return fell


def test_the_newest_of_what_has_come_is_given_and_the_rest_counted() -> None:
    three = streams(jpeg(40), jpeg(80), jpeg(120))
    with camera(three) as (serving, host), closing(opened(host)) as source:
        assert grey(nth_frame(source, 3)) == 120
        with pytest.raises(CameraGone):
            next_frame(source)
    assert serving.asked[0].startswith(b"GET /video HTTP/1.1\r\nHost: " + host.encode())


def test_frames_one_after_another() -> None:
    turn = threading.Semaphore(0)

    def one_by_one(sock: socket.socket, _: bytes) -> None:
        sock.sendall(STREAM)
        for level in (30, 60, 90):
            sock.sendall(part(jpeg(level)))
            assert turn.acquire(timeout=5)

    levels = []
    with camera(one_by_one) as (_, host), closing(opened(host)) as source:
        for _ in range(3):
            levels.append(grey(next_frame(source)))
            turn.release()
    assert levels == [30, 60, 90]


def test_chunked_streams_come_through() -> None:
    data = b"".join(part(jpeg(level)) for level in (50, 70))
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(data[at : at + 97]), data[at : at + 97])
        for at in range(0, len(data), 97)
    )
    head = STREAM.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    whole = says(head + chunks + b"0\r\n\r\n")
    with camera(whole) as (_, host), closing(opened(host)) as source:
        assert grey(nth_frame(source, 2)) == 70


def test_a_unix_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    short = tmp_path / "s"
    with unix_camera(short, streams(jpeg(66))):
        (deep / "camera.sock").hardlink_to(short)  # a path longer than an address holds
        source = open_source(f"mjpeg+unix:{deep / 'camera.sock'}", QUICK)
        assert grey(next_frame(source)) == 66
        source.close()


def test_a_snapshot_is_asked_for_again_and_again() -> None:
    def snapshot(level: int) -> Script:
        data = jpeg(level)
        return says(
            OK + b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(data) + data
        )

    with camera(snapshot(20), snapshot(40), says(b"HTTP/1.1 503 Busy\r\n\r\n")) as (_, host):
        source = opened(host)
        frames = [next_frame(source) for _ in range(2)]
        with pytest.raises(CameraGone) as busy:
            next_frame(source)
        source.close()
    assert [(frame.number, grey(frame)) for frame in frames] == [(1, 20), (2, 40)]
    assert not isinstance(busy.value, CameraRefused)


def test_nobody_there_is_gone(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        host = f"127.0.0.1:{sock.getsockname()[1]}"
    for source in (f"http://{host}/", f"mjpeg+unix:{tmp_path / 'none'}"):
        with pytest.raises(CameraGone) as gone:
            open_source(source, QUICK)
        assert not isinstance(gone.value, CameraRefused)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
        OK + b"Content-Type: text/html\r\n\r\n<html>",
        OK + b"Content-Type: multipart/x-mixed-replace\r\n\r\n--x\r\n",
        OK + b"\r\n",
    ],
)
def test_what_an_installer_must_mend(head: bytes) -> None:
    assert isinstance(fails(says(head)), CameraRefused)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x00\xa5",
        OK + b"X: " + b"y" * 40_000,
        OK + b"".join(b"X-%d: y\r\n" % turn for turn in range(4000)),
        STREAM + b"no delimiter in this " * 8000,
        STREAM + b"--frame\r\nContent-Length: 999999999\r\n\r\n",
        STREAM + b"--frame\r\n" + b"Header: x\r\n" * 2000,
        STREAM + part(jpeg(50))[:400],
        OK + b"Content-Type: image/jpeg\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 9_000_000,
        STREAM.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ],
)
def test_what_passes_all_bounds_is_gone(data: bytes) -> None:
    assert not isinstance(fails(says(data)), CameraRefused)


def test_a_body_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "STILL_S", 0.3)
    monkeypatch.setattr(web, "TICK_S", 0.1)

    def drip(sock: socket.socket, _head: bytes) -> None:
        sock.sendall(STREAM + b"--frame\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(500):
            sock.sendall(b"x")
            time.sleep(0.01)

    assert "no frame" in str(fails(drip))


@pytest.mark.parametrize("begin", [b"", OK])
def test_a_head_that_drips_is_given_up(begin: bytes) -> None:
    def drip(sock: socket.socket, _head: bytes) -> None:
        sock.sendall(begin)
        for _ in range(500):
            sock.sendall(b"x")
            time.sleep(0.01)

    began = time.monotonic()
    fails(drip, Wanted(patience_s=0.2))
    assert time.monotonic() - began < 4


def test_a_truncated_picture_is_unreadable_and_the_next_one_is_not() -> None:
    whole = jpeg(90)
    for data in (whole[:60], whole[:700], b"\xff\xd8", b"GIF89a"):
        with camera(streams(data)) as (_, host), closing(opened(host)) as source:
            frame = next_frame(source)
            with pytest.raises(Unreadable):
                frame.thumb()
    with camera(streams(whole[:60], whole)) as (_, host), closing(opened(host)) as source:
        assert grey(nth_frame(source, 2)) == 90


def test_a_certificate_that_nobody_vouches_for_is_the_installers(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(tmp_path))

    def serve(sock: socket.socket) -> None:
        with sock, suppress(OSError):
            context.wrap_socket(sock, server_side=True).close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        accepting = threading.Thread(target=lambda: serve(server.accept()[0]))
        accepting.start()
        with pytest.raises(CameraRefused):
            open_source(f"https://127.0.0.1:{server.getsockname()[1]}/", QUICK)
        accepting.join(5)


def own_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(9999))
    certificate = built.sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "camera.pem"
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


class Guarded:
    """Digest as RFC 7616 says; a new nonce makes every old one stale."""

    nonce = "n0"

    def __call__(self, sock: socket.socket, head: bytes) -> None:
        if self.authorized(head.decode()):
            streams(jpeg(77))(sock, head)
            return
        fields = f'realm="a \\"gate\\"", qop="auth", nonce="{self.nonce}", algorithm=MD5'
        sock.sendall(
            f"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x, Digest {fields}\r\n\r\n".encode()
        )

    def authorized(self, head: str) -> bool:
        said: dict[str, str] = dict(
            re.findall(r'(\w+)="?((?:\\.|[^",\r])*)', head.partition("Digest ")[2])
        )
        if said.get("nonce") != self.nonce:
            return False
        who = hashlib.md5(b'guard:a "gate":sesam: "open"').hexdigest()  # noqa: S324  # RFC 7616
        what = hashlib.md5(b"GET:/video").hexdigest()  # noqa: S324
        text = f"{who}:{self.nonce}:{said['nc']}:{said['cnonce']}:auth:{what}"
        return said.get("response", "") == hashlib.md5(text.encode()).hexdigest()  # noqa: S324


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text('sesam: "open"\n', encoding="utf-8")
    return file


def test_digest_is_answered_and_the_password_never_sent(secret: Path) -> None:
    with camera(Guarded()) as (serving, host):
        source = opened(host, Wanted(username="guard", secret=secret))
        assert grey(next_frame(source)) == 77
        source.close()
    assert len(serving.asked) == 2
    assert b"sesam" not in b"".join(serving.asked)


def test_a_wrong_password_is_the_installers(secret: Path, tmp_path: Path) -> None:
    secret.write_text("wrong")
    for wanted in (
        Wanted(username="guard", secret=secret),
        Wanted(username="guard", secret=tmp_path / "none"),
        QUICK,
    ):
        with camera(Guarded()) as (_, host), pytest.raises(CameraRefused) as refused:
            opened(host, wanted)
        assert "wrong\n" not in repr(refused.value)


def test_basic_is_given_where_nothing_better_is_asked_for(secret: Path) -> None:
    asks = says(b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n')
    with camera(asks, streams(jpeg(10))) as (serving, host):
        opened(host, Wanted(username="guard", secret=secret)).close()
    assert b"Authorization: Basic Z3VhcmQ6c2VzYW06ICJvcGVuIg==" in serving.asked[1]
