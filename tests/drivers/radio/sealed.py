"""BTHome packets, sealed and open, as a beacon would send them; written from bthome.io."""

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from agent.drivers.codecs.bthome import SERVICE
from agent.line.radio import Advert
from agent.model.time import Stamp

ADDRESS, KEY = "A4:C1:38:8D:18:B2", bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")


def packet(counter: int, objects: bytes = bytes.fromhex("02ca09"), key: bytes = KEY) -> bytes:
    info, count = 0x41, counter.to_bytes(4, "little")
    nonce = bytes.fromhex(ADDRESS.replace(":", "")) + bytes.fromhex("d2fc41") + count
    secret = AESCCM(key, tag_length=4).encrypt(nonce, objects, None)
    return bytes((info,)) + secret[:-4] + count + secret[-4:]


def heard(data: bytes, rssi: int | None = -60) -> Advert:
    return Advert(address=ADDRESS, rssi=rssi, service_data={SERVICE: data})


def at(seconds: float, boot: str = "boot") -> Stamp:
    return Stamp(boot, int(seconds * 1e9))
