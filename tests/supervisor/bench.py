"""A bus keeper on toys, with everything it said."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count

from agent.config.settings import Device
from agent.drivers.base import Model
from agent.model.messages import Command, Event, Message, Value
from agent.model.time import Stamp
from agent.supervisor.bus import BusKeeper
from agent.supervisor.keeper import Keeper
from agent.supervisor.world import World
from tests.supervisor import toys


def now() -> Stamp:
    return Stamp("boot", int(asyncio.get_running_loop().time() * 1e9))


class Kept:
    """Whatever keeper, and what it says."""

    keeper: Keeper

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.world = World(emit=self.said.append, now=now, dice=random.Random(1))
        self._ids = count(1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.keeper.run())
        try:
            yield
            assert not task.done(), task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def command(self, target: str, action: str, ttl: float = 5.0, **args: Value) -> Command:
        return Command(
            id=f"c{next(self._ids)}",
            target=target,
            action=action,
            at=now(),
            ttl_ns=int(ttl * 1e9),
            args=args,
        )

    def kinds(self, device: str | None = None) -> list[str]:
        """The events in order, readings left out."""
        return [e.kind for e in self.events() if device in {None, e.device}]

    def events(self, *kinds: str) -> list[Event]:
        return [m for m in self.said if isinstance(m, Event) and (not kinds or m.kind in kinds)]

    def reasons(self, device: str) -> list[tuple[str, Value]]:
        """What was said of its presence."""
        return [
            (event.kind, event.data["reason"])
            for event in self.events("device_back", "device_away")
            if event.device == device
        ]

    def readings(self, device: str) -> list[Message]:
        return [m for m in self.said if not isinstance(m, Event | Command) and m.device == device]


class Bench(Kept):
    keeper: BusKeeper

    def __init__(self, *devices: Device, models: Mapping[str, Model] = toys.TOYS) -> None:
        super().__init__()
        self.wire = toys.World()
        self.keeper = BusKeeper(toys.BUS, devices, models, self.wire.open, self.world)
