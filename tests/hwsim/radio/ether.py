"""One radio device in virtual time, with nobody but a test to hear it."""

import json
import random
from typing import Any

from hwsim.agenda import Agenda, ns
from hwsim.devices.base import Device, Sim
from hwsim.harms import Harms
from hwsim.orders import Harm, Kind
from hwsim.radio.air import Air
from hwsim.radio.controller import Heard
from hwsim.radio.gatt import Characteristic
from hwsim.radio.stand import RadioStand
from hwsim.stand import Ground
from hwsim.truth import Truth

ADDRESS = "A4:C1:38:8D:18:B2"


class Ears:
    """A gateway that hears everything."""

    def __init__(self) -> None:
        self.adverts: list[Heard] = []
        self.notices: list[bytes] = []
        self.lost_links = 0

    @property
    def ears(self) -> "Ears":
        return self

    def heard(self, heard: Heard) -> bool:
        self.adverts.append(heard)
        return True

    def lost(self, address: str) -> None:
        assert address == ADDRESS
        self.lost_links += 1

    def noticed(self, address: str, characteristic: Characteristic, data: bytes) -> bool:
        assert (address, characteristic.notifies) == (ADDRESS, True)
        self.notices.append(data)
        return True


class Ether:
    """``sim`` with ``options`` at ``ADDRESS``; ``truth`` is what was told."""

    def __init__(
        self, sim: Sim, *, address: str = ADDRESS, seed: int = 1, **options: object
    ) -> None:
        self.agenda, self.truth, self.ears = Agenda(), list[dict[str, Any]](), Ears()
        ground = Ground(seed, self.agenda, Truth(self._write, lambda: self.agenda.now))
        self.harms = Harms(random.Random(seed))
        self.air = Air("radio", self.harms, self.agenda, ground.truth, self.ears)
        self.stand = RadioStand("it", address, self.air, ground)
        self.air.attach(self.stand)
        self.device: Device = sim.build(self.stand, sim.options(**options))
        self.device.start()
        self.agenda.run(0)

    def _write(self, text: str) -> None:
        self.truth.append(json.loads(text))

    def run(self, seconds: float) -> None:
        self.agenda.run(self.agenda.now + ns(seconds))

    def harm(self, kind: Kind, rate: float | None = None, **more: float) -> None:
        self.harms.begin(Harm("radio", kind, rate, **more))

    def connect(self) -> None:
        done: list[object] = []
        self.air.links.connect(self.stand.address, done.append)
        self.run(1)
        assert done == [None]

    def characteristic(self, uuid: str) -> Characteristic:
        all_of_it = (each for one in self.stand.services for each in one.characteristics)
        return next(each for each in all_of_it if each.uuid == uuid)

    def subscribe(self, uuid: str) -> None:
        done: list[object] = []
        characteristic = self.characteristic(uuid)
        self.air.links.subscribe(self.stand.address, characteristic, done.append, on=True)
        assert done == [None]

    def write(self, uuid: str, data: bytes) -> object:
        """None, or Failed."""
        done: list[object] = []
        self.air.links.write(self.stand.address, self.characteristic(uuid), data, done.append)
        return done[0]

    def read(self, uuid: str) -> object:
        done: list[object] = []
        self.air.links.read(self.stand.address, self.characteristic(uuid), done.append)
        return done[0]

    def emitted(self, key: str | None = None) -> list[Any]:
        lines = [line for line in self.truth if line["truth"] == "emitted"]
        if key is None:
            return lines
        return [line["meaning"][key] for line in lines if key in line["meaning"]]
