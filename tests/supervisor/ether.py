"""A radio in memory: an adapter without BlueZ, and peers that are near, far, deaf or gone."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NoReturn

from agent.links.base import LinkDown
from agent.links.ble.base import Advert, PeerGone, PeerRefuses, Sighted

VALUE = "0000aaaa-0000-1000-8000-00805f9b34fb"
NOTIFY = "0000bbbb-0000-1000-8000-00805f9b34fb"


@dataclass
class Body:
    """One peripheral."""

    address: str
    near: bool = True
    mute: bool = False  # connected, it answers nothing
    refuses: bool = False
    connect_s: float = 0.1
    values: dict[str, bytes] = field(default_factory=dict)
    written: list[tuple[float, bytes]] = field(default_factory=list)
    connects: list[float] = field(default_factory=list)
    link: "Link | None" = None

    def notify(self, data: bytes, characteristic: str = NOTIFY) -> None:
        if self.link is not None and (heard := self.link.heard.get(characteristic)):
            heard(data)

    def drop(self) -> None:
        if self.link is not None:
            self.link.end()


@dataclass
class Link:
    """A ``Peer``."""

    body: Body
    lost: Callable[[], None]
    room: int = 20
    heard: dict[str, Callable[[bytes], None]] = field(default_factory=dict)

    def end(self) -> None:
        if self.body.link is self:
            self.body.link = None
            self.lost()

    async def read(self, characteristic: str) -> bytes:
        await self._answer()
        if characteristic not in self.body.values:
            raise PeerRefuses("no such characteristic")
        return self.body.values[characteristic]

    async def write(self, characteristic: str, data: bytes, *, confirmed: bool) -> None:
        if confirmed:
            await self._answer()
        self.body.values[characteristic] = data
        self.body.written.append((_now(), data))

    async def subscribe(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        await self._answer()
        assert characteristic not in self.heard, "subscribed twice"
        self.heard[characteristic] = heard

    async def unsubscribe(self, characteristic: str) -> None:
        await self._answer()
        del self.heard[characteristic]

    async def leave(self) -> None:
        self.end()

    async def _answer(self) -> None:
        if self.body.link is not self:
            raise PeerGone("not connected")
        if self.body.mute:
            await asyncio.Event().wait()
        await asyncio.sleep(0.01)


class FakeAdapter:
    def __init__(self, ether: "Ether") -> None:
        self._ether = ether
        self._wanted: frozenset[str] = frozenset()
        self._sighted: Sighted | None = None
        self.fallen: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.heard = 0
        self.closed = False

    async def scan(self, addresses: Collection[str], sighted: Sighted) -> None:
        if self._ether.hung:
            await asyncio.Event().wait()
        self._wanted, self._sighted = frozenset(addresses), sighted
        self._ether.scans.append(_now())

    async def connect(self, address: str, lost: Callable[[], None]) -> Link:
        self._ether.at_once += 1
        assert self._ether.at_once == 1, "two connect at once"
        try:
            body = self._ether.bodies[address]
            body.connects.append(_now())
            await asyncio.sleep(body.connect_s)
            if not body.near:
                await asyncio.Event().wait()
            if body.refuses:
                raise PeerGone("it refuses")
            body.link = Link(body, lost)
            self._ether.most = max(self._ether.most, len(self._ether.linked))
            return body.link
        finally:
            self._ether.at_once -= 1

    async def watch(self) -> NoReturn:
        raise LinkDown(await asyncio.shield(self.fallen))

    async def aclose(self) -> None:
        self.closed = True

    def hear(self, advert: Advert) -> None:
        if self.closed or self._sighted is None:
            return
        self.heard += 1
        if advert.address in self._wanted:
            self._sighted(advert)


class Ether:
    """Everything on the other side of one adapter."""

    def __init__(self, *bodies: Body) -> None:
        self.bodies = {body.address: body for body in bodies}
        self.plugged = True
        self.deaf = False
        self.hung = False  # bluetoothd answers nothing
        self.opened = 0
        self.scans: list[float] = []
        self.at_once = self.most = 0
        self.adapter: FakeAdapter | None = None

    async def open(self) -> FakeAdapter:
        if not self.plugged:
            raise LinkDown("hci0: no adapter")
        self.opened += 1
        self.adapter = FakeAdapter(self)
        return self.adapter

    @property
    def linked(self) -> list[str]:
        return [body.address for body in self.bodies.values() if body.link is not None]

    def say(self, advert: Advert) -> None:
        body = self.bodies.get(advert.address)
        silent = body is not None and (not body.near or body.link is not None)
        if self.adapter is not None and not self.deaf and not silent:
            self.adapter.hear(advert)

    async def beacon(self, make: Callable[[], Advert], every: float = 1.0) -> NoReturn:
        while True:
            self.say(make())
            await asyncio.sleep(every)

    def fall(self, why: str = "bluetoothd is gone") -> None:
        """The adapter or its daemon goes, and comes back at once unless ``plugged`` says no."""
        if self.adapter is not None:
            self.adapter.fallen.set_result(why)
        for body in self.bodies.values():
            body.drop()


def _now() -> float:
    return asyncio.get_running_loop().time()
