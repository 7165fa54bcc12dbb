"""A town with a radio in it, and the adapter that the agent would open there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from agent.config.settings import Bus
from agent.links.ble.base import Adapter, Advert, Peer
from agent.links.ble.open import open_adapter
from cli.world import World

LAMP, BEACON = "A4:C1:38:8D:18:B2", "A4:C1:38:8D:18:B4"
PATIENCE_S = 20.0
TOWN = """
[world]
seed = 3
[[bus]]
id = "radio"
kind = "ble"
"""


def device(sim: str, address: str, options: str = "") -> str:
    name = f'id = "{sim}"\nsim = "{sim}"\nbus = "radio"\naddress = "{address}"\n'
    return f"[[device]]\n{name}options = {{ {options} }}\n"


class Town:
    """Adapters that are opened in it are closed with it."""

    def __init__(self, world: World) -> None:
        self.world, self._adapters = world, list[Adapter]()
        self._peers = list[Peer]()
        self.sighted: list[Advert] = []
        self.bus = Bus(id="radio", port="hci0", kind="ble", baud=9600, dbus=world.buses["radio"])

    async def open(self, *addresses: str) -> Adapter:
        """Scanning for these."""
        adapter = await open_adapter(self.bus)
        self._adapters.append(adapter)
        await adapter.scan(addresses, self.sighted.append)
        return adapter

    async def connect(
        self, adapter: Adapter, address: str, lost: Callable[[], None] = lambda: None
    ) -> Peer:
        """It is left with the town."""
        self._peers.append(await adapter.connect(address, lost))
        return self._peers[-1]

    async def sees(self, address: str) -> None:
        """From now on."""
        before = self.count(address)
        await until(lambda: self.count(address) > before)

    def count(self, address: str) -> int:
        return sum(advert.address == address for advert in self.sighted)

    def said(self, name: str) -> int:
        """Advertisements of a device that BlueZ told of."""
        adverts = {"truth": "emitted", "device": name, "kind": "advert", "heard": True}
        return sum(adverts.items() <= line.items() for line in self.world.lines())

    async def aclose(self) -> None:
        for peer in self._peers:
            await peer.leave()
        for adapter in reversed(self._adapters):
            await adapter.aclose()


Build = Callable[[str], Town]


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[Build]:
    """Start a scenario; its text stands after the bus's table."""
    towns = list[Town]()

    def start(rest: str) -> Town:
        scenario = tmp_path / "scenario.toml"
        scenario.write_text(TOWN + rest, encoding="utf-8")
        towns.append(Town(World(scenario, tmp_path / "run", quiet=False)))
        return towns[-1]

    yield start
    for town in towns:
        await town.aclose()
        town.world.close()


async def until(so: Callable[[], bool]) -> None:
    """What is waited for is in another process."""
    async with asyncio.timeout(PATIENCE_S):
        while not so():  # noqa: ASYNC110  # nobody else can tell
            await asyncio.sleep(0.02)
