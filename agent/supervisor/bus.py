"""Keeps one wire and the devices on it alive: open, rest, talk, fall, wait, again.

Nothing else in the box opens wires, waits between tries, or says that something is away; drivers
and lines just fail.  In order, after every opening:

1. every declared output is driven to its rest state, doors first;
2. listeners have been heard since the first byte, but no command passes before 1 is done;
3. polls begin, spread over their period.

When the wire falls all its devices are away for one reason, said once, and it is tried again:
quickly at first, since an adapter that was pulled and put back is there within a second.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from typing import NoReturn

from agent.config import settings
from agent.drivers.base import Model
from agent.line.line import Line
from agent.links.base import Link, LinkDown
from agent.model.messages import Command
from agent.supervisor.backoff import Backoff
from agent.supervisor.device import DeviceKeeper
from agent.supervisor.groups import leaves, obey_cancel
from agent.supervisor.presence import WIRE_DOWN
from agent.supervisor.seats import OnLine, manners_of, urgency_of, verb_bound
from agent.supervisor.state import BusState
from agent.supervisor.tape import Tape
from agent.supervisor.world import OpenLink, World, loop_time

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT, HEALTHY = 0.1, 5.0, 10.0
"""Seconds.  Trying to open a path that is not there costs next to nothing."""

OPEN_S = 15.0  # an opening that takes longer has hung
TEND_S = 2.0  # how often silence and held-back events are looked at
SPREAD_S = 2.0  # the first polls of a wire's devices are spread over this much of their period
STOP_S = 2.0  # how long a clean stop tries to bring outputs to rest


class BusKeeper:
    """``models``: the register of drivers.  The face is ``agent.supervisor.keeper.Keeper``."""

    def __init__(
        self,
        bus: settings.Bus,
        devices: Sequence[settings.Device],
        models: Mapping[str, Model],
        open_link: OpenLink,
        world: World,
    ) -> None:
        self._bus, self._open_link, self._world = bus, open_link, world
        known = [(device, models[device.driver]) for device in devices]
        manners = [manners_of(device, model) for device, model in known]
        bound = verb_bound(manners, max((model.longest for _, model in known), default=0.0))
        known.sort(key=lambda pair: urgency_of(*pair))
        self._devices = {
            device.id: DeviceKeeper(device, model, world, bound) for device, model in known
        }
        self._line: Line | None = None
        self._counts: Counter[str] = Counter()  # of the lines that are no more
        self._tried = False
        self._opened = 0
        self._told_down = False
        self.tape = Tape(world.now)
        self.stirred = 0.0

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(self._devices)

    async def run(self) -> NoReturn:
        backoff = Backoff(self._world.dice, first=FIRST_WAIT, longest=LONGEST_WAIT, healthy=HEALTHY)
        while True:
            lived = 0.0
            try:
                link = await self._open()
                began = loop_time()
                try:
                    await self._live(link)
                finally:
                    lived = loop_time() - began
            except* LinkDown as down:
                self._fell(next(leaves(down)))
            obey_cancel()
            await asyncio.sleep(backoff.after(lived))

    async def act(self, command: Command) -> None:
        await self._devices[command.target].act(command)

    def state(self) -> BusState:
        return BusState(
            bus=self._bus.id,
            port=self._bus.port,
            up=self._line is not None,
            tried=self._tried,
            opened=self._opened,
            line=self._counted(),
            stirred=self.stirred,
            devices=tuple(keeper.talker.state() for keeper in self._devices.values()),
        )

    async def _open(self) -> Link:
        self.stirred = loop_time()
        try:
            async with asyncio.timeout(OPEN_S):
                return await self._open_link()
        except TimeoutError:
            raise LinkDown(f"{self._bus.port}: opening it takes too long") from None
        finally:
            self._tried = True

    async def _live(self, link: Link) -> None:
        """Until LinkDown or cancelled."""
        try:
            line = self._line = Line(link, self._bus, self._heard, self.tape.tap)
            self._rose()
            with ExitStack() as attached:
                for keeper in self._devices.values():
                    attached.enter_context(keeper.on(OnLine(line)))
                await self._serve(line)
        finally:
            self._counts, self._line = Counter(self._counted()), None
            await link.aclose()

    async def _serve(self, line: Line) -> None:
        async with asyncio.TaskGroup() as wire:
            wire.create_task(line.pump())
            try:
                await self._work()
            finally:
                await self._let_go()

    async def _work(self) -> None:
        for keeper in self._devices.values():
            await keeper.hands.rest_first()
        async with asyncio.TaskGroup() as work:
            for at, keeper in enumerate(self._devices.values()):
                keeper.start(work, SPREAD_S * at / len(self._devices))
            await self._tend()  # inside, not as a task: see groups.py

    async def _let_go(self) -> None:
        with suppress(LinkDown, TimeoutError):
            async with asyncio.timeout(STOP_S):
                await asyncio.gather(*(k.hands.let_go() for k in self._devices.values()))

    async def _tend(self) -> NoReturn:
        since = self._world.now()
        while True:
            self.stirred = loop_time()
            for keeper in self._devices.values():
                keeper.tend(since)
            await asyncio.sleep(TEND_S)

    def _heard(self, data: bytes) -> None:
        at = self._world.now()
        for keeper in self._devices.values():
            keeper.talker.hear(data, at)

    def _counted(self) -> dict[str, int]:
        """Over all openings."""
        now = asdict(self._line.counts()) if self._line else {}
        return dict(self._counts + Counter(now))

    def _rose(self) -> None:
        self._opened += 1
        self._told_down = False
        log.info("bus %s is up on %s", self._bus.id, self._bus.port)

    def _fell(self, down: BaseException) -> None:
        if not self._told_down:
            self._told_down = True
            log.warning("bus %s is down: %s", self._bus.id, down)
        for keeper in self._devices.values():
            keeper.talker.presence.away(WIRE_DOWN)
            keeper.talker.presence.settle()
