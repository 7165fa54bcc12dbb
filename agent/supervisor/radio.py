"""Keeps one Bluetooth adapter and the devices on it alive.

The same face and the same rules as ``BusKeeper``, with an adapter in place of a wire: opened, lost,
opened again; its devices are away for one reason, said once.  What is different of the air:

* it is scanned all the time, and what is heard goes straight to the drivers;
* links are made, kept and left one by one (``agent.line.air``, ``radio_device``);
* an adapter that has gone deaf says nothing about it: it is noticed (``radio_ears``), scanned
  anew, opened anew, and at last somebody is asked to switch it off and on (``radio_recovery``).
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import NoReturn

from agent.config import settings
from agent.drivers.base import Model
from agent.line.air import Air
from agent.line.radio import Advert
from agent.links.base import LinkDown
from agent.links.ble.base import Adapter
from agent.model.messages import Command
from agent.supervisor.backoff import Backoff
from agent.supervisor.groups import leaves, obey_cancel
from agent.supervisor.presence import WIRE_DOWN
from agent.supervisor.radio_device import RadioDevice
from agent.supervisor.radio_ears import Ears, Hearing
from agent.supervisor.radio_recovery import Recovery
from agent.supervisor.seats import urgency_of
from agent.supervisor.state import BusState
from agent.supervisor.world import World, loop_time

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT, HEALTHY = 0.5, 10.0, 60.0
"""Seconds.  bluetoothd that was started again is there within a second or two."""

OPEN_S = 20.0  # opening and beginning to scan; each call of bluetoothd has 10 of its own
TEND_S = 2.0  # how often silence and held-back events are looked at
SPREAD_S = 10.0  # the first polls are spread over so long: each of them takes a connecting
STOP_S = 2.0  # how long a clean stop tries to bring outputs to rest
PATIENT_S = 20.0  # so long an adapter may be down before a reset is asked for

OpenAdapter = Callable[[], Awaitable[Adapter]]
"""Opens the one adapter; LinkDown if that cannot be done now."""


class Deaf(LinkDown):
    """It is open, and hears nothing."""


class RadioKeeper:
    """``models``: the register of drivers.  The face is ``agent.supervisor.keeper.Keeper``."""

    def __init__(
        self,
        bus: settings.Bus,
        devices: Sequence[settings.Device],
        models: Mapping[str, Model],
        open_adapter: OpenAdapter,
        world: World,
        recovery: Recovery,
    ) -> None:
        self._bus, self._open_adapter, self._world = bus, open_adapter, world
        known = [(device, models[device.driver]) for device in devices]
        known.sort(key=lambda pair: urgency_of(*pair))
        self._devices = {one.id: RadioDevice(one, model, world) for one, model in known}
        self._recovery = recovery
        self._air: Air | None = None
        self._counts: Counter[str] = Counter()  # of the openings that are no more
        self._tried = False
        self._opened = 0
        self._well_at = 0.0
        self._told_down = False
        self.stirred = 0.0

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(self._devices)

    async def run(self) -> NoReturn:
        backoff = Backoff(self._world.dice, first=FIRST_WAIT, longest=LONGEST_WAIT, healthy=HEALTHY)
        self._well_at = loop_time()
        while True:
            lived = 0.0
            try:
                adapter = await self._open()
                began = loop_time()
                try:
                    await self._live(adapter)
                finally:
                    lived = loop_time() - began
            except* LinkDown as down:
                self._fell(next(leaves(down)))
            obey_cancel()
            await asyncio.sleep(backoff.after(lived))

    async def act(self, command: Command) -> None:
        await self._devices[command.target].keeper.act(command)

    def state(self) -> BusState:
        return BusState(
            bus=self._bus.id,
            port=self._bus.port,
            up=self._air is not None,
            tried=self._tried,
            opened=self._opened,
            line=self._counted(),
            links=self._air.links if self._air else 0,
            stirred=self.stirred,
            devices=tuple(device.keeper.talker.state() for device in self._devices.values()),
        )

    async def _open(self) -> Adapter:
        self.stirred = loop_time()
        try:
            async with asyncio.timeout(OPEN_S):
                return await self._open_adapter()
        except TimeoutError:
            raise LinkDown(f"{self._bus.port}: opening it takes too long") from None
        finally:
            self._tried = True

    async def _live(self, adapter: Adapter) -> None:
        """Until LinkDown or cancelled."""
        air = Air(adapter, self._bus.links, self._sighted)
        try:
            await self._listen(air)
            self._rose(air)
            with ExitStack() as attached:
                for device in self._devices.values():
                    attached.enter_context(device.on(air))
                await self._serve(adapter, air)
        finally:
            if self._air is not None:
                self._counts, self._air = Counter(self._counted()), None
            await air.aclose(f"{self._bus.port} was closed")
            await adapter.aclose()

    async def _listen(self, air: Air) -> None:
        addresses = {device.address for device in self._devices.values()}
        try:
            async with asyncio.timeout(OPEN_S):
                await air.listen(addresses)
        except TimeoutError:
            raise LinkDown(f"{self._bus.port}: it does not begin to scan") from None
        for device in self._devices.values():
            device.listened()

    async def _serve(self, adapter: Adapter, air: Air) -> None:
        async with asyncio.TaskGroup() as radio:
            radio.create_task(adapter.watch())
            try:
                await self._work(air)
            finally:
                await self._let_go()

    async def _work(self, air: Air) -> None:
        async with asyncio.TaskGroup() as work:
            for at, device in enumerate(self._devices.values()):
                work.create_task(device.live(air, SPREAD_S * at / len(self._devices)))
            await self._tend(air)  # inside, not as a task: see groups.py

    async def _let_go(self) -> None:
        hands = [device.keeper.hands for device in self._devices.values()]
        with suppress(LinkDown, TimeoutError):
            async with asyncio.timeout(STOP_S):
                await asyncio.gather(*(each.let_go() for each in hands))

    async def _tend(self, air: Air) -> NoReturn:
        ears = Ears(loop_time())
        while True:
            self.stirred = loop_time()
            for device in self._devices.values():
                device.tend()
            await self._listen_well(air, ears)
            await asyncio.sleep(TEND_S)

    async def _listen_well(self, air: Air, ears: Ears) -> None:
        counts = air.counts()
        count = counts["adverts"] + counts.get("exchanges", 0)
        hearing = ears.look(loop_time(), count)
        if hearing is Hearing.WELL:
            self._well(count)
        elif hearing is Hearing.RESCAN or air.links:  # a link that is up proves the adapter
            log.info("bus %s hears nothing: scanning anew", self._bus.id)
            await self._listen(air)
        else:
            raise Deaf(f"{self._bus.port}: 什么也收不到 it hears nothing at all")

    def _sighted(self, advert: Advert) -> None:
        for device in self._devices.values():
            if device.address == advert.address:
                device.sighted(advert)

    def _counted(self) -> dict[str, int]:
        """Over all openings."""
        return dict(self._counts + Counter(self._air.counts() if self._air else {}))

    def _well(self, count: int) -> None:
        """Only what is heard proves that it is up."""
        if count:
            self._well_at, self._told_down = loop_time(), False

    def _rose(self, air: Air) -> None:
        self._air = air
        self._opened += 1
        log.info("bus %s is up on %s", self._bus.id, self._bus.port)

    def _fell(self, down: BaseException) -> None:
        if not self._told_down:
            self._told_down = True
            log.warning("bus %s is down: %s", self._bus.id, down)
        if isinstance(down, Deaf) or loop_time() - self._well_at > PATIENT_S:
            self._recovery.ask(loop_time(), self._bus.port)
        for device in self._devices.values():
            device.keeper.talker.presence.away(WIRE_DOWN)
            device.keeper.talker.presence.settle()
