"""The real keeper, line and driver on one side, the real simulator on the other, and time that
jumps: minutes of a wire's life in a few milliseconds, the same each time."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from agent.config.settings import Bus, Device, Output
from agent.drivers.register import REGISTER
from agent.links.base import MOST, Link, LinkDown
from agent.model.messages import Command, Event, Message
from agent.model.time import Stamp
from agent.supervisor.bus import BusKeeper
from agent.supervisor.world import World
from hwsim import bus as simulated
from hwsim.agenda import SECOND, Agenda, ns
from hwsim.devices.base import CannotDo
from hwsim.devices.register import SIMS
from hwsim.orders import Harm
from hwsim.stand import Ground, Stand
from hwsim.tables import make
from hwsim.truth import Truth
from tests.conformance.card import Card
from tests.supervisor.jumping import JumpingLoop

TICK_S = 1e-6  # a loop does not advance by less than its clock can say
KERNEL = 4095
"""Bytes that a terminal keeps for a reader who does not read; the oldest, and the rest is lost."""


class Cable:
    """The host's end of the wire, in memory."""

    def __init__(self, said: "Play") -> None:
        self._play, self._kept, self._news = said, b"", asyncio.Event()
        self.gone, self.baud = False, said.bus.spec.baud

    def write(self, data: bytes) -> int:
        """For the simulator: what the kernel takes."""
        taken = data[: KERNEL - len(self._kept)]
        self._kept += taken
        self._news.set()
        return len(taken)

    def pull(self) -> None:
        self.gone = True
        self._news.set()

    async def receive(self) -> bytes:
        while not self.gone:
            if self._kept:
                data, self._kept = self._kept[:MOST], self._kept[MOST:]
                return data
            self._news.clear()
            await self._news.wait()
        raise LinkDown("unplugged")

    async def send(self, data: bytes) -> None:
        if self.gone:
            raise LinkDown("unplugged")
        self._play.host_says(data)

    async def aclose(self) -> None:
        self.pull()


