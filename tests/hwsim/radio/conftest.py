"""A town with a radio, and bleak as it is, looking for it by the environment alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from bleak.backends.bluezdbus import manager

from cli.world import World

Play = Callable[[str], World]
BUS = """
[world]
seed = 3
[[bus]]
id = "radio"
kind = "ble"
"""


@pytest.fixture
async def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Play]:
    """Start the scenario after the bus's table; bleak then sees its adapter."""
    worlds = list[World]()

    def start(rest: str) -> World:
        scenario = tmp_path / "scenario.toml"
        scenario.write_text(BUS + rest, encoding="utf-8")
        world = World(scenario, tmp_path / "run", quiet=False)
        worlds.append(world)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={world.buses['radio']}")
        return world

    yield start
    try:
        await forget_bus()
    finally:
        for world in worlds:
            world.close()


async def forget_bus() -> None:
    """bleak keeps one connection for each loop; this loop ends with its test."""
    own = manager._global_instances.pop(asyncio.get_running_loop(), None)
    if own is not None and own._bus is not None and own._bus.connected:
        own._bus.disconnect()
        await own._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # of dbus-fast
