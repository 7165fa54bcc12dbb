"""What every keeper is given, and what tests replace."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from agent.links.base import Link
from agent.model.time import Now
from agent.supervisor.presence import Emit

OpenLink = Callable[[], Awaitable[Link]]
"""Opens the one wire; LinkDown if that cannot be done now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Waiting is the event loop's (tests give it a loop whose time jumps)."""

    emit: Emit
    now: Now
    dice: random.Random = field(default_factory=random.Random)


def loop_time() -> float:
    """Seconds, for periods and waits; stamps come from ``World.now``."""
    return asyncio.get_running_loop().time()
