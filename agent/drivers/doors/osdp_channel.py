"""The secure channel of OSDP, as the panel sees it: keys, cryptograms, MACs, encipherment.

Pure: randomness is given.  AES-128 of ``cryptography``; what is done with it is SIA
OSDP 2.2, annex D, whose example (annex E) and libosdp are what the tests compare with.

    session keys   S-ENC, S-MAC1, S-MAC2: AES(SCBK, 01, 82 or 01 or 02, six bytes of A, eight of 0)
    cryptograms    reader AES(S-ENC, A ‖ B), panel AES(S-ENC, B ‖ A); A, B: randoms of panel, reader
    MAC            CBC, all blocks with S-MAC1 but the last, which has S-MAC2; starts from the other
                   side's last MAC; four bytes of it are sent
    data           CBC with S-ENC, starts from the complement of the other side's last MAC
    padding        80, then 00 to sixteen bytes; of data always, of what is MACed if it is needed
"""

from dataclasses import dataclass
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

BLOCK = KEY = 16  # bytes
RANDOM = 8  # bytes of each side's random
MAC = 4  # bytes of a MAC that are sent
DEFAULT_KEY = bytes(range(0x30, 0x40))
"""SCBK-D, which stands in the standard and in every reader as delivered."""
PUBLISHED = frozenset({DEFAULT_KEY, bytes(KEY), b"\xff" * KEY})


def aes(key: bytes, block: bytes) -> bytes:
    encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305  # one block: a key derivation
    return encryptor.update(block) + encryptor.finalize()


def _cbc(key: bytes, start: bytes, data: bytes) -> bytes:
    encryptor = Cipher(AES(key), CBC(start)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def _uncbc(key: bytes, start: bytes, data: bytes) -> bytes:
    decryptor = Cipher(AES(key), CBC(start)).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def _inverted(mac: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in mac)


def padded(data: bytes) -> bytes:
    return data + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


def unpadded(data: bytes) -> bytes | None:
    """None where no padding is."""
    text = data.rstrip(b"\0")
    return text[:-1] if text.endswith(b"\x80") else None


@dataclass(frozen=True, slots=True)
class Keys:
    """Of one session.  ``mine`` is the panel's random, ``theirs`` the reader's."""

    enc: bytes
    mac1: bytes
    mac2: bytes

    @classmethod
    def derived(cls, scbk: bytes, mine: bytes) -> "Keys":
        enc, mac1, mac2 = (
            aes(scbk, bytes((0x01, kind)) + mine[:6] + bytes(8)) for kind in (0x82, 0x01, 0x02)
        )
        return cls(enc, mac1, mac2)

    def reader_cryptogram(self, mine: bytes, theirs: bytes) -> bytes:
        return aes(self.enc, mine + theirs)

    def panel_cryptogram(self, mine: bytes, theirs: bytes) -> bytes:
        return aes(self.enc, theirs + mine)

    def first_mac(self, panel_cryptogram: bytes) -> bytes:
        """R-MAC-I, with which the reader proves that it has the keys, too."""
        return aes(self.mac2, aes(self.mac1, panel_cryptogram))

    def mac(self, start: bytes, message: bytes) -> bytes:
        """All sixteen bytes."""
        blocks = message if len(message) % BLOCK == 0 else padded(message)
        head, last = blocks[:-BLOCK], blocks[-BLOCK:]
        chained = _cbc(self.mac1, start, head)[-BLOCK:] if head else start
        return _cbc(self.mac2, chained, last)


@dataclass(frozen=True, slots=True)
class Session:
    """``told``: the panel's last MAC, ``heard``: the reader's.  A new one after each exchange."""

    keys: Keys
    told: bytes
    heard: bytes

    def enciphered(self, data: bytes) -> bytes:
        return _cbc(self.keys.enc, _inverted(self.heard), padded(data))

    def signed(self, message: bytes) -> tuple[bytes, "Session"]:
        """The four bytes for a command, and the session that waits for its answer."""
        mac = self.keys.mac(self.heard, message)
        return mac[:MAC], Session(self.keys, mac, self.heard)

    def verified(self, message: bytes, told: bytes) -> "Session | None":
        """After an answer whose MAC is right; None after one whose is not."""
        mac = self.keys.mac(self.told, message)
        return Session(self.keys, self.told, mac) if compare_digest(mac[:MAC], told) else None

    def deciphered(self, data: bytes) -> bytes | None:
        """Of the answer to what was signed last."""
        if not data or len(data) % BLOCK:
            return None
        return unpadded(_uncbc(self.keys.enc, _inverted(self.told), data))


def opened(keys: Keys, panel_cryptogram: bytes, proof: bytes) -> Session | None:
    """The session that ``proof``, the reader's R-MAC-I, begins; None if it is a wrong one."""
    if not compare_digest(keys.first_mac(panel_cryptogram), proof):
        return None
    return Session(keys, bytes(BLOCK), proof)
