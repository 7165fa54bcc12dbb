"""A driver's wire with a simulated device at its end, in a time that is played.

It keeps the line's promises that matter here: one question at a time, an answer only within its
patience, and nothing that came late is taken for the next answer.
"""

import json
import random
from typing import Any

from agent.drivers.register import REGISTER
from agent.line.asking import Answer, NoAnswer, T
from hwsim.agenda import SECOND, Agenda, ns
from hwsim.bus import Bus, BusSpec
from hwsim.devices.base import Device
from hwsim.devices.register import SIMS
from hwsim.orders import Harm, Kind
from hwsim.stand import Ground, Stand
from hwsim.tables import make
from hwsim.truth import Truth


class Played:
    """``Asks`` for the driver of ``name``; ``truth``: what the device says really happened."""

    def __init__(
        self, name: str, address: int | None, *, echo: bool = False, **options: object
    ) -> None:
        self._model, self._heard, self.agenda = REGISTER[name], b"", Agenda()
        self.truth: list[dict[str, Any]] = []
        told = Truth(lambda line: self.truth.append(json.loads(line)), lambda: self.agenda.now)
        spec = BusSpec(id="bus", baud=self._model.baud, format=self._model.format)
        self.bus = Bus(spec, self.agenda, random.Random(7), told)
        self.bus.port = self
        self.stand = Stand("dev", address, self.bus, Ground(7, self.agenda, told))
        sim = SIMS[name.replace("-", "_")]
        chosen: object = make(sim.options, options)
        self.device: Device = sim.build(self.stand, chosen)
        self.bus.attach("dev", self.device.heard)
        self.device.start()
        if echo:
            self.harm("echo")

    def harm(self, harm: Kind, **more: Any) -> None:  # noqa: ANN401
        self.bus.harm(Harm("bus", harm, **more))

    @property
    def baud(self) -> None:
        """Whatever the device has."""

    def write(self, data: bytes) -> int:
        self._heard += data
        return len(data)

    def wait(self, seconds: float) -> None:
        """Nobody asks for so long."""
        self.agenda.run(self.agenda.now + ns(seconds))

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int = 16, patience: float | None = None
    ) -> T:
        manners = self._model.manners
        allowed = manners.patience if patience is None else patience
        for _ in range(manners.attempts if patience is None else 1):
            found = self._attempt(request, answer, allowed + self._wire(len(request) + expect))
            if found is not None:
                return found
            self.wait(manners.quiet)
        raise NoAnswer

    async def tell(self, request: bytes) -> None:
        self.bus.hear(request)
        self.wait(self._wire(len(request)))

    def happened(self, *whats: str) -> list[dict[str, Any]]:
        """What happened to the device, or what it was told and did."""
        return [line for line in self.truth if line.get("what") in whats]

    def _attempt(self, request: bytes, answer: Answer[T], seconds: float) -> T | None:
        self.wait(0.02)
        self._heard = b""
        self.bus.hear(request)
        for _ in range(round(seconds * 1000)):
            self.wait(0.001)
            found = answer(self._heard)
            if found is not None:
                return found.value
        return None

    def _wire(self, size: int) -> float:
        return size * self.bus.spec.byte_ns() / SECOND
