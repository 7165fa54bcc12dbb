"""The one place that knows signatures: whom the box believes, and whether somebody signed this.

Another algorithm is one more entry of ``_VERIFY`` and one more reader of its public key; SM2 with
SM3 (GB/T 32918) will stand there.  ``cryptography`` is imported when the first signature comes: a
box that nobody asks for anything never pays its eight megabytes.
"""

import base64
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.config import settings
from agent.model.time import Stamp

log = logging.getLogger(__name__)

ED25519 = "Ed25519"  # RFC 8032; the name of the algorithm in ``alg``
_ED25519 = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of such a key in DER (RFC 8410, section 4)."""
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----")
_MOST_PEM = 16 * 1024  # bytes of a key file; the largest public key has under one thousand
_SECOND = 1_000_000_000

Verify = Callable[[bytes, bytes], bool]
"""Whether this signature belongs to this data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """``verify`` is of the one algorithm ``alg``.  Both ends of its life belong to it."""

    id: str
    role: str
    alg: str
    verify: Verify
    not_before_ns: int | None = None
    not_after_ns: int | None = None

    def lives(self, at: Stamp, floor_ns: int) -> bool:
        """Whether it is within its validity.

        A box that does not know the time knows one thing: it is not earlier than ``floor_ns``.  So
        what had expired by then has expired, and the rest is believed.
        """
        utc_ns = at.utc_ns
        if self.not_after_ns is not None and max(utc_ns or 0, floor_ns) > self.not_after_ns:
            return False
        return utc_ns is None or self.not_before_ns is None or utc_ns >= self.not_before_ns


class KeyRing:
    """Public keys by id; each is good for its role only."""

    def __init__(self, keys: Iterable[PublicKey] = ()) -> None:
        self._keys = {key.id: key for key in keys}

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, kid: str, role: str) -> PublicKey | None:
        key = self._keys.get(kid)
        return key if key is not None and key.role == role else None


class BadKey(Exception):
    """This file holds no public key that the box can use.  A person must lay down another."""


def read_keys(keys: Iterable[settings.Key]) -> KeyRing:
    """Those that can be read; of the others the log speaks, and nobody signs with them.

    Blocks on the disk: not for the loop's thread.
    """
    read = []
    for key in keys:
        try:
            read.append(read_key(key))
        except (OSError, BadKey) as why:
            log.error("the key %s cannot be used: %s", key.id, why)  # noqa: TRY400  # no bug of ours
    return KeyRing(read)


def read_key(key: settings.Key) -> PublicKey:
    """OSError, BadKey."""
    with key.file.open("rb") as file:
        pem = file.read(_MOST_PEM)
    return PublicKey(
        id=key.id,
        role=key.role,
        alg=ED25519,
        verify=_ed25519(pem, key.file),
        not_before_ns=_ns(key.not_before),
        not_after_ns=_ns(key.not_after),
    )


def _ed25519(pem: bytes, file: Path) -> Verify:
    """The key is looked at now, and made into one when the first signature comes."""
    raw = _raw(pem, file)
    made: list[Any] = []

    def verify(data: bytes, signature: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # memory: see above

        if not made:
            made.append(_public(raw))
        try:
            made[0].verify(signature, data)
        except InvalidSignature:
            return False
        return True

    return verify


def _public(raw: bytes) -> Any:  # noqa: ANN401  # a class of the library, which is not imported yet
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415  # same
        Ed25519PublicKey,
    )

    return Ed25519PublicKey.from_public_bytes(raw)


def _raw(pem: bytes, file: Path) -> bytes:
    """The 32 bytes of an Ed25519 key in PEM.  BadKey."""
    found = _PEM.search(pem)
    if found is None:
        raise BadKey(f"{file} holds no public key in PEM")
    try:
        der = base64.b64decode(b"".join(found[1].split()), validate=True)
    except ValueError as why:
        raise BadKey(f"{file} holds no public key in PEM") from why
    if not der.startswith(_ED25519) or len(der) != len(_ED25519) + 32:
        raise BadKey(f"{file} is no {ED25519} key")
    return der.removeprefix(_ED25519)


def _ns(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1_000_000) * 1000
