"""Linli's open lock profile, version 2: the four messages as they lie on the air.

docs/open-lock-profile.md is the source of every number here.  Little-endian.  What is inside DATA
is sealed (``open_lock_session.py``, ``open_lock_words.py``); messages are cut into writes and
indications by ``open_lock_pieces.py``.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

VERSION: Final = 2
HELLO, CHALL, DATA, GREET = 0x01, 0x02, 0x10, 0x20
CHACHA20_POLY1305: Final = 1
"""The one suite spoken here; 2 is AES-256-CCM (docs/open-lock-profile.md, Suites)."""

GREET_SIZE, HELLO_SIZE, CHALL_SIZE = 11, 61, 70
TICKET, PROOF, TAG = 8, 16, 16
DATA_HEAD: Final = 6  # type, counter, length
LEAST_PLAIN, MOST_PLAIN = 15, 192
MOST: Final = DATA_HEAD + MOST_PLAIN + TAG

_HELLO = struct.Struct("<BBBH16s32s8s")
_CHALL = struct.Struct("<BB16sI32s16s")
_GREET = struct.Struct("<BBB8s")
_DATA = struct.Struct("<BIB")
_SIZES: Final = {HELLO: HELLO_SIZE, CHALL: CHALL_SIZE, GREET: GREET_SIZE}
_NOT_FROM: Final = {Direction.HOST: (CHALL, GREET), Direction.DEVICE: (HELLO,)}


@dataclass(frozen=True, slots=True)
class Greet:
    """Read from the lock before anything else.  ``suites``: bit n set, suite n + 1 is spoken."""

    suites: int
    nonce: bytes


@dataclass(frozen=True, slots=True)
class Hello:
    """``ephemeral``: an X25519 public key, fresh for each session."""

    suite: int
    kid: int
    nonce: bytes
    ephemeral: bytes
    ticket: bytes


@dataclass(frozen=True, slots=True)
class Chall:
    """``boot``: how often the lock was started; never less than before."""

    nonce: bytes
    boot: int
    ephemeral: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class Data:
    """``sealed``: ciphertext and tag."""

    counter: int
    sealed: bytes


Frame = Greet | Hello | Chall | Data


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    kind = buffer[0]
    if direction is not None and kind in _NOT_FROM[direction]:
        return Bad(Why.FORMAT, _SIZES[kind])
    if kind == DATA:
        return _data(buffer)
    return _marked(buffer) if kind in _SIZES else NOISE


def marked(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    """Without DATA, as which almost any bytes can be read."""
    return NOISE if buffer[0] == DATA else take(buffer, direction)


def read(message: bytes) -> Frame | None:
    """The frame that these bytes are, all of them."""
    taken = take(message, None) if message else NOISE
    return taken.frame if isinstance(taken, Got) and taken.used == len(message) else None


def _marked(buffer: bytes) -> Taken[Frame]:
    kind = buffer[0]
    size = _SIZES[kind]
    if len(buffer) > 1 and buffer[1] != VERSION:
        return Bad(Why.VERSION, size)
    if len(buffer) < size:
        return MORE
    return Got(_read(kind, buffer[:size]), size)


def _read(kind: int, head: bytes) -> Frame:
    if kind == HELLO:
        return Hello(*_HELLO.unpack(head)[2:])
    if kind == CHALL:
        return Chall(*_CHALL.unpack(head)[2:])
    return Greet(*_GREET.unpack(head)[2:])


def _data(buffer: bytes) -> Taken[Frame]:
    if len(buffer) < DATA_HEAD:
        return MORE
    _, counter, length = _DATA.unpack_from(buffer)
    if not LEAST_PLAIN <= length <= MOST_PLAIN or not counter:
        return Bad(Why.RANGE, DATA_HEAD)
    size = DATA_HEAD + length + TAG
    if len(buffer) < size:
        return MORE
    return Got(Data(counter, buffer[DATA_HEAD:size]), size)


def hello_body(kid: int, nonce: bytes, ephemeral: bytes) -> bytes:
    """HELLO without its ticket.  ``kid`` 0 to 65535, ``nonce`` 16 bytes, ``ephemeral`` 32."""
    whole = _HELLO.pack(HELLO, VERSION, CHACHA20_POLY1305, kid, nonce, ephemeral, bytes(TICKET))
    return whole[:-TICKET]


def data_head(counter: int, length: int) -> bytes:
    """What stands before the ciphertext, and is sealed with it."""
    return _DATA.pack(DATA, counter, length)


def show(frame: Frame) -> Mapping[str, object]:
    if isinstance(frame, Data):
        return {"message": "data", "counter": frame.counter, "sealed": frame.sealed.hex()}
    if isinstance(frame, Greet):
        return {"message": "greet", "suites": frame.suites, "nonce": frame.nonce.hex()}
    keys = {"nonce": frame.nonce.hex(), "ephemeral": frame.ephemeral.hex()}
    if isinstance(frame, Hello):
        named = {"suite": frame.suite, "kid": frame.kid}
        return {"message": "hello", **named, **keys, "ticket": frame.ticket.hex()}
    return {"message": "challenge", "boot": frame.boot, **keys, "proof": frame.proof.hex()}


PROTOCOL = Protocol(name="open_lock", take=take, show=show, most=MOST, inside=marked)
