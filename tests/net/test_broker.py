"""The broker as a process: up, down, up again on the same port; TLS; and where there is none."""

import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cli.broker import RECEIVER, Broker
from cli.net import mosquitto
from cli.net.certificates import Authority
from cli.proxy import Proxy
from cli.world import NotReady
from tests.net.client import Client

needs_mosquitto = pytest.mark.skipif(
    mosquitto.program() is None, reason="there is no mosquitto here"
)
UP = "linli/v1/demo/s0/box-1/up/urgent"


@pytest.mark.parametrize("embedded", [pytest.param(False, marks=needs_mosquitto), True])
def test_down_and_up_again_on_the_same_port(tmp_path: Path, embedded: bool) -> None:
    with Broker(tmp_path, ["box-1"], embedded=embedded) as broker:
        url, version = broker.url, broker.versions[-1]
        for end in (broker.stop, broker.kill):
            with Client(url, "box-1", broker.passwords["box-1"], version=version) as box:
                end()
                assert not broker.running()
                assert box.gone.wait(10)
            with pytest.raises(ConnectionRefusedError):
                Client(url, "box-1", broker.passwords["box-1"], version=version).__enter__()
            broker.start()
            broker.start()
        with Client(url, "box-1", broker.passwords["box-1"], version=version) as box:
            box.publish(UP)
        assert broker.url == url
    assert not broker.running()


@needs_mosquitto
def test_it_says_what_it_is(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker:
        assert broker.kind.startswith("mosquitto 2.")
        assert broker.versions == ("5", "3.1.1")


def test_so_does_the_embedded_one(tmp_path: Path) -> None:
    with Broker(tmp_path, embedded=True) as broker:
        assert broker.kind.startswith("amqtt 0.")
        assert broker.versions == ("3.1.1",)


@needs_mosquitto
@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_tls_by_password_and_by_certificate(tmp_path: Path, version: str) -> None:
    with Broker(tmp_path, ["box-1"], tls=True) as broker:
        assert broker.authority is not None
        trust = {"ca_certs": str(broker.authority.ca_file)}
        cert, key = broker.authority.client("box-1")
        ours = {**trust, "certfile": str(cert), "keyfile": str(key)}
        password = broker.passwords["box-1"]
        with (
            Client(broker.url, RECEIVER, broker.passwords[RECEIVER], version=version) as city,
            Client(broker.tls_url, "box-1", password, version=version, tls=trust) as one,
        ):
            assert city.subscribe("linli/v1/demo/s0/+/up/#")
            one.publish(UP, b"by password")
            with Client(broker.certificate_url, None, None, version=version, tls=ours) as two:
                two.publish("linli/v1/demo/s0/box-2/up/urgent", b"forged")
                with Client(broker.url, "box-1", password, version=version) as three:
                    three.publish(UP, b"fence")
            assert city.got_until(UP) == []
            assert city.got() == (UP, b"fence", False)


@needs_mosquitto
def test_a_stranger_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    with Broker(tmp_path, tls=True) as broker:
        assert broker.authority is not None
        with pytest.raises(ssl.SSLCertVerificationError):
            knock(broker.tls_url, ssl.create_default_context(cafile=other.ca_file))
        ours = ssl.create_default_context(cafile=broker.authority.ca_file)
        with pytest.raises(ssl.SSLError):
            knock(broker.certificate_url, ours)  # without a certificate
        ours.load_cert_chain(*other.client("box-1"))
        with pytest.raises(ssl.SSLError):
            knock(broker.certificate_url, ours)


def knock(url: str, context: ssl.SSLContext) -> None:
    """A handshake, and a word of the server; in TLS 1.3 its refusal comes after the handshake."""
    where = urlsplit(url)
    with (
        socket.create_connection((where.hostname, where.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=where.hostname) as secret,
    ):
        secret.recv(1)


def test_tls_is_mosquittos(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        Broker(tmp_path, embedded=True, tls=True)


def test_a_broker_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mosquitto, "program", lambda: "/bin/false")
    with pytest.raises(NotReady):
        Broker(tmp_path)


def test_secrets_are_for_their_owner(tmp_path: Path) -> None:
    with Broker(tmp_path, ["box-1"], embedded=True) as broker:
        path = broker.password_file("box-1")
        assert path.read_text(encoding="utf-8") == broker.passwords["box-1"]
        for secret in (path, tmp_path / "passwords", tmp_path / "acl"):
            assert secret.stat().st_mode & 0o777 == 0o600


@needs_mosquitto
def test_through_the_proxy_tls_stays_tls_and_plain_is_seen(tmp_path: Path) -> None:
    with Broker(tmp_path, ["box-1"], tls=True) as broker:
        assert broker.authority is not None
        trust = {"ca_certs": str(broker.authority.ca_file)}
        for url, tls in ((broker.tls_url, trust), (broker.url, None)):
            password = broker.passwords["box-1"]
            with (
                Proxy(urlsplit(url).port or 0) as wire,
                Client(wire.url(), "box-1", password, version="5", tls=tls) as box,
            ):
                assert box.publish(UP, b"a word")
                wire.cut()
                assert box.gone.wait(10)
                (seen,) = wire.seen()
            assert seen.encrypted is (tls is not None)
            assert (password.encode() in seen.up.first) is (tls is None)
