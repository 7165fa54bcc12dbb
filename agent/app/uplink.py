"""The way to the platform, if the configuration has one, put together with the rest of the box."""

from agent.app.hub import Hub
from agent.app.orders import Orders
from agent.app.version import VERSION
from agent.clock.clock import Clock
from agent.config import settings
from agent.model.time import Stamp
from agent.store.journal import Journal
from agent.sync.hello import About
from agent.sync.parts import Parts
from agent.sync.sync import Sync

DIGEST = 12
"""Digits of the configuration's digest that a hello tells: enough to see that it changed."""


class Played:
    """A clock that a drill plays takes no word from a real platform."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @property
    def floor_ns(self) -> int:
        return self._clock.floor_ns

    def now(self) -> Stamp:
        return self._clock.now()

    def offer(self, source: str, utc_ns: int, error_ns: int = 0) -> None:
        """Nothing."""


def uplink(
    box: settings.Box, journal: Journal, clock: Clock, hub: Hub, order: Orders
) -> Sync | None:
    """None for a box that has no platform."""
    if not box.sync.enabled:
        return None
    parts = Parts(
        gateway=box.site.gateway,
        journal=journal,
        clock=clock if box.clock.simulate is None else Played(clock),
        keys=box.keys,
        order=order,
        emit=hub.take,
        about=About(agent=VERSION, config=box.digest[:DIGEST]),
    )
    return Sync(box.sync, parts)
