"""What one device has said so far, counted for status, monitor and metrics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.model.messages import Message, Reading
from agent.model.time import Stamp

MOST_VALUES = 32
"""Quantities of one device that are remembered; the richest air station has eleven."""


@dataclass(slots=True)
class Tally:
    """Counts rise from 0 at the start of the process."""

    readings: int = 0
    events: int = 0
    polls: int = 0
    misses: int = 0  # polls and commands without an answer
    refusals: int = 0
    last_heard: Stamp | None = None
    last: dict[str, Reading] = field(default_factory=dict)  # by quantity

    def heard(self, messages: Iterable[Message], at: Stamp) -> None:
        self.last_heard = at
        for message in messages:
            if isinstance(message, Reading):
                self.readings += 1
                if message.quantity in self.last or len(self.last) < MOST_VALUES:
                    self.last[message.quantity] = message
            else:
                self.events += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """A device at one moment."""

    device: str
    driver: str
    here: bool | None = None  # None: neither met nor given up yet
    reason: str = ""
    since: Stamp | None = None
    last_heard: Stamp | None = None
    readings: int = 0
    events: int = 0
    polls: int = 0
    misses: int = 0
    refusals: int = 0
    broke: int = 0
    last: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusState:
    """A wire or an adapter at one moment.

    ``restarts`` counts the worker process of an isolated one.
    """

    bus: str
    port: str
    isolated: bool = False
    up: bool = False
    tried: bool = False  # opening it was tried at least once
    opened: int = 0
    restarts: int = 0
    links: int = 0  # of a radio: connected now
    lag: float = 0.0  # the loop of its process, worst of the last window, seconds
    stirred: float = 0.0  # the loop's time of its last sign of life
    line: Mapping[str, int] = field(default_factory=dict)  # the line's own counters
    devices: tuple[DeviceState, ...] = ()