@dataclass
class Play:
    """One run of a card.  ``ids`` of two devices: they hang on one pair and have two addresses."""

    card: Card
    echo: bool = False
    more: dict[str, object] = field(default_factory=dict)  # options of the simulator
    options: dict[str, object] = field(default_factory=dict)  # options of the driver
    ids: Sequence[str] = ("dev",)

    def __post_init__(self) -> None:
        self.said, self.truth = list[Message](), list[dict[str, Any]]()
        self._model = REGISTER[self.card.driver]
        self._poke, self._numbers = asyncio.Event(), count(1)
        self._began = loop_ns()
        self.agenda = Agenda()
        told = Truth(lambda line: self.truth.append(json.loads(line)), self._world_ns)
        self._ground = Ground(7, self.agenda, told)
        self.bus = simulated.Bus(self._spec(), self.agenda, random.Random(7), told)
        self.devices = {name: self._settle(name, number) for number, name in enumerate(self.ids)}
        self.keeper = BusKeeper(
            self._settings(),
            [self._device(name, number) for number, name in enumerate(self.ids)],
            REGISTER,
            self._open,
            World(emit=self.said.append, now=stamp, dice=random.Random(1)),
        )
        self.plugged, self._cable = True, Cable(self)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        for device in self.devices.values():
            device.start()
        tasks = [asyncio.create_task(self._turn()), asyncio.create_task(self.keeper.run())]
        if self.card.life:
            tasks.append(asyncio.create_task(self._live()))
        try:
            yield
            assert not any(task.done() for task in tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def harm(self, name: Any, rate: float | None = None, **more: Any) -> None:  # noqa: ANN401
        self.bus.harm(Harm("bus", name, rate, **more))

    def heal(self) -> None:
        for harm in self.bus.harms.all():
            self.bus.heal(harm)

    def unplug(self) -> None:
        self.plugged = False
        self.bus.cut_off()
        self._cable.pull()
        self._power(on=False)

    def plug(self) -> None:
        self.plugged = True
        self._power(on=True)

    def mute(self, device: str, *, on: bool) -> None:
        self.stands[device].mute = on

    async def act(self, device: str = "dev") -> None:
        """The card's command, and its end."""
        action, args = self.card.act or ("", {})
        await self.keeper.act(
            Command(
                id=f"c{next(self._numbers)}",
                target=device,
                action=action,
                at=stamp(),
                ttl_ns=30 * SECOND,
                args=dict(args),
            )
        )

    def stall(self, seconds: float) -> None:
        """Our process is held for so long, and the world goes on."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, JumpingLoop)
        loop.virtual += seconds
        self._catch_up()

    def host_says(self, data: bytes) -> None:
        self._catch_up()
        self.bus.hear(data)
        self._poke.set()

    # ── what is seen ─────────────────────────────────────────────────────────────────────────

    def claims(self, device: str = "dev") -> list[tuple[float, Any]]:
        """When, and what: all that the box says that this device said."""
        said = (m for m in self.said if not isinstance(m, Command) and m.device == device)
        found = [(message, self.card.claim(message)) for message in said]
        return [(message.at.mono_ns / SECOND, claim) for message, claim in found if claim]

    def meanings(self, device: str = "dev", *, intact: bool = False) -> list[tuple[float, Any]]:
        return [
            (line["mono_ns"] / SECOND, line["meaning"])
            for line in self.truth
            if line.get("truth") == "emitted" and line["device"] == device
            if line["intact"] or not intact
        ]

    def invented(self, device: str = "dev") -> list[tuple[float, Any]]:
        """Claims that the device never made; so it must be empty."""
        meanings = [meaning for _, meaning in self.meanings(device)]
        said = {str(meaning): meaning for meaning in meanings}.values()
        claims = {str(claim): (at, claim) for at, claim in self.claims(device)}
        return [
            (at, claim) for at, claim in claims.values() if not self.card.borne_out(claim, said)
        ]

    def kinds(self, *kinds: str, device: str = "dev") -> list[Event]:
        return [
            m for m in self.said if isinstance(m, Event) and m.device == device and m.kind in kinds
        ]

    def told(self) -> list[dict[str, Any]]:
        """What the device was told to do, and did."""
        told = [line for line in self.truth if line.get("truth") == "told"]
        return [line for line in told if line["what"] == self.card.told]

    # ── making it ────────────────────────────────────────────────────────────────────────────

    def _spec(self) -> simulated.BusSpec:
        model, baud = self._model, self.card.baud or self._model.baud
        return simulated.BusSpec(id="bus", baud=baud, format=model.format, rs485=len(self.ids) > 1)

    def _settings(self) -> Bus:
        spec = self.bus.spec
        return Bus(id="bus", port="/dev/null", baud=spec.baud, format=spec.format, echo=self.echo)

    def _settle(self, name: str, number: int) -> Any:  # noqa: ANN401
        sim = SIMS[self.card.simulator]
        stand = Stand(name, self._address(number), self.bus, self._ground)
        self.stands: dict[str, Stand] = getattr(self, "stands", {}) | {name: stand}
        options: object = make(sim.options, {**self.card.sim_options, **self.more})
        device = sim.build(stand, options)
        self.bus.attach(name, device.heard)
        return device

    def _device(self, name: str, number: int) -> Device:
        told = {**self.card.options, **self.options}
        outputs = (Output(channel=1),) if self._model.outputs else ()
        return Device(
            id=name,
            driver=self.card.driver,
            bus="bus",
            address=self._address(number),
            outputs=outputs,
            options=self._model.options(**told),
        )

    def _address(self, number: int) -> int | None:
        return None if self.card.address is None else self.card.address + number

    async def _open(self) -> Link:
        if not self.plugged:
            raise LinkDown("not there")
        self._cable = Cable(self)
        self.bus.port = self._cable
        return self._cable

    # ── time ─────────────────────────────────────────────────────────────────────────────────

    def _world_ns(self) -> int:
        """Now, as the simulated devices have it."""
        return self._began + self.agenda.now

    def _catch_up(self) -> None:
        self.agenda.run(loop_ns() - self._began)

    async def _turn(self) -> None:
        while True:
            self._catch_up()
            self._poke.clear()
            due = self.agenda.due
            wait = None if due is None else max(TICK_S, (due - self.agenda.now) / SECOND)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._poke.wait(), wait)

    async def _live(self) -> None:
        assert self.card.life is not None
        for turn in count():
            await asyncio.sleep(self.card.step_s)
            self._catch_up()
            for name, device in self.devices.items():
                with suppress(CannotDo):
                    device.do(self.card.life(name, turn))
            self._poke.set()

    def _power(self, *, on: bool) -> None:
        for device in self.devices.values():
            device.powered(on)


def loop_ns() -> int:
    return ns(asyncio.get_running_loop().time())


def stamp() -> Stamp:
    return Stamp("boot", loop_ns())
