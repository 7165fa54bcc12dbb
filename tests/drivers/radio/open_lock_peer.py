"""A ``Gatt`` with hwsim's lock behind it, and somebody in between who may do as he likes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agent.drivers.base import Seat
from agent.drivers.radio.open_lock import OpenLock, OpenLockOptions
from agent.drivers.radio.open_lock_talk import FROM_LOCK, GREETING, TO_LOCK
from agent.line.asking import NoAnswer
from agent.model.messages import Command, Value
from agent.model.time import Stamp
from hwsim.devices.radio.open_lock_frames import Pile, pieces
from tests.drivers.radio.open_lock_bench import KEY, LOCK_ID, Bench

Between = Callable[[bytes], Iterable[bytes]]


def through(message: bytes) -> Iterable[bytes]:
    return [message]


@dataclass
class Peer:
    """``to_lock`` and ``to_box`` see whole messages; None in a queue is the end of the link."""

    bench: Bench
    room: int = 20
    to_lock: Between = through
    to_box: Between = through
    greet: Between = through
    drop_after: int = 99  # messages to the lock, then the link is gone
    said: list[bytes] = field(default_factory=list)
    writes: int = 0
    doubled: bool = False

    def __post_init__(self) -> None:
        self._pile = Pile()
        self._queue = asyncio.Queue[bytes | None]()
        self.bench.link()

    async def read(self, characteristic: str) -> bytes:
        assert characteristic == GREETING
        (greet,) = self.greet(self.bench.lock.greet())
        return greet

    async def write(self, characteristic: str, data: bytes, *, confirmed: bool = True) -> None:
        assert (characteristic, confirmed) == (TO_LOCK, True)
        assert len(data) <= self.room
        if self.drop_after <= 0:
            raise NoAnswer
        self.writes += 1
        message = self._pile.add(data)
        if message is not None:
            self._whole(message)

    def _whole(self, message: bytes) -> None:
        self.said.append(message)
        self.drop_after -= 1
        for one in self.to_lock(message):
            for answer in self.bench.told(one):
                self.hears(answer)
        for answer in self.bench.rest() if self.bench.motion else ():
            self.hears(answer)
        if not self.drop_after:
            self._queue.put_nowait(None)

    def hears(self, answer: bytes) -> None:
        for message in self.to_box(answer):
            for piece in pieces(message, self.room):
                for _ in range(2 if self.doubled else 1):
                    self._queue.put_nowait(piece)

    @asynccontextmanager
    async def notices(self, characteristic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        assert characteristic == FROM_LOCK
        yield self._heard()

    async def _heard(self) -> AsyncIterator[bytes]:
        while True:
            piece = await self._queue.get()
            if piece is None:
                raise NoAnswer
            yield piece


@dataclass
class Clock:
    """``now`` of a driver."""

    mono_ns: int = 10**12

    def __call__(self) -> Stamp:
        return Stamp("boot", self.mono_ns)


def driver(folder: Path, lock_id: str | None = LOCK_ID.hex()) -> OpenLock:
    key = folder / "door.key"
    key.write_bytes(KEY)
    options = OpenLockOptions(key_file=key, lock_id=lock_id)
    return OpenLock(Seat(device="door", point="gate", options=options))


def command(action: str = "open", name: str = "c-1", ttl_s: float = 5, **args: Value) -> Command:
    at = Stamp("boot", 10**12)
    return Command(id=name, target="door", action=action, at=at, ttl_ns=int(ttl_s * 1e9), args=args)
