"""A radio in memory, between the real simulator and the real keeper.

On the simulator's side it is a ``hwsim.radio.stand.Air``, on the agent's an ``Adapter``.  What it
does to what passes is in ``wrongs``; the dice are its own.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from agent.line.radio import Advert
from agent.links.base import LinkDown
from agent.links.ble.base import PeerGone, PeerRefuses, Sighted
from hwsim.radio import stand
from hwsim.radio.gatt import AttError, Characteristic

FOREIGN = "FF:FF:FF:FF:FF:01"
KEPT = 64  # advertisements that somebody has recorded


@dataclass
class Wrongs:
    """What is done to what passes.  ``lost``: part of the adverts; ``times``: how often each comes.

    ``flip``: one bit of each.  ``cut``: the end of each is missing.  ``foreign``: they come from
    another address.  ``split``, ``glue``: of notifications.  ``doubled``: each notification twice.
    """

    lost: float = 0.0
    times: int = 1
    flip: bool = False
    cut: bool = False
    foreign: bool = False
    split: bool = False
    glue: bool = False
    doubled: bool = False


@dataclass
class Aether:
    """``pull`` and ``plug``: the adapter.  ``said``: when what was said, whether heard or not."""

    catch_up: Callable[[], int]  # lets the simulated world live until now; its time in ns
    wrongs: Wrongs = field(default_factory=Wrongs)
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    said: list[tuple[float, Mapping[str, object]]] = field(default_factory=list)
    recorded: deque[Advert] = field(default_factory=lambda: deque(maxlen=KEPT))

    def __post_init__(self) -> None:
        self.peers: dict[str, stand.RadioStand] = {}
        self.links: dict[str, Link] = {}
        self.antenna: Antenna | None = None
        self.plugged = True
        self._held: dict[str, bytes] = {}

    # ── what the simulator calls ─────────────────────────────────────────────────────────────

    def advert(self, peer: stand.RadioStand, advert: stand.Advert) -> None:
        rssi = peer.options.rssi
        self._note({**advert.meaning, "signal": rssi})
        said = Advert(
            address=peer.address,
            name=peer.options.name,
            rssi=rssi,
            service_data=dict(advert.service_data),
            manufacturer=dict(advert.manufacturer),
            services=advert.services,
        )
        self.recorded.append(said)
        for _ in range(self.wrongs.times):
            if self.dice.random() >= self.wrongs.lost:
                self.cast(self._spoilt(said))

    def notice(
        self,
        peer: stand.RadioStand,
        characteristic: Characteristic,
        data: bytes,
        meaning: Mapping[str, object],
    ) -> None:
        self._note(meaning)
        link = self.links.get(peer.address)
        if link is None or characteristic not in peer.notifying:
            return
        for portion in self._portions(peer.address, data):
            for _ in range(2 if self.wrongs.doubled else 1):
                link.notified(characteristic.uuid, portion)

    def hang_up(self, peer: stand.RadioStand) -> None:
        self.drop(peer.address)

    def moved(self, peer: stand.RadioStand) -> None:
        if not peer.in_range:
            self.drop(peer.address)

    # ── what tests call ──────────────────────────────────────────────────────────────────────

    def cast(self, advert: Advert) -> None:
        if self.antenna is not None:
            self.antenna.hear(advert)

    def replay(self) -> None:
        """All that was recorded once more, the oldest first."""
        for advert in tuple(self.recorded):
            self.cast(advert)

    def drop(self, address: str) -> None:
        if address in self.links:
            self.links[address].end()

    def pull(self) -> None:
        self.plugged = False
        for address in tuple(self.links):
            self.drop(address)
        if self.antenna is not None:
            self.antenna.fall()
            self.antenna = None

    def plug(self) -> None:
        self.plugged = True

    async def open(self) -> "Antenna":
        if not self.plugged:
            raise LinkDown("hci0: no adapter")
        self.antenna = Antenna(self)
        return self.antenna

    # ── what goes wrong ──────────────────────────────────────────────────────────────────────

    def _note(self, meaning: Mapping[str, object]) -> None:
        self.said.append((asyncio.get_running_loop().time(), meaning))

    def _spoilt(self, advert: Advert) -> Advert:
        address = FOREIGN if self.wrongs.foreign else advert.address
        return replace(
            advert,
            address=address,
            service_data=self._each(advert.service_data),
            manufacturer=self._each(advert.manufacturer),
        )

    def _each(self, data: Mapping[Any, bytes]) -> dict[Any, bytes]:
        return {key: self._struck(value) for key, value in data.items()}

    def _struck(self, data: bytes) -> bytes:
        if self.wrongs.cut:
            data = data[: self.dice.randrange(len(data))]
        if self.wrongs.flip and data:
            bit = self.dice.randrange(8 * len(data))
            struck = bytearray(data)
            struck[bit // 8] ^= 1 << bit % 8
            data = bytes(struck)
        return data

    def _portions(self, address: str, data: bytes) -> list[bytes]:
        if self.wrongs.glue:
            held = self._held.get(address, b"") + data
            full = len(held) >= 3 * len(data)
            self._held[address] = b"" if full else held
            return [held] if full else []
        if self.wrongs.split and len(data) > 1:
            at = self.dice.randrange(1, len(data))
            return [data[:at], data[at:]]
        return [data]


class Antenna:
    """An ``Adapter``.  A stranger advertises all the time: it is not deaf."""

    def __init__(self, aether: Aether) -> None:
        self._aether = aether
        self._wanted: frozenset[str] = frozenset()
        self._sighted: Sighted | None = None
        self._fallen: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._began = asyncio.get_running_loop().time()

    @property
    def heard(self) -> int:
        return 1 + int(asyncio.get_running_loop().time() - self._began)

    async def scan(self, addresses: Collection[str], sighted: Sighted) -> None:
        self._wanted, self._sighted = frozenset(addresses), sighted

    async def connect(self, address: str, lost: Callable[[], None]) -> "Link":
        peer = self._aether.peers[address]
        await asyncio.sleep(peer.options.connect_s)
        if not peer.in_range:
            await asyncio.Event().wait()
        link = self._aether.links[address] = Link(self._aether, peer, lost)
        self._aether.catch_up()
        link.begin()
        return link

    async def watch(self) -> NoReturn:
        await asyncio.shield(self._fallen)
        raise LinkDown("hci0: the adapter is gone")

    async def aclose(self) -> None:
        if self._aether.antenna is self:
            self._aether.antenna = None

    def hear(self, advert: Advert) -> None:
        if self._sighted is not None and advert.address in self._wanted:
            self._sighted(advert)

    def fall(self) -> None:
        if not self._fallen.done():
            self._fallen.set_result(None)


class Link:
    """A ``Peer``: calls arrive at the simulator as the radio would bring them."""

    def __init__(self, aether: Aether, peer: stand.RadioStand, lost: Callable[[], None]) -> None:
        self._aether, self._peer, self._lost = aether, peer, lost
        self._heard: dict[str, Callable[[bytes], None]] = {}
        self.room = peer.room

    def begin(self) -> None:
        self._peer.connected = True
        if self._peer.on_link:
            self._peer.on_link(True)

    def end(self) -> None:
        if self._aether.links.get(self._peer.address) is not self:
            return
        del self._aether.links[self._peer.address]
        for characteristic in tuple(self._peer.notifying):
            self._switch(characteristic, on=False)
        self._peer.connected = False
        if self._peer.on_link:
            self._peer.on_link(False)
        self._lost()

    async def read(self, characteristic: str) -> bytes:
        found = await self._asked(characteristic)
        return found.on_read() if found.on_read else found.value

    async def write(self, characteristic: str, data: bytes, *, confirmed: bool) -> None:
        found = await self._asked(characteristic)
        try:
            if found.on_write:
                found.on_write(data, self._aether.catch_up())
        except AttError as no:
            if confirmed:
                raise PeerRefuses(str(no)) from no

    async def subscribe(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        found = await self._asked(characteristic)
        self._heard[characteristic] = heard
        self._switch(found, on=True)

    async def unsubscribe(self, characteristic: str) -> None:
        found = await self._asked(characteristic)
        self._heard.pop(characteristic, None)
        self._switch(found, on=False)

    async def leave(self) -> None:
        self.end()

    def notified(self, characteristic: str, data: bytes) -> None:
        heard = self._heard.get(characteristic)
        if heard is not None:
            heard(data)

    async def _asked(self, characteristic: str) -> Characteristic:
        if self._aether.links.get(self._peer.address) is not self:
            raise PeerGone("not connected")
        await asyncio.sleep(0.01)
        self._aether.catch_up()
        for service in self._peer.services:
            for each in service.characteristics:
                if each.uuid == characteristic:
                    return each
        raise PeerRefuses(f"no characteristic {characteristic}")

    def _switch(self, characteristic: Characteristic, *, on: bool) -> None:
        (self._peer.notifying.add if on else self._peer.notifying.discard)(characteristic)
        if characteristic.on_subscribe:
            characteristic.on_subscribe(on)
