"""What flows through the box: readings, events and commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from agent.model.time import Stamp

Value = str | int | float | bool | None
Fields = Mapping[str, Value]
"""Flat on purpose: a field that the city does not know can still be stored and shown."""


class Quality(StrEnum):
    GOOD = "good"
    SUSPECT = "suspect"  # the device or a stage doubts it: unstable, jumped, warming up
    INVALID = "invalid"  # cannot be: out of range, overload


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number that was measured, in the one unit of its quantity (agent.model.quantities)."""

    device: str
    at: Stamp
    quantity: str
    value: float
    quality: Quality = Quality.GOOD
    point: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened once (kinds: agent.model.kinds).

    ``by`` names the stage that concluded it, None for what a device or the box itself said.
    ``raw`` is what was shown to a reader, for the stage that judges it: it is never stored,
    never printed and never sent.
    """

    device: str
    at: Stamp
    kind: str
    data: Fields = field(default_factory=dict)
    point: str | None = None
    by: str | None = None
    raw: bytes = field(default=b"", repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", MappingProxyType(dict(self.data)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something a device is asked to do, dead ``ttl_ns`` after ``at`` (monotonic time).

    ``accepted``: its acceptance is on record already, and is not told again.
    """

    id: str
    target: str
    action: str
    at: Stamp
    ttl_ns: int
    args: Fields = field(default_factory=dict)
    by: str | None = None
    accepted: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "args", MappingProxyType(dict(self.args)))


Message = Reading | Event | Command
