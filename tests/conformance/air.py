"""One run of a device of the radio: real keeper, driver and simulator, in time that jumps."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from agent.config.settings import Bus, Device
from agent.drivers.register import REGISTER
from agent.model.messages import Command, Event, Message
from agent.supervisor.radio import RadioKeeper
from agent.supervisor.radio_recovery import Recovery
from agent.supervisor.world import World
from hwsim.agenda import SECOND, Agenda
from hwsim.devices.base import CannotDo
from hwsim.devices.register import SIMS
from hwsim.radio.stand import RadioStand
from hwsim.stand import Ground
from hwsim.tables import make
from hwsim.truth import Truth
from tests.conformance.aether import Aether
from tests.conformance.card import Card, Claim
from tests.conformance.world import loop_ns, stamp

ADDRESS = "C0:FF:EE:00:00:01"
NOWHERE = Path("/nowhere/recover")


@dataclass(frozen=True, kw_only=True)
class AirCard(Card):
    """``key``: of its encryption, hexadecimal; the driver has it in a file, the simulator knows it.

    ``once``: each thing that it says is told once, however often it is sent.  ``open``: why what
    is sent again later, or by somebody else under its address, is believed.
    """

    key: str = ""
    once: bool = True
    open: str = ""
    silent: str = ""  # why silence is no news
    sealed: Mapping[str, object] = field(default_factory=dict)  # what it says unseen


@dataclass
class Flight:
    card: AirCard
    folder: Path
    more: Mapping[str, object] = field(default_factory=dict)  # options of the simulator

    def __post_init__(self) -> None:
        self.said, self.truth = list[Message](), list[dict[str, Any]]()
        self._began, self._poke, self._numbers = loop_ns(), asyncio.Event(), count(1)
        self._agenda = Agenda()
        told = Truth(lambda line: self.truth.append(json.loads(line)), self.world_ns)
        self.aether = Aether(self.catch_up)
        self.stand = RadioStand("dev", ADDRESS, self.aether, Ground(7, self._agenda, told))
        self.aether.peers[ADDRESS] = self.stand
        sim, given = SIMS[self.card.simulator], {**self.card.sim_options, **self.more}
        options: object = make(sim.options, given)
        self.device = sim.build(self.stand, options)
        self.keeper = RadioKeeper(
            Bus(id="bus", port="hci0", kind="ble", baud=9600, links=2),
            [self._device()],
            REGISTER,
            self.aether.open,
            World(emit=self.said.append, now=stamp, dice=random.Random(1)),
            Recovery(NOWHERE),
        )

    def _device(self) -> Device:
        model, told = REGISTER[self.card.driver], dict(self.card.options)
        if self.card.key:
            told["key_file"] = self.folder / "key"
            (self.folder / "key").write_text(self.card.key, encoding="ascii")
        return Device(
            id="dev",
            driver=self.card.driver,
            bus="bus",
            address=ADDRESS,
            options=model.options(**told),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.device.start()
        tasks = [asyncio.create_task(self._turn()), asyncio.create_task(self.keeper.run())]
        if self.card.life:
            tasks.append(asyncio.create_task(self._live()))
        try:
            yield
            assert not [task.result() for task in tasks if task.done()]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def act(self) -> None:
        action, args = self.card.act or ("", {})
        await self.keeper.act(
            Command(
                id=f"c{next(self._numbers)}",
                target="dev",
                action=action,
                at=stamp(),
                ttl_ns=60 * SECOND,
                args=dict(args),
            )
        )

    # ── what is seen ─────────────────────────────────────────────────────────────────────────

    def claims(self) -> list[tuple[float, Claim]]:
        said = (m for m in self.said if not isinstance(m, Command) and m.device == "dev")
        found = [(message, self.card.claim(message)) for message in said]
        return [(message.at.mono_ns / SECOND, claim) for message, claim in found if claim]

    def invented(self) -> list[tuple[float, Claim]]:
        """Claims that the device never made."""
        read = [line for line in self.truth if line.get("truth") == "happened"]
        said = list(
            self._distinct([*(meaning for _, meaning in self.aether.said), *read, self.card.sealed])
        )
        seen = {str(claim): (at, claim) for at, claim in self.claims()}
        return [(at, claim) for at, claim in seen.values() if not self.card.borne_out(claim, said)]

    @staticmethod
    def _distinct(meanings: Iterable[Claim]) -> Iterable[Claim]:
        return {str(meaning): meaning for meaning in meanings}.values()

    def kinds(self, *kinds: str) -> list[Event]:
        return [m for m in self.said if isinstance(m, Event) and m.kind in kinds]

    def told(self) -> list[dict[str, Any]]:
        told = [line for line in self.truth if line.get("truth") == "told"]
        return [line for line in told if line["what"] == self.card.told]

    # ── time ─────────────────────────────────────────────────────────────────────────────────

    def world_ns(self) -> int:
        return self._began + self._agenda.now

    def catch_up(self) -> int:
        self._agenda.run(loop_ns() - self._began)
        self._poke.set()
        return self.world_ns()

    async def _turn(self) -> None:
        while True:
            self.catch_up()
            self._poke.clear()
            due = self._agenda.due
            wait = None if due is None else max(0, due - self._agenda.now) / SECOND
            with suppress(TimeoutError):
                await asyncio.wait_for(self._poke.wait(), wait)

    async def _live(self) -> None:
        assert self.card.life is not None
        for turn in count():
            await asyncio.sleep(self.card.step_s)
            self.catch_up()
            with suppress(CannotDo):
                self.device.do(self.card.life("dev", turn))
            self._poke.set()
