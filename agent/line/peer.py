"""One link to a peer of the radio, as drivers and their keeper see it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from agent.line.asking import NoAnswer
from agent.line.notices import Channel, Notices
from agent.links.base import LinkDown
from agent.links.ble.base import Peer, PeerGone, PeerRefuses

ANSWER_S = 10.0
"""For one read or write.  A peer that sleeps through most connection events answers within a few
seconds; ATT itself would wait for 30 (Core 5.4 Vol 3 Part F 3.3.3)."""

Ended = Callable[["PeerLink"], None]


class PeerLink:
    """A ``Gatt``, and what its keeper needs beside.  ``users``: who is inside ``Air.linked``."""

    def __init__(self, address: str, tally: Counter[str], ended: Ended) -> None:
        self.address, self.users = address, 0
        self._tally, self._ended = tally, ended
        self._peer: Peer | None = None
        self._over: NoAnswer | LinkDown | None = None
        self._gone = asyncio.Event()
        self._limits: set[asyncio.Timeout] = set()
        self._channels: dict[str, Channel] = {}
        self._notices: set[Notices] = set()
        self._turn = asyncio.Lock()  # who subscribes and who ends it go one after the other

    def attach(self, peer: Peer) -> None:
        """It is up.  NoAnswer, LinkDown if it has ended meanwhile."""
        self._peer = peer
        self._check()

    def end(self, why: NoAnswer | LinkDown) -> None:
        """No more: all who ask or wait fail with ``why``."""
        if self._over is not None:
            return
        self._over = why
        self._gone.set()
        for limit in tuple(self._limits):
            limit.reschedule(asyncio.get_running_loop().time())
        for notices in self._notices:
            notices.wake()
        self._ended(self)

    def lost(self) -> None:
        self.end(NoAnswer(f"{self.address}: 连接断开 the link is lost"))

    async def gone(self) -> None:
        """Wait until it has ended, and raise why: NoAnswer, LinkDown."""
        await self._gone.wait()
        self._check()

    async def leave(self) -> None:
        self.lost()
        if self._peer is not None:
            await self._peer.leave()

    @property
    def room(self) -> int:
        return self._up().room

    async def read(self, characteristic: str) -> bytes:
        channel, value = self._channels.get(characteristic), None
        if channel is not None:
            channel.reading()
        try:
            async with self._asking() as peer:
                value = await peer.read(characteristic)
        finally:
            if channel is not None:
                channel.read(value)
        return value

    async def write(self, characteristic: str, data: bytes, *, confirmed: bool = True) -> None:
        async with self._asking() as peer:
            await peer.write(characteristic, data, confirmed=confirmed)

    @asynccontextmanager
    async def notices(self, characteristic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        notices = Notices(self._check)
        await self.hear(characteristic, notices.put)
        self._notices.add(notices)
        try:
            yield notices
        finally:
            self._notices.discard(notices)
            await self._unhear(characteristic, notices.put)

    async def hear(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        """Every notification from now on, at once, as long as the link lasts."""
        async with self._turn:
            channel = self._channels.get(characteristic)
            if channel is None:
                channel = Channel()
                async with self._asking() as peer:
                    await peer.subscribe(characteristic, channel.heard)
                self._channels[characteristic] = channel
            channel.listeners.append(heard)

    async def _unhear(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        async with self._turn:
            channel = self._channels[characteristic]
            channel.listeners.remove(heard)
            if channel.listeners:
                return
            del self._channels[characteristic]
            with suppress(NoAnswer, LinkDown):
                async with self._asking() as peer:
                    await peer.unsubscribe(characteristic)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[Peer]:
        peer = self._up()
        self._tally["exchanges"] += 1
        try:
            async with asyncio.timeout(ANSWER_S) as limit:
                self._limits.add(limit)
                try:
                    yield peer
                finally:
                    self._limits.discard(limit)
        except PeerRefuses as no:
            raise NoAnswer(str(no)) from no
        except PeerGone as gone:
            self._tally["timeouts"] += 1
            raise self._end_for(NoAnswer(str(gone))) from gone
        except LinkDown as down:
            raise self._end_for(down) from down
        except TimeoutError:
            # Whatever it still answers must not meet the next question: the link goes with it.
            self._tally["timeouts"] += 1
            raise self._end_for(NoAnswer(f"{self.address}: 没有应答 no answer")) from None

    def _end_for(self, why: NoAnswer | LinkDown) -> Exception:
        """End it, unless it has ended already; what to raise then."""
        self.end(why)
        return self._why()

    def _up(self) -> Peer:
        self._check()
        if self._peer is None:
            raise NoAnswer(f"{self.address}: 未连接 not connected")
        return self._peer

    def _check(self) -> None:
        if self._over is not None:
            raise self._why()

    def _why(self) -> Exception:
        """Anew for each who asks: a traceback belongs to one of them."""
        kind = LinkDown if isinstance(self._over, LinkDown) else NoAnswer
        return kind(str(self._over))
