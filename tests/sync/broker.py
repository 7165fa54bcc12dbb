"""A mosquitto of our own, certificates for it, and a wire to it that can die."""

import asyncio
import base64
import hashlib
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

USER, PASSWORD = "box-1", "a password with spaces"


def program() -> str:
    found = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
    if found is None:
        pytest.skip("there is no mosquitto here")
    return found


@dataclass(frozen=True)
class Broker:
    """Listeners: without TLS, with TLS and a password, with TLS and the box's certificate."""

    plain: int
    tls: int
    mutual: int
    files: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mosquitto(folder: Path, port: int | None = None) -> Iterator[Broker]:
    """On ``port`` without TLS, any other if None; gone on leaving."""
    made = Broker(port or free_port(), free_port(), free_port(), folder)
    config = folder / "mosquitto.conf"
    config.write_text(_config(made))
    with (folder / "mosquitto.log").open("ab") as log:
        running = subprocess.Popen([program(), "-c", str(config)], stderr=log, stdout=log)
    try:
        _wait_for(made.plain, running)
        yield made
    finally:
        running.terminate()
        running.wait(10)


def _wait_for(port: int, running: "subprocess.Popen[bytes]") -> None:
    """It is there when it can be connected to."""
    for _ in range(200):
        assert running.poll() is None, "mosquitto did not start"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
            return
        with suppress(subprocess.TimeoutExpired):
            running.wait(0.05)
    raise AssertionError("mosquitto does not listen")


def _config(broker: Broker) -> str:
    files = broker.files
    server = f"certfile {files}/server.pem\nkeyfile {files}/server.key\ncafile {files}/ca.pem\n"
    return (
        "per_listener_settings true\npersistence false\nuser root\n"
        f"listener {broker.plain} 127.0.0.1\nallow_anonymous true\n"
        f"listener {broker.tls} 127.0.0.1\nallow_anonymous false\n{server}"
        f"password_file {files}/passwords\n"
        f"listener {broker.mutual} 127.0.0.1\nallow_anonymous true\n{server}"
        "require_certificate true\n"
    )


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def write_files(folder: Path) -> None:
    """An authority, a server for 127.0.0.1, a box, a stranger's authority; and the passwords."""
    authority, ca = _authority("Our City")
    _, stranger = _authority("Another City")
    (folder / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    (folder / "stranger.pem").write_bytes(stranger.public_bytes(Encoding.PEM))
    for name in ("server", "box"):
        key = ec.generate_private_key(ec.SECP256R1())
        cert = _certificate(name, key, authority, ca.subject)
        (folder / f"{name}.pem").write_bytes(cert.public_bytes(Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "wrong").write_text("another\n")
    (folder / "passwords").write_text(f"{USER}:{_hashed(PASSWORD)}\n")


def _hashed(password: str) -> str:
    """As mosquitto_passwd writes it: PBKDF2 with SHA-512."""
    salt = bytes(range(12))
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return f"$7$101${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def _authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return key, _certificate(name, key, key, subject)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    is_ca = key is issuer_key
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_signer(issuer_key), critical=False)
    )
    if is_ca:
        builder = builder.add_extension(_may_sign(), critical=True)
    if name == "server":
        here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        builder = builder.add_extension(here, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _may_sign() -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
    rest = ("key_agreement", "encipher_only", "decipher_only")
    return x509.KeyUsage(**dict.fromkeys((*names, *rest), False), key_cert_sign=True, crl_sign=True)


def _signer(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    """Python 3.13 believes no certificate without this, and no authority without the former."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


# ── a wire ───────────────────────────────────────────────────────────────────────────────────────


class Wire:
    """A TCP relay to a port of this machine.  ``dead``: it swallows everything, also an end."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.dead = False
        self.port = 0

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        ways = [
            asyncio.create_task(self._pump(reader, back)),
            asyncio.create_task(self._pump(there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            back.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(4096):
            if not self.dead:
                writer.write(data)
        if self.dead:
            await asyncio.Event().wait()


@asynccontextmanager
async def wire(target: int) -> AsyncIterator[Wire]:
    made, relays = Wire(target), set[asyncio.Task[None]]()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        relays.add(task)
        try:
            with suppress(asyncio.CancelledError):
                await made.relay(reader, writer)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in relays:
            task.cancel()
        await asyncio.gather(*relays, return_exceptions=True)
        await asyncio.sleep(0)  # the transports end with the next turn
