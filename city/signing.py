"""Signatures of commands: docs/protocol.md, section 6.

The one place where another algorithm would go (SM2 with SM3, say): a class beside ``Ed25519`` with
its own ``alg``, chosen where the key is loaded.
"""

import base64
import json
import os
import stat
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CONTEXT = b"linli/v1/command\n"
"""Before the body, so that a signature for one purpose is none for another."""


class BadKey(Exception):
    """The key cannot be used; a person must mend the file.  The text says which and why."""


class Signer(Protocol):
    """``kid`` names the key to the boxes, ``alg`` the algorithm."""

    kid: str
    alg: str

    def sign(self, message: bytes) -> bytes: ...


class Ed25519:
    """RFC 8032."""

    alg = "Ed25519"

    def __init__(self, kid: str, key: Ed25519PrivateKey) -> None:
        self.kid, self._key = kid, key

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def envelope(signer: Signer, body: str) -> bytes:
    """The payload of ``down/command``: ``body`` goes as the very text that is signed."""
    signature = signer.sign(CONTEXT + body.encode())
    sealed = {
        "kid": signer.kid,
        "alg": signer.alg,
        "body": body,
        "sig": base64.b64encode(signature).decode(),
    }
    return json.dumps(sealed, ensure_ascii=False, separators=(",", ":")).encode()


def load(kid: str, path: Path) -> Signer:
    """A private key, PEM (PKCS 8) without a password, that nobody else may read.  BadKey."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        data = path.read_bytes()
    except OSError as fault:
        raise BadKey(f"{path}: {fault.strerror}") from fault
    if mode & 0o077:
        raise BadKey(f"{path}: others may read it ({mode:04o}); chmod 600 其他用户可读，须改为 600")
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise BadKey(f"{path}: no private key in PEM without a password 不是 PEM 私钥") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{path}: not an Ed25519 key 不是 Ed25519 密钥")
    return Ed25519(kid, key)


def generate(directory: Path, kid: str) -> tuple[Path, Path]:
    """A new pair: ``KID.key`` for the city alone (0600), ``KID.pub`` for the boxes.

    FileExistsError if there is one: boxes may trust it already.  OSError.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ours, theirs = directory / f"{kid}.key", directory / f"{kid}.pub"
    _write_new(ours, private, 0o600)
    _write_new(theirs, public, 0o644)
    return ours, theirs


def _write_new(path: Path, data: bytes, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
