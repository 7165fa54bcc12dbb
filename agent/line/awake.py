"""Notices that nobody looked at the wire for a while: the process was stopped, or its loop held.

What the kernel kept meanwhile tells of a past without a date; it keeps the oldest 4095 bytes and
loses the rest.  A weight from there must not be credited, a card from there must open nothing.
"""

import asyncio

TICK_S = 0.5
ASLEEP_S = 1.0
"""A tick that comes so late means that what waits may be as old.  A scale's settled second, the
shortest thing that anybody concludes from, is not shorter."""

WAKING_S = 0.1
"""So long after a late tick what comes is what had waited: the reader may get its turn later."""

DRAINED = 1024
"""A portion smaller than this has emptied the kernel's buffer: ``agent.links.base.MOST``."""


class Awake:
    """Ticks while started.  Times are those of the event loop."""

    def __init__(self) -> None:
        self._due = float("inf")  # of the next tick
        self._woke = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._draining = False

    def start(self) -> None:
        self._due = _now() + TICK_S
        self._timer = asyncio.get_running_loop().call_at(self._due, self._tick)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def missed(self, size: int) -> bool:
        """Whether the ``size`` bytes that have come now may have come long ago."""
        self._look()
        old = self._draining or _now() < self._woke + WAKING_S
        self._draining = old and size >= DRAINED
        return old

    def _tick(self) -> None:
        self._look()
        self.start()

    def _look(self) -> None:
        if _now() - self._due > ASLEEP_S:
            self._woke = _now()


def _now() -> float:
    return asyncio.get_running_loop().time()
