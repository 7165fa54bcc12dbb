"""Builds the box from its configuration, and keeps it running until it is told to stop.

The order of birth: clock, journal, stages, keepers of the wires; the order of death is the
reverse, so that outputs come to rest while the journal still listens.
"""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from agent.app.hours import Hours
from agent.app.hub import Hub
from agent.app.lasting import Lasting
from agent.app.looks import Looks
from agent.app.notify import Notifier
from agent.app.orders import Orders
from agent.app.sight import sight
from agent.app.uplink import uplink
from agent.app.version import VERSION
from agent.app.watchdog import Task, Watchdog
from agent.clock.clock import Clock
from agent.config import settings
from agent.config.paths import run_dir
from agent.drivers.base import Model
from agent.drivers.register import REGISTER
from agent.links.ble.open import open_adapter
from agent.links.open import open_link
from agent.model.messages import Command, Event, Fields, Message
from agent.model.time import Now
from agent.pipeline import graph
from agent.store.journal import Journal
from agent.supervisor.bus import BusKeeper
from agent.supervisor.dispatch import Dispatch
from agent.supervisor.keeper import Keeper
from agent.supervisor.lag import LagWatch
from agent.supervisor.radio import RadioKeeper
from agent.supervisor.radio_recovery import Recovery
from agent.supervisor.worker import Take, WorkerKeeper, Workplace
from agent.supervisor.world import World, loop_time
from agent.web.health import HealthServer
from agent.web.routes import Tapes, routes
from agent.web.tally import Tally

log = logging.getLogger(__name__)

SWITCH_S = 0.0005
"""How long the writer thread may hold the interpreter while the loop waits (default 5 ms): a
door's 10 ms leave no room for two of those."""

RECOVER = "bluetooth-recover"
"""Within LINLI_RUN: systemd/linli-bluetooth-recover.path waits for it."""

BUS_DEADLINE_S = 60.0  # a wire's task that did nothing for so long hangs; opening one takes 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What drills replace: the register of drivers, and how a worker process is started."""

    register: Mapping[str, Model]
    worker: Sequence[str]


PARTS = Parts(register=REGISTER, worker=(sys.executable, "-m", "agent.app.worker"))
"""The product's own."""


async def run(box: settings.Box, parts: Parts = PARTS) -> None:
    """Until SIGTERM or SIGINT; then everything comes to rest, and the journal is closed."""
    sys.setswitchinterval(SWITCH_S)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    notifier = Notifier()
    async with _alive(box, parts, notifier):
        gc.freeze()  # what is there now stays: the collector need not look at it again
        notifier.ready()
        log.info("linli %s runs as %s", VERSION, box.site.gateway)
        await stop.wait()
        notifier.stopping()
        log.info("asked to stop")


@asynccontextmanager
async def _alive(box: settings.Box, parts: Parts, notifier: Notifier) -> AsyncIterator[None]:
    hours = Hours(box.clock)
    journal = Journal.open(box.store, box.site.gateway, hours.now)
    dispatch: list[Dispatch] = []
    hub = Hub(graph.build(box), journal, partial(_through, dispatch))
    clock = hours.begin(box.site.gateway, journal, hub.take)
    _remember(journal, clock)
    seeing = sight(box, journal, hub, clock.now)
    world = World(emit=hub.take, now=clock.now)
    keepers = (*_keepers(box, parts, world, hub.take), *seeing.keepers)
    dispatch.append(Dispatch(keepers, hub.take, clock.now))
    order = Orders(hub, dispatch[0], clock.now, lambda: journal.counts().writes)
    sync = uplink(box, journal, clock, hub, order)
    tally, lag = Tally(), LagWatch()
    hub.watchers.append(tally.saw)
    watchdog = Watchdog(notifier, journal.probe, partial(_progress, keepers))
    looks = Looks(
        box=box,
        clock=clock,
        journal=journal,
        keepers=keepers,
        sight=seeing,
        watchdog=watchdog,
        sync=sync,
        lag=lag,
        tally=tally,
        began_ns=clock.now().mono_ns,
    )
    health = HealthServer(box.health.socket, routes(looks.snapshot, _tapes(keepers)))
    say = partial(_say, hub.take, box.site.gateway, hours.now)
    say("agent_started", {"version": VERSION, "config": box.digest[:12]})
    _tell_unknown(journal, hub.take, clock.now)
    await _serve(health)
    tasks = [
        asyncio.create_task(hours.keep()),
        asyncio.create_task(watchdog.run()),
        asyncio.create_task(lag.run()),
    ]
    if sync is not None:
        tasks.append(asyncio.create_task(Lasting("sync", sync.run).run()))
    wires = [asyncio.create_task(keeper.run()) for keeper in keepers]
    try:
        yield
    finally:
        await dispatch[0].aclose()
        await _end(wires)
        say("agent_stopped", {"reason": "asked"})
        await _end(tasks)
        await seeing.close()
        await journal.close()
        await health.stop()


