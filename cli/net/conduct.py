"""How a bad line behaves at the moment: shared by all its connections, changed while it runs."""

import asyncio
from enum import Enum

PIECE = 1024
"""Bytes that pass at once on a slow line: 8 ms at 1 Mbit/s, so that connections share it fairly."""
PIECE_FAST = 16 * 1024
HELD_SLOW = 8 * 1024
"""Bytes held for each connection and way on a slow line, so that the sender feels it at once.  With
the kernel's receive buffer (``relay.BUFFER``, doubled) that makes 24 KiB."""
HELD_FAST = 1024 * 1024
LATE_S = 0.05
"""Made up for: timers wake a millisecond or two late, and on a busy machine later."""


class Mode(Enum):
    OPEN = "open"
    FREEZE = "freeze"
    """Nothing moves and nothing is lost: a link that is away for a while."""
    BLACKHOLE = "blackhole"
    """Everything is taken and nothing comes out: what a dead peer behind a dead link looks like."""
    REFUSE = "refuse"
    """Nobody listens."""


class Pace:
    """The bit rate of one way, shared by all connections; None is as fast as it goes."""

    def __init__(self) -> None:
        self.bits_per_s: float | None = None
        self._free_at = 0.0

    async def take(self, size: int) -> None:
        """Until ``size`` bytes have passed."""
        if self.bits_per_s is None:
            return
        now = asyncio.get_running_loop().time()
        self._free_at = max(now - LATE_S, self._free_at) + size * 8 / self.bits_per_s
        await asyncio.sleep(self._free_at - now)


class Conduct:
    """To be touched in its event loop only."""

    def __init__(self) -> None:
        self.mode = Mode.OPEN
        self.latency_s = 0.0
        self.up, self.down = Pace(), Pace()
        self._moving = asyncio.Event()
        self._moving.set()

    def become(self, mode: Mode) -> None:
        self.mode = mode
        if mode is Mode.FREEZE:
            self._moving.clear()
        else:
            self._moving.set()

    async def moving(self) -> None:
        """At once, unless the line is frozen."""
        await self._moving.wait()

    def piece(self, pace: Pace) -> int:
        return PIECE_FAST if pace.bits_per_s is None else PIECE

    def room(self, pace: Pace) -> int:
        """Bytes that may be held: what is on the way for ``latency_s``, and a little."""
        if pace.bits_per_s is None:
            return HELD_FAST
        return HELD_SLOW + int(pace.bits_per_s / 8 * self.latency_s)
