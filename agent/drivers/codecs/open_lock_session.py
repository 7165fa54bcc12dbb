"""The box's side of a session with an open lock: bytes, random bytes and keys in, bytes out.

docs/open-lock-profile.md, Handshake and Keys, is the source.  Nothing here raises on what a peer
sends: it is believed, or it is None.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from agent.drivers.codecs import open_lock
from agent.drivers.codecs.open_lock import PROOF, TAG, TICKET, Chall, Data, Greet

KEY: Final = 32
LOCK_ID: Final = 8
LABEL: Final = b"linli open lock 2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What box and lock share: ``key`` 32 bytes, ``kid`` its number, ``lock_id`` 8 bytes."""

    key: bytes
    kid: int
    lock_id: bytes

    def ticket_key(self) -> bytes:
        return hkdf(self.key, b"", self._info(b" ticket", self.kid), KEY)

    def rotated(self, kid: int, seed: bytes) -> "Pair":
        """The pair that ``rotate_key`` makes; ``seed`` 32 random bytes, never used again."""
        key = hkdf(self.key, seed, self._info(b" rotate", kid), KEY)
        return Pair(key=key, kid=kid, lock_id=self.lock_id)

    def _info(self, purpose: bytes, kid: int) -> bytes:
        return LABEL + purpose + self.lock_id + kid.to_bytes(2, "little")


class Handshake:
    """One attempt.  ``nonce`` 16 and ``secret`` 32 bytes, random, used for this attempt only."""

    def __init__(self, pair: Pair, greet: bytes, nonce: bytes, secret: bytes) -> None:
        self._pair, self._greet, self._secret = pair, greet, secret
        body = open_lock.hello_body(pair.kid, nonce, _public(secret))
        ticket = _mac(pair.ticket_key(), greet + body)[:TICKET]
        self.hello: Final = body + ticket

    def challenged(self, message: bytes) -> "Channel | None":
        """The channel; None unless the lock has proved that it holds the key, now and here."""
        chall = open_lock.read(message)
        if not isinstance(chall, Chall):
            return None
        shared = _agreed(self._secret, chall.ephemeral)
        if shared is None:
            return None
        said = self._pair.lock_id + self._greet + self.hello + message[:-PROOF]
        transcript = hashlib.sha256(LABEL + said).digest()
        keys = hkdf(self._pair.key + shared, transcript, LABEL + b" session", 3 * KEY + 16)
        proof = _mac(keys[:KEY], transcript)[:PROOF]
        if not hmac.compare_digest(proof, chall.proof):
            return None
        return Channel(keys[KEY:], chall.boot)


class Channel:
    """What is sealed for the lock, and what it has sealed for us; one message after the other."""

    def __init__(self, keys: bytes, boot: int) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415

        self.boot: Final = boot
        self._to, self._from = ChaCha20Poly1305(keys[:KEY]), ChaCha20Poly1305(keys[KEY : 2 * KEY])
        self._iv_to, self._iv_from = keys[2 * KEY : 2 * KEY + 8], keys[2 * KEY + 8 :]
        self._sent = self._heard = 0

    def seal(self, plain: bytes) -> bytes:
        self._sent += 1
        head = open_lock.data_head(self._sent, len(plain))
        return head + self._to.encrypt(_nonce(self._iv_to, self._sent), plain, head)

    def open(self, message: bytes) -> bytes | None:
        """None unless it is the next message of this session's lock, untouched."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # megabytes without a lock

        data = open_lock.read(message)
        if not isinstance(data, Data) or data.counter != self._heard + 1:
            return None
        head = open_lock.data_head(data.counter, len(data.sealed) - TAG)
        try:
            plain = self._from.decrypt(_nonce(self._iv_from, data.counter), data.sealed, head)
        except InvalidTag:
            return None
        self._heard = data.counter
        return plain


def greeting(message: bytes) -> Greet | None:
    """GREET of a lock that speaks our version and suite."""
    greet = open_lock.read(message)
    spoken = isinstance(greet, Greet) and greet.suites & open_lock.CHACHA20_POLY1305
    return greet if isinstance(greet, Greet) and spoken else None


def hkdf(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 with SHA-256."""
    root = _mac(salt or bytes(hashlib.sha256().digest_size), secret)
    out = block = b""
    while len(out) < size:
        block = _mac(root, block + info + bytes((len(out) // hashlib.sha256().digest_size + 1,)))
        out += block
    return out[:size]


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _nonce(iv: bytes, counter: int) -> bytes:
    return iv + counter.to_bytes(4, "little")


def _public(secret: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415

    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _agreed(secret: bytes, public: bytes) -> bytes | None:
    """RFC 7748, 6.1: None for a point of small order, whose result is zero whatever the secret."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import (  # noqa: PLC0415
        X25519PrivateKey,
        X25519PublicKey,
    )

    try:
        peer = X25519PublicKey.from_public_bytes(public)
        shared = X25519PrivateKey.from_private_bytes(secret).exchange(peer)
    except ValueError:  # OpenSSL refuses the zero result itself
        return None
    return None if hmac.compare_digest(shared, bytes(KEY)) else shared
