"""One device on an open wire: what is said to it, heard from it and done with it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from agent.config.settings import Device
from agent.drivers.base import Model
from agent.model.messages import Command
from agent.model.time import Stamp
from agent.supervisor.driver import LEAST_PERIOD
from agent.supervisor.hands import Hands
from agent.supervisor.orders import obey
from agent.supervisor.presence import WIRE_UP
from agent.supervisor.seats import Place
from agent.supervisor.talker import Talker
from agent.supervisor.world import World, loop_time


class DeviceKeeper:
    """Lives as long as the box; ``on`` binds it to each wire in turn."""

    def __init__(self, device: Device, model: Model, world: World, bound: float) -> None:
        self.id = device.id
        self.talker = Talker(device, model, world, bound)
        self.hands = Hands(self.talker)
        self._world = world
        self._hurry = asyncio.Event()  # somebody may want it polled sooner

    @contextmanager
    def on(self, place: Place) -> Iterator[None]:
        """While the wire is up."""
        self.talker.attach(place)
        self.hands.wire_up()
        try:
            yield
        finally:
            self.talker.detach()
            self.hands.wire_down()

    def start(self, tasks: asyncio.TaskGroup, phase: float) -> None:
        """After ``rest_first``: poll, beginning in ``phase`` seconds, and mind the outputs."""
        for outlet in self.hands.outlets:
            tasks.create_task(self.hands.keep(outlet))
        tasks.create_task(self.polling(phase))
        if self._tells_nothing():
            self.talker.presence.here(WIRE_UP)

    async def act(self, command: Command) -> None:
        await obey(self.hands, command, self._world.emit, self._world.now)
        if self.talker.driver.verbs().hurries:
            self._hurry.set()

    def tend(self, since: Stamp) -> None:
        """Now and then, on a wire that is up ``since``."""
        self.talker.watch_silence(since)
        self.talker.presence.settle()

    async def polling(self, phase: float) -> None:
        """As long as the driver polls, beginning in ``phase`` seconds.  LinkDown."""
        await asyncio.sleep(phase)
        due = loop_time()
        while self._may_be_polled():
            await self.talker.poll(due + self._period())
            due = await self._rest(max(due + self._period(), loop_time()))

    async def _rest(self, due: float) -> float:
        """Until ``due``, or until a command may want it sooner; when the next poll was due."""
        if self.talker.driver.verbs().hurries is None:
            await asyncio.sleep(due - loop_time())
            return due
        self._hurry.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), due - loop_time())
            return loop_time()
        return due

    def _may_be_polled(self) -> bool:
        driver = self.talker.driver
        return driver.verbs().polls is not None or driver.broken

    def _period(self) -> float:
        """Seconds from the poll just done to the next one."""
        driver = self.talker.driver
        if driver.broken:
            return max(driver.wait, LEAST_PERIOD)
        verbs = driver.verbs()
        wanted = verbs.hurries.pace(self._world.now()) if verbs.hurries else None
        every = wanted or self.talker.device.every or verbs.every
        return self.talker.breaker.period(every)

    def _tells_nothing(self) -> bool:
        """It neither answers questions nor talks all the time nor switches anything."""
        verbs = self.talker.driver.verbs()
        silent = verbs.polls is None and verbs.silence is None
        return silent and not self.hands.outlets and not self.talker.driver.broken
