"""One session with an open lock, over a peer of the radio (docs/open-lock-profile.md).

The arithmetic is in ``codecs/open_lock_session.py``; here is who says what next, and how long is
waited for it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from agent.drivers.base import Refused
from agent.drivers.codecs import open_lock_words as words
from agent.drivers.codecs.open_lock_pieces import Joiner, cut
from agent.drivers.codecs.open_lock_session import Channel, Handshake, Pair, greeting
from agent.drivers.codecs.open_lock_words import Op, Reply, Status
from agent.line.asking import NoAnswer
from agent.line.radio import Gatt
from agent.model.time import Now

SERVICE: Final = "8f0b0001-6c6f-636b-9a10-53485145aa01"
GREETING: Final = SERVICE.replace("0001", "0002", 1)  # read
TO_LOCK: Final = SERVICE.replace("0001", "0003", 1)  # written, with response
FROM_LOCK: Final = SERVICE.replace("0001", "0004", 1)  # indicated

ANSWER_S: Final = 3.0  # four pieces at a connection interval of 0.1 s, and X25519 on a small chip
MOTION_S: Final = 12.0  # docs/open-lock-profile.md: a bolt is at rest, or jammed, within 10 s
VALID_MS: Final = 3000
"""How long after CHALL a command may be carried out: what is held up on its way dies soon."""

NONCE, SECRET = 16, 32
Random = Callable[[int], bytes]


class Untrusted(Refused):
    """It did not prove that it is our lock.  ``why``: a word for ``lock_untrusted``."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the lock is not believed: {why} 门锁身份不可信")
        self.why: Final = why


class Talk:
    """A session that stands.  ``meet`` makes it; it ends with the link."""

    def __init__(self, mail: "Mail", channel: Channel, met_ns: int) -> None:
        self._mail, self._channel, self._met_ns = mail, channel, met_ns

    @property
    def boot(self) -> int:
        return self._channel.boot

    async def order(
        self, op: Op, cmd_id: bytes, args: bytes, dies_ns: int, not_after: int = 0
    ) -> Reply:
        """The last reply to it.  ``dies_ns``: monotonic time after which it may open nothing.

        The lock counts from CHALL, which was sent before we had it: ``dies_ns`` holds whatever
        delays either message.
        """
        valid_ms = min(VALID_MS, (dies_ns - self._met_ns) // 1_000_000)
        if valid_ms < 1:
            raise Refused("too late 指令已过期")
        await self._mail.send(
            self._channel.seal(words.command(op, cmd_id, valid_ms, not_after, args))
        )
        reply = await self._reply(op, cmd_id, ANSWER_S)
        if reply.status is Status.MOVING:
            reply = await self._reply(op, cmd_id, MOTION_S)
        return reply

    async def _reply(self, op: Op, cmd_id: bytes, patience: float) -> Reply:
        plain = self._channel.open(await self._mail.receive(patience))
        if plain is None:
            raise Untrusted("seal")
        reply = words.reply(plain)
        if reply is None or (reply.op, reply.cmd_id) != (op, cmd_id):
            raise Refused("the lock answered something else 门锁答非所问")
        return reply


async def meet(peer: Gatt, mail: "Mail", pair: Pair, random: Random, now: Now) -> Talk:
    """Let the lock prove itself, and be let in.  Untrusted, Refused, NoAnswer, LinkDown."""
    greet = await peer.read(GREETING)
    if greeting(greet) is None:
        raise Refused("the lock speaks another version 门锁的协议版本不符")
    handshake = Handshake(pair, greet, random(NONCE), random(SECRET))
    await mail.send(handshake.hello)
    channel = handshake.challenged(await mail.receive(ANSWER_S))
    if channel is None:
        raise Untrusted("proof")
    return Talk(mail, channel, now().mono_ns)


class Mail:
    """Whole messages over the two characteristics."""

    def __init__(self, peer: Gatt, heard: AsyncIterator[bytes]) -> None:
        self._peer, self._heard, self._joiner = peer, heard, Joiner()

    async def send(self, message: bytes) -> None:
        for piece in cut(message, self._peer.room):
            await self._peer.write(TO_LOCK, piece)

    async def receive(self, patience: float) -> bytes:
        """The next message; NoAnswer if it is not there within ``patience`` seconds."""
        try:
            async with asyncio.timeout(patience):
                async for piece in self._heard:
                    message = self._joiner.feed(piece)
                    if message is not None:
                        return message
        except TimeoutError:
            pass
        raise NoAnswer
