"""The lock's arithmetic: keys, proofs and seals of the open lock profile, version 2.

Written from docs/open-lock-profile.md.  Little-endian throughout.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NAME = b"linli open lock 2"


def _derive(ikm: bytes, salt: bytes | None, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, NAME + info).derive(ikm)


def ticket(key: bytes, kid: bytes, lock_id: bytes, said: bytes) -> bytes:
    """What HELLO must end with, if ``said`` is GREET and all of HELLO before it."""
    mac_key = _derive(key, None, b" ticket" + lock_id + kid, 32)
    return hmac.new(mac_key, said, hashlib.sha256).digest()[:8]


def rotated(key: bytes, seed: bytes, kid: bytes, lock_id: bytes) -> bytes:
    return _derive(key, seed, b" rotate" + lock_id + kid, 32)


def public(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def agree(secret: bytes, theirs: bytes) -> bytes | None:
    """None for a public key that gives zero with every secret."""
    try:
        own = X25519PrivateKey.from_private_bytes(secret)
        shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError:
        return None
    return shared if any(shared) else None


class Seals:
    """The keys of one session.  ``ikm``: K and the X25519 secret; ``said``: the whole handshake."""

    def __init__(self, ikm: bytes, lock_id: bytes, said: bytes) -> None:
        salt = hashlib.sha256(NAME + lock_id + said).digest()
        okm = _derive(ikm, salt, b" session", 112)
        self.proof = hmac.new(okm[:32], salt, hashlib.sha256).digest()[:16]
        self._hears, self._says = ChaCha20Poly1305(okm[32:64]), ChaCha20Poly1305(okm[64:96])
        self._iv_hears, self._iv_says = okm[96:104], okm[104:112]
        self._heard = self._said = 0

    def open(self, message: bytes) -> bytes | None:
        """The plaintext, if this is the very next DATA of the box."""
        counter = (self._heard + 1).to_bytes(4, "little")
        if message[1:5] != counter or len(message) < 22 or message[5] != len(message) - 22:
            return None
        try:
            plain = self._hears.decrypt(self._iv_hears + counter, message[6:], message[:6])
        except InvalidTag:
            return None
        self._heard += 1
        return plain

    def seal(self, plain: bytes) -> bytes:
        self._said += 1
        counter = self._said.to_bytes(4, "little")
        head = b"\x10" + counter + bytes((len(plain),))
        return head + self._says.encrypt(self._iv_says + counter, plain, head)
