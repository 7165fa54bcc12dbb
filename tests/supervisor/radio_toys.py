"""Devices of the radio simple enough to see through, and a keeper on them.

A beacon tells its value in a service's data; a lamp is linked to when it is asked or told; a strap
is always linked and notifies.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.config.settings import Bus, Device, Output
from agent.drivers.base import Model, Radio, Seat
from agent.line.radio import Advert, Gatt
from agent.model.messages import Command, Event, Message, Reading
from agent.model.time import Now, Stamp
from agent.supervisor.radio import RadioKeeper
from agent.supervisor.radio_recovery import Recovery
from tests.supervisor.bench import Kept
from tests.supervisor.ether import NOTIFY, VALUE, Ether
from tests.supervisor.toys import model

SERVICE = "0000cccc-0000-1000-8000-00805f9b34fb"


def address(number: int) -> str:
    return f"AA:00:00:00:00:{number:02X}"


def beacon_says(number: int, value: int, rssi: int = -60) -> Advert:
    return Advert(address=address(number), rssi=rssi, service_data={SERVICE: bytes([value])})


def lamp_says(number: int) -> Advert:
    return Advert(address=address(number), services=(SERVICE,))


@dataclass
class Beacon:
    """Sights."""

    seat: Seat

    def sighted(self, advert: Advert, at: Stamp) -> Iterable[Message]:
        for value in advert.service_data.get(SERVICE, b""):
            yield Reading(device=self.seat.device, at=at, quantity="count", value=float(value))


@dataclass
class Still(Beacon):
    """Says the same all day."""

    repeats: bool = True


@dataclass
class Sleepy(Beacon):
    """Speaks when something happens."""

    silence: float = 86_400.0


@dataclass
class Broken(Beacon):
    def sighted(self, advert: Advert, at: Stamp) -> Iterable[Message]:
        raise KeyError(advert.address, at)


@dataclass
class Lamp:
    """Polls and acts, on a link that is made for it."""

    seat: Seat
    every: float = 60.0

    async def poll(self, line: Gatt, now: Now) -> Iterable[Message]:
        (value,) = await line.read(VALUE)
        return (Reading(device=self.seat.device, at=now(), quantity="count", value=float(value)),)

    async def act(self, line: Gatt, command: Command, now: Now) -> Iterable[Message]:
        channel, state = command.args.get("channel"), command.action
        await line.write(VALUE, b"\x01" if state == "on" else b"\x00")
        data = {"channel": channel, "state": state, "confirmed": True}
        return (Event(device=self.seat.device, at=now(), kind="output_set", data=data),)


@dataclass
class Strap:
    """Listens on a kept link, and is asked there as well."""

    seat: Seat
    every: float = 30.0
    silence: float = 10.0

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        for value in data:
            yield Reading(device=self.seat.device, at=at, quantity="count", value=float(value))

    async def poll(self, line: Gatt, now: Now) -> Iterable[Message]:  # noqa: ARG002  # the verb's own
        await line.read(VALUE)
        return ()


DEMAND = Radio(link="demand")
TOYS = {
    toy.name: toy
    for toy in (
        model("beacon", Beacon, radio=Radio()),
        model("still", Still, radio=Radio()),
        model("sleepy", Sleepy, radio=Radio()),
        model("broken", Broken, radio=Radio()),
        model("lamp", Lamp, radio=DEMAND, outputs=True, urgent=True),
        model("dimmer", Lamp, radio=DEMAND),
        model("strap", Strap, radio=Radio(link="kept", notify=NOTIFY)),
    )
}

NOBODY = Path("/nowhere/recover")
BUS = Bus(id="radio", port="hci0", kind="ble", baud=9600, links=2)


def device(
    driver: str, number: int, every: float | None = None, outputs: tuple[Output, ...] = ()
) -> Device:
    return Device(
        id=f"{driver}-{number}",
        driver=driver,
        bus="radio",
        address=address(number),
        every=every,
        outputs=outputs,
    )


class RadioBench(Kept):
    """A radio keeper on toys, with everything it said."""

    def __init__(
        self,
        ether: Ether,
        *devices: Device,
        models: Mapping[str, Model] = TOYS,
        recover: Path = NOBODY,
    ) -> None:
        super().__init__()
        self.ether = ether
        self.keeper = RadioKeeper(BUS, devices, models, ether.open, self.world, Recovery(recover))


@asynccontextmanager
async def on_air(
    ether: Ether, *devices: Device, recover: Path = NOBODY
) -> AsyncIterator[RadioBench]:
    bench = RadioBench(ether, *devices, recover=recover)
    async with bench.running():
        yield bench
