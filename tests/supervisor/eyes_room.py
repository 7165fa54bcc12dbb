"""A core that waits for eyes, and eyes whose letters are written by hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.config.settings import Camera, Loop
from agent.links.bridge import WorkerEnd
from agent.model.evidence import Shot, Taken
from agent.model.messages import Event, Message
from agent.model.time import Stamp
from agent.supervisor import mail, sight
from agent.supervisor.eyes import Eyes, Place
from agent.supervisor.sight import CameraState
from agent.supervisor.world import World
from tests.supervisor.socket_world import really

GATE = Camera(
    id="gate-cam", source="file:/x", use=("plates",), loop=Loop(device="loops-1", channel=2)
)
DOOR = Camera(id="door-cam", source="file:/y", use=("codes",))
CONFIG = "digest"
JPEG = b"\xff\xd8\xff" + bytes(200)
AT = Stamp("boot", 5_000_000_000)


def passed(number: int, *, shots: tuple[Shot, ...] = (), plate: str = "湘A00001") -> Event:
    data = {"passage": f"gate-cam-r-{number}", "plate": plate, "direction": "in"}
    event = Event(device="gate-cam", at=replace(AT, mono_ns=number * 10**9), kind=sight.PASSED)
    return sight.with_shots(replace(event, data=data), shots)


class Room:
    """A core with eyes to be; ``slow``: nothing is durable before ``settle``."""

    def __init__(self, directory: Path) -> None:
        self.socket = directory / "eyes" / "eyes.sock"
        self.said: list[Message] = []
        self.pictures: list[Taken] = []
        self.slow = False
        self._waiting: list[Callable[[], None]] = []
        self.world = World(emit=self.said.append, now=lambda: AT)

    def place(self, before: tuple[Event, ...] = ()) -> Place:
        return Place(
            socket=self.socket, config=CONFIG, take=self.take, pictures=self, before=before
        )

    def take(self, message: Message, done: Callable[[], None]) -> None:
        self.said.append(message)
        self._later(done)

    def put(self, taken: Taken, done: Callable[[], None]) -> None:
        self.pictures.append(taken)
        self._later(done)

    def _later(self, done: Callable[[], None]) -> None:
        self._waiting.append(done)
        if not self.slow:
            self.settle()

    def settle(self, most: int = 99) -> None:
        for _ in range(min(most, len(self._waiting))):
            self._waiting.pop(0)()

    @asynccontextmanager
    async def core(self, *before: Event) -> AsyncIterator[Eyes]:
        core = Eyes((GATE, DOOR), self.world, self.place(before))
        task = asyncio.create_task(core.run())
        try:
            await really(self.socket.exists)
            yield core
            assert not task.done(), task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def told(self, kind: str) -> list[Event]:
        return [each for each in self.said if isinstance(each, Event) and each.kind == kind]

    def presence(self, device: str) -> list[tuple[str, object]]:
        return [
            (each.kind, each.data["reason"])
            for each in self.said
            if isinstance(each, Event)
            and each.device == device
            and each.kind in {"device_back", "device_away"}
        ]


class Hand:
    """Writes letters by hand."""

    def __init__(self, socket: Path, name: str) -> None:
        self.letters: list[dict[str, Any]] = []
        self._end = WorkerEnd(socket, name.encode(), self._heard)

    def _heard(self, frame: bytes) -> None:
        self.letters.append(json.loads(frame))

    def say(self, kind: str, **fields: object) -> None:
        assert self._end.send(mail.write(kind, **fields))

    def tell(self, number: int, event: Event, *shots: Shot) -> None:
        assert self._end.send(sight.write_event(number, event, shots))

    def beat(self, **cameras: CameraState) -> None:
        states = {name.replace("_", "-"): state for name, state in cameras.items()}
        packed = sight.pack_states(states)
        self.say("beat", lag=0.0, dropped=0, rss=7, cpu_s=1.5, cameras=packed)

    def got(self, kind: str) -> list[dict[str, Any]]:
        return [letter for letter in self.letters if letter["t"] == kind]

    async def hello(self, config: str = CONFIG) -> dict[str, Any]:
        self.say("hello", config=config)
        await really(lambda: self.got("welcome"))
        return self.got("welcome")[-1]

    def acked(self) -> list[int]:
        return [one for letter in self.got("ack") for one in letter["ids"]]

    def close(self) -> None:
        self._end.close()


@asynccontextmanager
async def hand(room: Room, name: str = "eyes-one") -> AsyncIterator[Hand]:
    made = Hand(room.socket, name)
    try:
        yield made
    finally:
        made.close()
