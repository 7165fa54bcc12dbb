"""Who may connect, and when: one adapter, a few links, one connecting at a time.

An adapter carries a handful of links and makes them one by one; all devices of the bus share it.
The rules:

* only what was heard lately is connected to, so that what is gone keeps nobody waiting;
* who connects has a turn, doors first; a door does not wait for a sensor that is being connected,
  it takes its place;
* drivers of one address share one link;
* a link that nobody uses is left after ``IDLE_S``, or at once if another needs its place.

Times are those of the event loop.
"""

import asyncio
import logging
import math
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agent.line.asking import NoAnswer
from agent.line.peer import PeerLink
from agent.line.turns import Turns
from agent.links.base import LinkDown
from agent.links.ble.base import Adapter, Advert, PeerGone, Sighted

log = logging.getLogger(__name__)

SIGHT_S = 15.0
"""So long an advertisement is waited for, and so long it counts: the slowest interval that a
connectable device may choose is 10.24 s (Core 5.4 Vol 6 Part B 4.4.2.2.1)."""

CONNECT_S = 15.0
"""For all attempts of one connecting; a link is up within 2 s, or the peer has walked away."""

PLACE_S = 10.0  # so long a link waits for a place among the few
IDLE_S = 3.0  # a locker opened twice is connected once; a lock's battery wants no more


@dataclass(frozen=True, slots=True)
class _Connecting:
    address: str
    priority: int
    task: asyncio.Task[None]

    def yields_to(self, address: str, priority: int) -> bool:
        return priority < self.priority and address != self.address


class Air:
    """Made anew for each opening of the adapter; ends with it."""

    def __init__(self, adapter: Adapter, links: int, sighted: Sighted) -> None:
        self._adapter, self._most, self._tell = adapter, links, sighted
        self._seen: dict[str, float] = {}
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._turns = Turns()
        self._connecting: _Connecting | None = None
        self._links: dict[str, PeerLink] = {}
        self._idle: dict[str, asyncio.TimerHandle] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Event()  # a link has ended or is used no more
        self._over: str | None = None
        self._tally: Counter[str] = Counter()

    async def listen(self, addresses: Collection[str]) -> None:
        """Begin to scan, or begin anew.  LinkDown."""
        await self._adapter.scan(addresses, self._sighted)

    @asynccontextmanager
    async def linked(
        self, address: str, priority: int, deadline: float = math.inf
    ) -> AsyncIterator[PeerLink]:
        """A link that is up; others may use it as well.  NoAnswer, LinkDown."""
        link = await self._up(address, priority, deadline)
        link.users += 1
        try:
            yield link
        finally:
            link.users -= 1
            self._rest(link)

    @property
    def links(self) -> int:
        return len(self._links)

    def is_linked(self, address: str) -> bool:
        return address in self._links

    def counts(self) -> Mapping[str, int]:
        return {**self._tally, "adverts": self._adapter.heard}

    async def aclose(self, why: str) -> None:
        """No more: all who ask or wait fail with LinkDown.  Links are left.  Never raises."""
        self._over = why
        self._turns.end(why)
        for link in tuple(self._links.values()):
            link.end(LinkDown(why))
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_result(None)
        if self._connecting is not None:
            self._connecting.task.cancel()
        await asyncio.gather(*self._leaving)

    def _sighted(self, advert: Advert) -> None:
        self._tally["sighted"] += 1
        self._seen[advert.address] = _now()
        waiter = self._waiting.pop(advert.address, None)
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
        self._tell(advert)

    async def _up(self, address: str, priority: int, deadline: float) -> PeerLink:
        while (link := self._links.get(address)) is None:
            await self._sight(address)
            if self._connecting is not None and self._connecting.yields_to(address, priority):
                self._connecting.task.cancel()
            await self._turns.take(priority, deadline)
            try:
                if address not in self._links:  # else somebody was faster
                    await self._connect(address, priority)
            finally:
                self._turns.give(_now())
        timer = self._idle.pop(address, None)
        if timer is not None:
            timer.cancel()
        return link

    async def _sight(self, address: str) -> None:
        self._check()
        if _now() - self._seen.get(address, -math.inf) <= SIGHT_S:
            return
        waiter = self._waiting.setdefault(address, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(SIGHT_S):
                await asyncio.shield(waiter)
        except TimeoutError:
            raise NoAnswer(f"{address}: 收不到它的广播 it is not heard") from None
        self._check()

    async def _connect(self, address: str, priority: int) -> None:
        """Try; afterwards it is among the links, unless a door took the turn.

        NoAnswer, LinkDown.
        """
        trying = asyncio.create_task(self._try(address))
        self._connecting = _Connecting(address, priority, trying)
        try:
            async with asyncio.timeout(CONNECT_S):
                await trying
        except asyncio.CancelledError:
            self._check()
            if not _leaving():
                return
            raise
        except (TimeoutError, PeerGone) as gone:
            self._tally["timeouts"] += 1
            self._seen.pop(address, None)  # let it be heard again first
            raise NoAnswer(f"{address}: 连接不上 no link: {gone}") from gone
        finally:
            self._connecting = None

    async def _try(self, address: str) -> None:
        """Afterwards it is among the links.  PeerGone, NoAnswer, LinkDown."""
        await self._place()
        link = PeerLink(address, self._tally, self._ended)
        self._tally["exchanges"] += 1
        peer = await self._adapter.connect(address, link.lost)
        try:
            link.attach(peer)
        except NoAnswer:
            await peer.leave()
            raise
        self._links[address] = link

    async def _place(self) -> None:
        """Wait until there is room for one more link."""
        try:
            async with asyncio.timeout(PLACE_S):
                while len(self._links) + len(self._leaving) >= self._most:
                    self._moved.clear()
                    for link in tuple(self._links.values()):
                        if not link.users:
                            link.end(NoAnswer(f"{link.address}: 让位 its place is needed"))
                            break
                    await self._moved.wait()
        except TimeoutError:
            raise NoAnswer(f"{self._most} 个连接都在用 all {self._most} links are in use") from None

    def _rest(self, link: PeerLink) -> None:
        """One user less."""
        if link.users == 0 and self._links.get(link.address) is link:
            self._moved.set()
            loop = asyncio.get_running_loop()
            self._idle[link.address] = loop.call_later(IDLE_S, link.lost)

    def _ended(self, link: PeerLink) -> None:
        """However it did; it may not have been among the links yet."""
        if self._links.get(link.address) is link:
            del self._links[link.address]
        timer = self._idle.pop(link.address, None)
        if timer is not None:
            timer.cancel()
        leaving = asyncio.create_task(link.leave())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._left)

    def _left(self, leaving: asyncio.Task[None]) -> None:
        self._leaving.discard(leaving)
        self._moved.set()

    def _check(self) -> None:
        if self._over is not None:
            raise LinkDown(self._over)


def _leaving() -> bool:
    task = asyncio.current_task()
    return task is not None and bool(task.cancelling())


def _now() -> float:
    return asyncio.get_running_loop().time()
