"""The reader's end of OSDP's secure channel; from SIA OSDP 2.2, annex D.

Keys: AES(SCBK, 01, kind, six bytes of the panel's random, zeros), kind 82 for data, 01 and 02 for
MACs.  A MAC is CBC with the first MAC key, its last block with the second, from the last MAC of the
other side; data is CBC from the complement of it, filled with 80 00 …
"""

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

SIZE = 16


def block(key: bytes, data: bytes) -> bytes:
    cipher = Cipher(AES(key), ECB()).encryptor()  # noqa: S305  # one block
    return cipher.update(data) + cipher.finalize()


def chain(key: bytes, start: bytes, data: bytes) -> bytes:
    cipher = Cipher(AES(key), CBC(start)).encryptor()
    return cipher.update(data) + cipher.finalize()


def unchain(key: bytes, start: bytes, data: bytes) -> bytes:
    cipher = Cipher(AES(key), CBC(start)).decryptor()
    return cipher.update(data) + cipher.finalize()


def filled(data: bytes) -> bytes:
    return data + b"\x80" + b"\0" * ((SIZE - 1 - len(data)) % SIZE)


def inverse(data: bytes) -> bytes:
    return bytes(0xFF - byte for byte in data)


class Seal:
    """One session; ``mine`` is the reader's random, ``theirs`` the panel's."""

    def __init__(self, key: bytes, theirs: bytes, mine: bytes) -> None:
        self._enc, self._first, self._second = (
            block(key, bytes((1, kind)) + theirs[:6] + b"\0" * 8) for kind in (0x82, 1, 2)
        )
        self.cryptogram = block(self._enc, theirs + mine)
        self._wanted = block(self._enc, mine + theirs)
        self._command, self.reply = b"", b""  # the last MAC of each side

    def accepts(self, cryptogram: bytes) -> bool:
        """The panel's; then ``reply`` is the first MAC of the reader."""
        self.reply = block(self._second, block(self._first, cryptogram))
        return cryptogram == self._wanted

    def _mac(self, start: bytes, data: bytes) -> bytes:
        whole = filled(data) if len(data) % SIZE else data
        before = whole[:-SIZE]
        at = chain(self._first, start, before)[-SIZE:] if before else start
        return chain(self._second, at, whole[-SIZE:])

    def heard(self, message: bytes, mac: bytes) -> bool:
        told = self._mac(self.reply, message)
        if told[:4] != mac:
            return False
        self._command = told
        return True

    def read(self, data: bytes) -> bytes:
        return unchain(self._enc, inverse(self.reply), data).rstrip(b"\0")[:-1]

    def write(self, data: bytes) -> bytes:
        return chain(self._enc, inverse(self._command), filled(data))

    def sign(self, message: bytes) -> bytes:
        self.reply = self._mac(self._command, message)
        return self.reply[:4]
