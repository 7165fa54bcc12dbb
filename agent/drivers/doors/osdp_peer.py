"""One OSDP reader on its pair: questions and answers, in clear to begin with, then sealed.

Nothing but the opening goes in clear: a reader without the key is refused.  An answer must have our
sequence number and, in the channel, the right MAC; what does not is not heard.  An answer that does
not come ends the channel, since nobody knows what the reader has heard, and the next question opens
another.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from agent.drivers.base import Refused
from agent.drivers.codecs import osdp
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.doors import osdp_channel as channel
from agent.drivers.doors.osdp_channel import Keys, Session
from agent.line.asking import Answer, Asks, Found, NoAnswer

POLL, ID, LSTAT, LED, BUZ, CHLNG, SCRYPT = 0x60, 0x61, 0x64, 0x69, 0x6A, 0x76, 0x77
ACK, NAK, PDID, LSTATR, RAW, KEYPAD, CCRYPT, RMAC_I, BUSY = (
    *(0x40, 0x41, 0x45, 0x48, 0x50, 0x53, 0x76, 0x78),
    0x79,
)
_OWN_KEY = b"\x01"  # in the blocks that open a channel; 00 is SCBK-D
_USUAL = 30  # bytes of an answer
_CCRYPT_SIZE = 8 + channel.RANDOM + channel.BLOCK  # the reader's name, its random, its cryptogram


class Busy(Exception):
    """It is there and has no time now; the same question may be asked again."""


Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader answered, deciphered."""

    code: int
    data: bytes


class Peer:
    """``key``: its SCBK.  ``random`` gives so many bytes that nobody can guess."""

    def __init__(self, address: int, key: bytes, random: Random = secrets.token_bytes) -> None:
        self._address, self._key, self._random = address, key, random
        self._seq = 0
        self._session: Session | None = None

    @property
    def is_open(self) -> bool:
        return self._session is not None

    async def open(self, line: Asks) -> bytes:
        """What the reader is (PDID).  Refused if it has not the same key; Busy; NoAnswer."""
        self._seq, self._session = 0, None
        told = await self._in_clear(line, ID, b"\0")
        if told.code != PDID:
            raise _no(told)
        mine = self._random(channel.RANDOM)
        keys = Keys.derived(self._key, mine)
        reply = await self._in_clear(line, CHLNG, mine, 0x11)
        theirs = _theirs(keys, mine, reply)
        proof = keys.panel_cryptogram(mine, theirs)
        self._session = channel.opened(keys, proof, await self._proved(line, proof))
        if self._session is None:
            raise Refused("the reader does not prove its key 读头密钥验证失败")
        return told.data

    async def _proved(self, line: Asks, proof: bytes) -> bytes:
        told = await self._in_clear(line, SCRYPT, proof, 0x13)
        if told.code != RMAC_I or len(told.data) != channel.BLOCK:
            raise Refused("the reader does not accept our key 读头不接受密钥")
        return told.data

    async def ask(self, line: Asks, code: int, data: bytes = b"") -> Told:
        """Sealed.  Refused where the reader says no (NAK); Busy; NoAnswer."""
        session = self._session
        if session is None:
            raise NoAnswer("no secure channel")
        text = session.enciphered(data) if data else b""
        block = bytes((2, 0x17 if data else 0x15))
        head = osdp.header(self._address, self._seq, block, 1 + len(text) + channel.MAC)
        body = head + bytes((code,)) + text
        mac, waiting = session.signed(body)
        told, after = await self._exchange(line, body + mac, self._sealed(waiting))
        self._session = after
        if told.code == NAK:
            raise _no(told)
        return told

    async def _in_clear(self, line: Asks, code: int, data: bytes, block: int = 0) -> Told:
        scb = bytes((3, block)) + _OWN_KEY if block else b""
        body = osdp.header(self._address, self._seq, scb, 1 + len(data)) + bytes((code,)) + data
        told, _ = await self._exchange(line, body, _plain)
        return told

    async def _exchange(self, line: Asks, body: bytes, unseal: "Unseal") -> "Unsealed":
        try:
            answer = self._answer(self._seq, unseal)
            told, after = await line.ask(osdp.closed(body), answer, expect=_USUAL)
        except NoAnswer:
            self._seq, self._session = 0, None
            raise
        if told.code == BUSY:
            raise Busy
        self._seq = self._seq % 3 + 1
        return told, after

    def _answer(self, seq: int, unseal: "Unseal") -> "Answer[Unsealed]":
        def find(heard: bytes) -> "Found[Unsealed] | None":
            for start in range(len(heard)):
                taken = osdp.take(heard[start:], Direction.DEVICE)
                if not isinstance(taken, Got) or not self._is_ours(taken.frame, seq):
                    continue
                packet = heard[start + taken.frame.mark : start + taken.used]
                unsealed = unseal(taken.frame, packet)
                if unsealed is not None:
                    return Found(unsealed, start, start + taken.used)
            return None

        return find

    def _is_ours(self, frame: osdp.Frame, seq: int) -> bool:
        return frame.addr == self._address and (frame.seq == seq or frame.code == BUSY)

    @staticmethod
    def _sealed(waiting: Session) -> "Unseal":
        def unseal(frame: osdp.Frame, packet: bytes) -> "Unsealed | None":
            if frame.security is None:
                return _plain(frame, packet) if frame.code in (NAK, BUSY) else None
            covered = packet[: len(packet) - channel.MAC - (2 if frame.crc else 1)]
            after = waiting.verified(covered, frame.security.mac)
            data = waiting.deciphered(frame.data) if frame.security.kind == 0x18 else b""
            return None if after is None or data is None else (Told(frame.code, data), after)

        return unseal


Unsealed = tuple[Told, Session | None]
"""An answer, and the channel after it: none after one that came in clear."""
Unseal = Callable[[osdp.Frame, bytes], Unsealed | None]


def _plain(frame: osdp.Frame, packet: bytes) -> Unsealed:
    del packet
    return Told(frame.code, frame.data), None


def _theirs(keys: Keys, mine: bytes, reply: Told) -> bytes:
    """The reader's random, from an answer that shows that it has the key."""
    if reply.code != CCRYPT or len(reply.data) != _CCRYPT_SIZE:
        raise Refused("the reader opens no secure channel with this key 读头不建立安全通道")
    theirs, cryptogram = reply.data[8:16], reply.data[16:]
    if not compare_digest(keys.reader_cryptogram(mine, theirs), cryptogram):
        raise Refused("the reader has another key 读头密钥不符")
    return theirs


def _no(told: Told) -> Refused:
    """NAK codes of the standard, 7.3: 1 check, 3 unknown command, 5 security, 6 not allowed…"""
    return Refused(f"the reader says no ({told.code:02x} {told.data.hex()}) 读头拒绝该命令")
