"""The box's time, from its first stamp to its last: the boot, the clock over it, its sources."""

from collections.abc import Callable
from functools import partial

from agent.clock import keeper
from agent.clock.boot import KernelBoot
from agent.clock.clock import Clock
from agent.clock.floor import Floor
from agent.clock.rules import Rules
from agent.clock.simulate import SimulatedBoot
from agent.config import settings
from agent.model.messages import Event
from agent.model.time import Stamp, whole

SIMULATED_EVERY_S = 0.5  # a drill does not wait a minute


class Hours:
    """The journal is opened before there is a clock, and the clock needs the journal's floor: so
    there are stamps first, and UTC only after ``begin``."""

    def __init__(self, table: settings.Clock) -> None:
        self._table = table
        kernel = KernelBoot()
        self._simulated = SimulatedBoot(table.simulate, kernel) if table.simulate else None
        self._boot = self._simulated or kernel
        self._clock: Clock | None = None

    def now(self) -> Stamp:
        if self._clock is None:
            return Stamp(self._boot.id, whole(self._boot.mono_ns()))
        return self._clock.now()

    def begin(self, gateway: str, floor: Floor, emit: Callable[[Event], None]) -> Clock:
        table = self._table
        rules = Rules(
            sources=table.sources, disagree_s=table.disagree_s, holdover_s=table.holdover_s
        )
        self._clock = Clock(self._boot, rules, gateway, floor, emit)
        return self._clock

    async def keep(self) -> None:
        """Until cancelled; after ``begin``."""
        assert self._clock is not None  # noqa: S101  # the contract above
        ask = partial(keeper.keep, self._clock)
        if self._simulated is not None:
            sources = keeper.simulated(self._table.sources, self._simulated)
            await ask(sources, SIMULATED_EVERY_S)
        else:
            await ask(keeper.pulled(self._table.sources, self._table.ntp, self._table.rtc))
