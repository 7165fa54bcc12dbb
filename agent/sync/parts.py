"""What sync is given by the composition."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.config import settings
from agent.model.messages import Command, Event
from agent.model.time import Stamp
from agent.store.ranges import Range
from agent.sync.hello import About, Heads
from agent.sync.steps import Parcel


class Replayed(Protocol):
    """``gone``: given once, and stored no more.  ``rest``: not looked at yet."""

    @property
    def parcels(self) -> Sequence[Parcel]: ...

    @property
    def gone(self) -> Sequence[Range]: ...

    @property
    def rest(self) -> Sequence[Range]: ...


class Outbox(Protocol):
    """agent.store.outbox.  Raises Unreadable: the disk cannot be read now."""

    async def heads(self) -> Heads: ...

    async def urgent(self, after: int, limit: int) -> Sequence[Parcel]: ...

    async def bulk(self, after: int, limit: int, upto: int | None = None) -> Sequence[Parcel]: ...

    async def replay(
        self, stream: str, epoch: int, ranges: Sequence[Range], limit: int
    ) -> Replayed: ...

    async def aclose(self) -> None: ...


class Journal(Protocol):
    """agent.store.journal, as far as the platform is concerned."""

    def outbox(self) -> Outbox: ...

    def watch(self, callback: Callable[[], None]) -> None: ...

    @property
    def epoch(self) -> int: ...

    def last(self, stream: str) -> int: ...

    def ack(self, stream: str, epoch: int, ranges: tuple[Range, ...]) -> None: ...

    def gone(self, stream: str, epoch: int, ranges: Sequence[Range]) -> None: ...

    def renew(self, at_least: int, done: Callable[[], None], why: str) -> None: ...


class Clock(Protocol):
    """agent.clock.clock."""

    @property
    def floor_ns(self) -> int: ...

    def now(self) -> Stamp: ...

    def offer(self, source: str, utc_ns: int, error_ns: int = 0) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """``order`` is called with an accepted command and who asked for it ("" if nobody says): it
    makes the acceptance durable and carries the command out.  ``emit`` takes events of the box.
    Both return at once.
    """

    gateway: str
    journal: Journal
    clock: Clock
    keys: Sequence[settings.Key]
    order: Callable[[Command, str], None]
    emit: Callable[[Event], None]
    about: About
