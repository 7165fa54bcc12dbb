"""Key files, and who is believed."""

import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent.config import settings
from agent.sync.signing import BadKey, read_key, read_keys
from tests.sync.fakes import OTHER, PRIVATE, public_pem


def key(file: Path, kid: str = "city-1") -> settings.Key:
    return settings.Key(
        id=kid,
        role="command",
        file=file,
        not_before=datetime(2026, 1, 1, tzinfo=UTC),
        not_after=datetime(2027, 1, 1, tzinfo=UTC),
    )


def _spki(public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> bytes:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_a_key_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "city.pub"
    file.write_bytes(public_pem())
    read = read_key(key(file))
    assert (read.id, read.role, read.alg) == ("city-1", "command", "Ed25519")
    assert read.not_before_ns == 1_767_225_600 * 10**9
    assert read.not_after_ns == 1_798_761_600 * 10**9
    assert read.verify(b"data", PRIVATE.sign(b"data"))
    assert not read.verify(b"data", OTHER.sign(b"data"))
    assert not read.verify(b"date", PRIVATE.sign(b"data"))
    assert not read.verify(b"data", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        _spki(ec.generate_private_key(ec.SECP256R1()).public_key()),
        _spki(rsa.generate_private_key(65537, 2048).public_key()),
    ],
    ids=["empty", "text", "broken", "ec", "rsa"],
)
def test_a_file_that_holds_no_such_key(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "city.pub"
    file.write_bytes(content)
    with pytest.raises(BadKey):
        read_key(key(file))


def test_a_key_that_cannot_be_read_hides_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = tmp_path / "good.pub", tmp_path / "bad.pub"
    good.write_bytes(public_pem())
    bad.write_bytes(b"?")
    with caplog.at_level(logging.ERROR):
        ring = read_keys(
            [key(tmp_path / "absent", "a"), key(bad, "b"), key(good, "c"), key(good, "d")]
        )
    assert len(ring) == 2
    assert ring.find("c", "command") is not None
    assert ring.find("c", "list") is None
    assert ring.find("a", "command") is None
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


def test_what_costs_memory_is_not_loaded_before_it_is_needed() -> None:
    """A box without a platform must stay small."""
    code = (
        "import sys, agent.sync.sync\n"
        "print(*(name for name in ('aiomqtt', 'paho', 'cryptography') if name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
