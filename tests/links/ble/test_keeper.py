"""The keeper on the real stack: bleak, D-Bus, and BlueZ as hwsim plays it."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agent.config.settings import Device
from agent.drivers.base import Radio, Seat
from agent.line.radio import Advert, Gatt
from agent.links.ble.open import open_adapter
from agent.model.messages import Event, Message, Reading
from agent.model.time import Now, Stamp
from agent.supervisor.radio import RadioKeeper
from agent.supervisor.radio_recovery import Recovery
from agent.supervisor.world import World
from hwsim.devices.radio.battery_service import LEVEL
from tests.links.ble.conftest import BEACON, LAMP, Build, Town, device, until
from tests.supervisor.bench import now
from tests.supervisor.toys import model


@dataclass
class Battery:
    """A kept link: told of each change, and asked besides."""

    seat: Seat
    every: float = 0.5

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        yield Reading(device=self.seat.device, at=at, quantity="count", value=float(data[0]))

    async def poll(self, line: Gatt, now: Now) -> Iterable[Message]:
        return tuple(self.heard(await line.read(LEVEL), now()))


@dataclass
class Beacon:
    seat: Seat

    def sighted(self, advert: Advert, at: Stamp) -> Iterable[Message]:
        size = sum(map(len, advert.service_data.values()))
        yield Reading(device=self.seat.device, at=at, quantity="count", value=float(size))


MODELS = {
    "battery": model("battery", Battery, radio=Radio(link="kept", notify=LEVEL)),
    "asked": model("asked", Battery, radio=Radio(link="demand")),
    "beacon": model("beacon", Beacon, radio=Radio()),
}


class Kept:
    def __init__(self, town: Town, *devices: Device) -> None:
        self.said: list[Message] = []
        world = World(emit=self.said.append, now=now, dice=random.Random(1))
        opening, recovery = partial(open_adapter, town.bus), Recovery(Path("/nowhere/recover"))
        self.keeper = RadioKeeper(town.bus, devices, MODELS, opening, world, recovery)

    def values(self, device: str) -> list[float]:
        return [m.value for m in self.said if isinstance(m, Reading) and m.device == device]

    def reasons(self, device: str) -> list[object]:
        return [
            m.data["reason"]
            for m in self.said
            if isinstance(m, Event) and m.device == device and "reason" in m.data
        ]


@asynccontextmanager
async def kept(town: Town, *drivers: str) -> AsyncIterator[Kept]:
    addresses = {"battery": LAMP, "asked": LAMP, "beacon": BEACON}
    devices = (
        Device(id=driver, driver=driver, bus="radio", address=addresses[driver])
        for driver in drivers
    )
    box = Kept(town, *devices)
    task = asyncio.create_task(box.keeper.run())
    try:
        yield box
        assert not task.done(), task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


TOWN = device("battery_service", LAMP, "every_s = 0.1") + device("bthome", BEACON, "every_s = 0.1")


async def test_adverts_links_polls_and_notifications(build: Build) -> None:
    town = build(TOWN)
    async with kept(town, "battery", "beacon") as box:
        await until(lambda: len(box.values("beacon")) > 3 and len(box.values("battery")) > 2)
        town.world.tell(do="set", device="battery_service", value=42)
        await until(lambda: 42 in box.values("battery"))
        state = box.keeper.state()
        assert (state.up, state.links) == (True, 1)
        assert state.line["adverts"] >= state.line["sighted"] > 3
        assert box.reasons("battery") == box.reasons("beacon") == ["first"]


async def test_a_killed_bluetoothd_is_said_once_and_all_goes_on_with_its_successor(
    build: Build,
) -> None:
    town = build(TOWN)
    async with kept(town, "battery", "beacon") as box:
        await until(lambda: bool(box.values("beacon") and box.values("battery")))
        town.world.tell(do="harm", bus="radio", harm="dead", seconds=2.0)
        await until(lambda: box.reasons("battery")[1:] == ["wire_down"])
        await until(lambda: len(box.reasons("battery")) == len(box.reasons("beacon")) == 3)
        assert box.reasons("battery") == ["first", "wire_down", "answered"]
        assert box.reasons("beacon") == ["first", "wire_down", "heard"]


async def test_a_link_that_drops_in_mid_question_is_made_again(build: Build) -> None:
    town = build(TOWN)
    async with kept(town, "battery") as box:
        await until(lambda: len(box.values("battery")) > 2)
        town.world.tell(do="harm", bus="radio", harm="hang_up", rate=0.3, seconds=3.0)
        before = len(box.values("battery"))
        await until(lambda: len(box.values("battery")) > before + 10)
        assert box.reasons("battery")[0] == "first"
        assert box.keeper.state().up


async def test_a_link_for_each_poll(build: Build) -> None:
    town = build(TOWN)
    async with kept(town, "asked") as box:
        await until(lambda: len(box.values("asked")) > 2)
        assert box.reasons("asked") == ["first"]
