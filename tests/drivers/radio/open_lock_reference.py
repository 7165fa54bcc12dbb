"""The open lock profile a third time: straight down its page, to make docs/open-lock/vectors.json.

``python -m tests.drivers.radio.open_lock_reference`` prints the file.  Only hashlib and hmac for
what is hashed; ``cryptography`` gives X25519 and ChaCha20-Poly1305 alone.
"""

import hashlib
import hmac
import json
import sys
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

LABEL = b"linli open lock 2"
K = bytes(range(32))
LOCK_ID = bytes.fromhex("c0ffee0000000001")
KID = (1).to_bytes(2, "little")
BOOT = (7).to_bytes(4, "little")


def fixed(name: str, size: int) -> bytes:
    """What a real box or lock draws at random."""
    return hashlib.sha256(b"open lock vectors: " + name.encode()).digest()[:size]


def hkdf(ikm: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    prk = hmac.new(salt or bytes(32), ikm, hashlib.sha256).digest()
    blocks = [b""]
    for number in range(1, size // 32 + 2):
        blocks.append(hmac.new(prk, blocks[-1] + info + bytes([number]), hashlib.sha256).digest())
    return b"".join(blocks)[:size]


def public(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def pieces(message: bytes, room: int) -> list[str]:
    parts = [message[i : i + room - 1] for i in range(0, len(message), room - 1)]
    numbered = [bytes([i]) + part for i, part in enumerate(parts)]
    numbered[-1] = bytes([0x80 | numbered[-1][0]]) + numbered[-1][1:]
    return [piece.hex() for piece in numbered]


def handshake() -> dict[str, bytes]:
    e_box, e_lock = fixed("box's ephemeral", 32), fixed("lock's ephemeral", 32)
    greet = b"\x20\x02\x01" + fixed("greet", 8)
    hello = b"\x01\x02\x01" + KID + fixed("box's nonce", 16) + public(e_box)
    ticket_key = hkdf(K, b"", LABEL + b" ticket" + LOCK_ID + KID, 32)
    hello += hmac.new(ticket_key, greet + hello, hashlib.sha256).digest()[:8]
    chall = b"\x02\x02" + fixed("lock's nonce", 16) + BOOT + public(e_lock)
    shared = X25519PrivateKey.from_private_bytes(e_box).exchange(
        X25519PublicKey.from_public_bytes(public(e_lock))
    )
    transcript = hashlib.sha256(LABEL + LOCK_ID + greet + hello + chall).digest()
    keys = hkdf(K + shared, transcript, LABEL + b" session", 112)
    chall += hmac.new(keys[:32], transcript, hashlib.sha256).digest()[:16]
    return {
        "box_ephemeral_secret": e_box,
        "box_ephemeral_public": public(e_box),
        "lock_ephemeral_secret": e_lock,
        "lock_ephemeral_public": public(e_lock),
        "ticket_key": ticket_key,
        "x25519_secret": shared,
        "transcript_sha256": transcript,
        "key_proof": keys[:32],
        "key_box_to_lock": keys[32:64],
        "key_lock_to_box": keys[64:96],
        "iv_box_to_lock": keys[96:104],
        "iv_lock_to_box": keys[104:112],
        "greet": greet,
        "hello": hello,
        "challenge": chall,
    }


def sealed(key: bytes, iv: bytes, counter: int, plain: bytes) -> bytes:
    head = b"\x10" + counter.to_bytes(4, "little") + bytes([len(plain)])
    return head + ChaCha20Poly1305(key).encrypt(iv + head[1:5], plain, head)


def said(op: int, name: str, valid_ms: int, not_after: int, args: str = "") -> bytes:
    head = bytes([op]) + fixed(name, 8) + valid_ms.to_bytes(2, "little")
    return head + not_after.to_bytes(4, "little") + bytes.fromhex(args)


def replied(command: bytes, status: int, bolt: int) -> bytes:
    """Door unknown, battery 87 %, no clock set, nothing failed."""
    return bytes([0x80 | command[0]]) + command[1:9] + bytes([status, bolt, 2, 87, 0, 0, 0])


def talk(keys: dict[str, bytes]) -> list[dict[str, Any]]:
    """One session: unlock in two replies, the same again, state, lock and a new key."""
    unlock = said(1, "unlock", 3000, 1_780_000_000, "01020a00")
    state, lock = said(3, "state", 3000, 0), said(2, "lock", 3000, 0)
    rotate = said(5, "rotate", 3000, 0, "04020200" + "0520" + fixed("seed", 32).hex())
    turns = [
        ("unlock for 10 s", unlock, [(1, 2), (0, 0)]),
        ("the same cmd_id again: nothing moves", unlock, [(2, 0)]),
        ("state", state, [(0, 0)]),
        ("lock", lock, [(1, 2), (0, 1)]),
        ("rotate_key to kid 2", rotate, [(0, 1)]),
    ]
    told, heard = list[dict[str, Any]](), 0
    for sent, (note, command, answers) in enumerate(turns, 1):
        told.append(_data(keys, "box_to_lock", sent, command, note))
        for status, bolt in answers:
            heard += 1
            plain = replied(command, status, bolt)
            told.append(_data(keys, "lock_to_box", heard, plain, f"status {status}, bolt {bolt}"))
    return told


def _data(
    keys: dict[str, bytes], way: str, counter: int, plain: bytes, note: str
) -> dict[str, Any]:
    message = sealed(keys[f"key_{way}"], keys[f"iv_{way}"], counter, plain)
    return {
        "way": way,
        "note": note,
        "counter": counter,
        "plain": plain.hex(),
        "message": message.hex(),
    }


def vectors() -> dict[str, Any]:
    keys = handshake()
    info = LABEL + b" rotate" + LOCK_ID + (2).to_bytes(2, "little")
    return {
        "profile": "linli open lock 2, suite 1 (ChaCha20-Poly1305)",
        "key": K.hex(),
        "lock_id": LOCK_ID.hex(),
        "kid": 1,
        "boot": 7,
        **{name: value.hex() for name, value in keys.items()},
        "data": talk(keys),
        "rotated_key_kid_2": hkdf(K, fixed("seed", 32), info, 32).hex(),
        "pieces_mtu_23": {
            "hello": pieces(keys["hello"], 20),
            "challenge": pieces(keys["challenge"], 20),
        },
        "pieces_mtu_247": {"hello": pieces(keys["hello"], 244)},
        "refused_ephemerals": refused(),
    }


def refused() -> list[str]:
    """Points of small order (RFC 7748, 6.1; the list is that of cr.yp.to/ecdh.html, Validate)."""
    prime = 2**255 - 19
    eight = (
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    )
    small = [number.to_bytes(32, "little").hex() for number in (0, 1, prime - 1, prime, prime + 1)]
    return [*small, *eight]


def text() -> str:
    return json.dumps(vectors(), indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