def _remember(journal: Journal, clock: Clock) -> None:
    """An agent that was started again in the same boot knows the time at once."""
    told = journal.anchor(clock.now().boot)
    if told is not None:
        clock.resume(told.source, told.offset_ns, told.mono_ns)


def _tell_unknown(journal: Journal, emit: Callable[[Message], None], now: Now) -> None:
    """What was accepted when the box fell is never carried out again; somebody must be told."""
    for id_, target, action in journal.commands_without_result():
        data: Fields = {"id": id_, "action": action}
        emit(Event(device=target, at=now(), kind="command_unknown", data=data))


def _keepers(box: settings.Box, parts: Parts, world: World, take: Take) -> Iterable[Keeper]:
    for bus in box.buses:
        devices = [device for device in box.devices if device.bus == bus.id]
        if bus.kind == "ble":
            opening, recovery = partial(open_adapter, bus), Recovery(run_dir(os.environ) / RECOVER)
            yield RadioKeeper(bus, devices, parts.register, opening, world, recovery)
        elif bus.isolate:
            yield WorkerKeeper(bus, devices, world, _workplace(box, parts, take))
        else:
            yield BusKeeper(bus, devices, parts.register, partial(open_link, bus), world)


def _tapes(keepers: Iterable[Keeper]) -> Tapes:
    """Of the wires in this process; one in a process of its own is not overheard."""
    return {
        keeper.state().bus: keeper.tape.listen
        for keeper in keepers
        if isinstance(keeper, BusKeeper)
    }


def _workplace(box: settings.Box, parts: Parts, take: Take) -> Workplace:
    """Beside the health socket: under systemd that is a directory in memory."""
    return Workplace(
        argv=parts.worker,
        directory=box.health.socket.parent / "workers",
        gateway=box.site.gateway,
        take=take,
    )


async def _serve(health: HealthServer) -> None:
    """A box that cannot tell how it is still opens doors."""
    try:
        await health.start()
    except OSError as why:
        log.error("no health socket: %s", why)  # noqa: TRY400  # a person must act


def _progress(keepers: Sequence[Keeper]) -> Iterable[Task]:
    for keeper in keepers:
        state = keeper.state()
        yield Task(f"bus {state.bus}", partial(_idle_s, keeper), BUS_DEADLINE_S)


def _through(dispatch: Sequence[Dispatch], command: Command) -> None:
    """The hub is there before the keepers, and so before anybody who could dispatch."""
    dispatch[0](command)


def _idle_s(keeper: Keeper) -> float:
    state = keeper.state()
    return max(0.0, loop_time() - state.stirred) if state.tried else 0.0


def _say(emit: Callable[[Message], None], gateway: str, now: Now, kind: str, data: Fields) -> None:
    emit(Event(device=gateway, at=now(), kind=kind, data=data))


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    ending = tuple(tasks)
    for task in ending:
        task.cancel()
    for failure in await asyncio.gather(*ending, return_exceptions=True):
        if isinstance(failure, Exception):
            log.error("a task ended badly", exc_info=failure)
