"""Asks the pulled sources again and again, and hands the clock what they say."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from agent.clock.clock import Clock
from agent.clock.ntp import Ntp
from agent.clock.rtc import Rtc
from agent.clock.simulate import Simulated, SimulatedBoot
from agent.clock.sources import Source
from agent.clock.system import System

EVERY = 64.0
"""Seconds from one round to the next: NTP's shortest usual poll, 2^6 (RFC 5905, MINPOLL)."""


def pulled(names: Sequence[str], ntp: Sequence[str], rtc: str | None) -> list[Source]:
    """The real sources among ``names``; the platform and the modem speak for themselves."""
    made: dict[str, Source] = {"system": System()}
    if ntp:
        made["ntp"] = Ntp(ntp)
    if rtc is not None:
        made["rtc"] = Rtc(Path(rtc))
    return [made[name] for name in names if name in made]


def simulated(names: Sequence[str], boot: SimulatedBoot) -> list[Source]:
    """All of ``names`` from the drill's file, the pushed ones too."""
    return [Simulated(name, boot) for name in names]


async def keep(clock: Clock, sources: Sequence[Source], every: float = EVERY) -> None:
    """Until cancelled.  Better sources come first, as they stand in ``sources``."""
    while True:
        for source in sources:
            sample = await source.read()
            if sample is not None:
                clock.offer(source.name, sample.utc_ns, sample.error_ns)
        clock.tick()
        await asyncio.sleep(every)
