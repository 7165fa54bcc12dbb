"""Who speaks first on a wire, and how long each device may think."""

import math
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Protocol

from agent.config.settings import Device
from agent.drivers.base import Model
from agent.line.air import Air
from agent.line.asking import Asks, Manners
from agent.line.peer import PeerLink

URGENT = 1
"""The priority of doors; a device whose model is urgent never stands behind it."""

POLL = 10
"""Added to the priority of a device when it is polled: any command comes before any poll.  Among
polls of one priority the earliest deadline is first."""

ROUNDS, SLACK = 4, 10.0
"""No verb asks more than four questions, and each waits at most one round of its pair; 10 s more
before a driver counts as one that never returns.  Far too much for a person at a door, whom the
line's own patience serves; this bound only finds bugs."""


class Seats(Protocol):
    """The line, as devices need it."""

    def seat(self, priority: int, manners: Manners, deadline: float = math.inf) -> Asks: ...


class Place(Protocol):
    """What one device hangs on while it is open: a line, or the air."""

    def sit(
        self, priority: int, manners: Manners, deadline: float = math.inf
    ) -> AbstractAsyncContextManager[Any]:
        """What its driver was written for, for one verb.  NoAnswer, LinkDown."""
        ...


@dataclass(frozen=True, slots=True)
class OnLine:
    """A place at a line; to sit there costs nothing."""

    line: Seats

    def sit(
        self, priority: int, manners: Manners, deadline: float = math.inf
    ) -> AbstractAsyncContextManager[Asks]:
        return nullcontext(self.line.seat(priority, manners, deadline))


@dataclass(frozen=True, slots=True)
class OnAir:
    """A place on the radio; to sit there may take a connecting.  Manners are of wires."""

    air: Air
    address: str

    def sit(
        self,
        priority: int,
        manners: Manners,  # noqa: ARG002  # the protocol's
        deadline: float = math.inf,
    ) -> AbstractAsyncContextManager[PeerLink]:
        return self.air.linked(self.address, priority, deadline)


def urgency_of(device: Device, model: Model) -> int:
    """0 comes first."""
    return min(device.priority, URGENT) if model.urgent else device.priority


def manners_of(device: Device, model: Model) -> Manners:
    """The model's, from its manual, as far as the configuration says nothing else."""
    given = {
        name: value
        for name in ("patience", "quiet", "attempts")
        if (value := getattr(device, name)) is not None
    }
    return replace(model.manners, **given)


def verb_bound(manners: Sequence[Manners], longest: float = 0.0) -> float:
    """Seconds that a verb may take on a pair whose devices have these manners.

    ``longest``: what one of them may need for a verb of its own.
    """
    one_round = sum(m.attempts * (m.patience + m.quiet) for m in manners)
    return longest + SLACK + ROUNDS * one_round
