"""What the lanes want done next: to send, to read from the journal, or to wait."""

from dataclasses import dataclass, field
from typing import Protocol

from agent.store.ranges import Range
from agent.sync.flights import Flight
from agent.sync.pace import Window


class Parcel(Protocol):
    """Records of the journal, as they are published: one urgent record, or one block."""

    @property
    def epoch(self) -> int: ...

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...

    @property
    def payload(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Send:
    """Publish ``payload`` on the topic of ``lane``; then ``Lanes.taken``."""

    lane: str
    payload: bytes
    window: Window = field(repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """Unsettled parcels after the number ``after``, not beyond ``upto``; then ``Lanes.read``."""

    lane: str
    after: int
    limit: int
    upto: int | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """These numbers, settled or not; then ``Lanes.fetched``.

    ``flight`` is what was sent before; None if the platform asked for them.
    """

    stream: str
    epoch: int
    ranges: tuple[Range, ...]
    limit: int
    flight: Flight | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Until the monotonic time, or until something is new; None: only the latter."""

    until_ns: int | None


Step = Send | Read | Fetch | Wait
