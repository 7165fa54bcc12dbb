"""What the loop hands to the writer thread."""

from collections.abc import Callable
from dataclasses import dataclass, field

from agent.model.messages import Command, Event, Reading
from agent.store.ranges import Range

Done = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Readings in the order of their capture, sealed: they become blocks together."""

    readings: list[Reading]
    done: list[Done]


@dataclass(frozen=True, slots=True)
class Urgent:
    message: Event | Command
    done: Done | None


@dataclass(frozen=True, slots=True)
class Lost:
    """Messages that found no room in memory: they become a gap record."""

    stream: str
    count: int
    reason: str
    done: list[Done] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ack:
    """The platform has these; may wait for a transaction to travel with."""

    stream: str
    epoch: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """UTC will never again be below this; may wait as well."""

    utc_ns: int


@dataclass(frozen=True, slots=True)
class Renew:
    """The platform knows numbers that we never gave: go on under a new epoch."""

    at_least: int
    done: Done
    why: str = "behind"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A stored block whose bytes have changed: it is given up."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Gone:
    """The platform asked for these and nobody has them: gap records say so."""

    stream: str
    epoch: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A reader found the database damaged, twice; ``opening`` tells which one it read."""

    opening: int


@dataclass(frozen=True, slots=True)
class Probe:
    done: Done


@dataclass(frozen=True, slots=True)
class Stop:
    pass


Kept = Chunk | Urgent | Lost | Ack | Floor | Renew | Damaged | Gone
"""What becomes part of a transaction."""

Job = Kept | Broken | Probe | Stop
