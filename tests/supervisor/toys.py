"""Three-line wires, and devices simple enough to see through.

The toy protocol: ``?3`` asks device 3 for its value (``3=17``), ``+3.1`` and ``-3.1`` switch its
output 1 (``ok``), anything else that comes is talk.  Lines end with a newline.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from agent.config.settings import Bus, Device, Output
from agent.drivers.base import Model, NoOptions, Seat
from agent.line.asking import Asks, Found, Manners
from agent.links.base import LinkDown
from agent.model.messages import Command, Event, Message, Reading
from agent.model.time import Now, Stamp

Peer = Callable[[bytes], bytes | None]


class Cable:
    """A wire whose other end is a function: what it returns comes back."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._coming: asyncio.Queue[bytes] = asyncio.Queue()
        self.sent: list[tuple[float, bytes]] = []
        self.is_down = False
        self.closed = False

    async def receive(self) -> bytes:
        data = await self._coming.get()
        if self.is_down:
            raise LinkDown("toy: unplugged")
        return data

    async def send(self, data: bytes) -> None:
        if self.is_down:
            raise LinkDown("toy: unplugged")
        self.sent.append((asyncio.get_running_loop().time(), data))
        if reply := self._peer(data):
            self._coming.put_nowait(reply)

    async def aclose(self) -> None:
        self.closed = True

    def say(self, data: bytes) -> None:
        self._coming.put_nowait(data)

    def pull(self) -> None:
        self.is_down = True
        self._coming.put_nowait(b"")

    def heard(self, data: bytes) -> list[float]:
        """When the devices got ``data``."""
        return [at for at, sent in self.sent if sent == data]


@dataclass
class World:
    """Everything on the other end of one wire, and how it may misbehave."""

    values: dict[int, int] = field(default_factory=dict)  # by address; absent: silent
    outputs: dict[tuple[int, int], bool] = field(default_factory=dict)
    deaf: bool = False  # to switching
    plugged: bool = True
    cables: list[Cable] = field(default_factory=list)

    async def open(self) -> Cable:
        if not self.plugged:
            raise LinkDown("toy: no such port")
        self.cables.append(Cable(self.answer))
        return self.cables[-1]

    @property
    def cable(self) -> Cable:
        return self.cables[-1]

    def answer(self, request: bytes) -> bytes | None:
        if asked := re.fullmatch(rb"\?(\d+)\n", request):
            value = self.values.get(int(asked[1]))
            return None if value is None else b"%s=%d\n" % (asked[1], value)
        if switched := re.fullmatch(rb"([+-])(\d+)\.(\d+)\n", request):
            if self.deaf:
                return None
            self.outputs[int(switched[2]), int(switched[3])] = switched[1] == b"+"
            return b"ok\n"
        return None

    def unplug(self) -> None:
        self.plugged = False
        self.cable.pull()


def _match(pattern: bytes) -> Callable[[bytes], Found[bytes] | None]:
    def answer(heard: bytes) -> Found[bytes] | None:
        found = re.search(pattern, heard)
        return Found(found[0], found.start(), found.end()) if found else None

    return answer


@dataclass
class Meter:
    """Polls."""

    seat: Seat
    every: float = 1.0

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        said = await line.ask(
            b"?%d\n" % (self.seat.address or 0), _match(rb"%d=\d+\n" % (self.seat.address or 0))
        )
        value = float(said.split(b"=")[1])
        return (Reading(device=self.seat.device, at=now(), quantity="count", value=value),)


@dataclass
class Relay:
    """Acts."""

    seat: Seat

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        channel, state = command.args.get("channel"), command.action
        sign = {"on": b"+", "off": b"-"}[state]
        asked = f"{self.seat.address or 0}.{channel}\n".encode()
        await line.ask(sign + asked, _match(rb"ok\n"))
        data = {"channel": channel, "state": state, "confirmed": True}
        return (Event(device=self.seat.device, at=now(), kind="output_set", data=data),)


@dataclass
class Reader:
    """Listens."""

    seat: Seat

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        if data.startswith(b"qr:"):
            yield Event(device=self.seat.device, at=at, kind="code_scanned", raw=data[3:].strip())


@dataclass
class Talker(Reader):
    """Listens, and is never silent for long."""

    silence: float = 5.0


MANNERS = Manners(patience=0.2, quiet=0.1, attempts=2)


def model(name: str, build: Callable[[Seat], object], **more: object) -> Model:
    said = {"name": name, "build": build, "zh": "", "en": "", "protocol": "toy", **more}
    return Model(options=NoOptions, manners=MANNERS, **said)  # type: ignore[arg-type]  # toys, and faulty ones on purpose


TOYS = {
    toy.name: toy
    for toy in (
        model("meter", Meter),
        model("relay", Relay, outputs=True),
        model("reader", Reader),
        model("talker", Talker),
    )
}

BUS = Bus(id="bus", port="/dev/toy", baud=9600)


def meter(number: int, every: float = 1.0) -> Device:
    return Device(id=f"meter-{number}", driver="meter", bus="bus", address=number, every=every)


def relay(number: int, *outputs: Output) -> Device:
    outputs = outputs or (Output(channel=1),)
    return Device(
        id=f"relay-{number}", driver="relay", bus="bus", address=number, priority=1, outputs=outputs
    )


def reader(driver: str = "reader") -> Device:
    return Device(id=driver, driver=driver, bus="bus")
