"""What came from a box, as the store takes it.  Plain values; ``city.codec`` makes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

URGENT, BULK = "urgent", "bulk"
"""The two streams, each with its own sequence in every epoch."""

QUALITIES = ("good", "suspect", "invalid")
"""A quality is kept as its place in here."""

Series = tuple[str, str | None, str]
"""Device, point, quantity."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A publish as it came.  ``mono_ns`` is when, on our monotonic clock."""

    gateway: str
    branch: str  # what stands behind ``up/``
    payload: bytes
    mono_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every block tells in every version: the numbers ``first`` … ``last``, and of when.

    ``boot`` and ``mono_ns`` tell the same numbers apart when a card was restored or cloned.
    """

    gateway: str
    epoch: int
    first: int
    n: int
    boot: str
    mono_ns: int

    @property
    def last(self) -> int:
        return self.first + self.n - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """A block, decoded: the columns all have ``head.n`` places.

    ``more`` is the whole block again if it held fields that we do not know.
    """

    head: Head
    offset_ns: int | None
    tq: str
    series: Sequence[Series]
    places: Sequence[int]
    times: Sequence[int]
    values: Sequence[float | None]
    qualities: Sequence[int]
    more: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A block of which only the head could be read: kept as it came."""

    head: Head
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Numbers that will never come, says a gap record."""

    stream: str
    epoch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an event tells of one of our commands."""

    id: str
    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One record of the urgent stream.  ``raw`` is its line, whatever its type."""

    gateway: str
    epoch: int
    seq: int
    raw: str
    type: str = ""
    kind: str = ""
    device: str = ""
    boot: str = ""
    mono_ns: int = -1  # -1: it tells none
    lost: Lost | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A payload in which no number can be read, and what it should have been."""

    gateway: str
    should_be: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Of one epoch, as a hello tells it; docs/protocol.md, section 4."""

    epoch: int
    first: int
    last: int
    cursor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """``streams`` holds sane spans only, the one in use last.  ``run`` is "" if it told none."""

    gateway: str
    run: str
    nonce: str
    streams: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    about: str = "{}"  # the agent's version, configuration and boot, as JSON
    mono_ns: int = 0  # when it came, on our clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    gateway: str
    online: bool


Parcel = Readings | Sealed | Told | Aside | Hello | Presence
