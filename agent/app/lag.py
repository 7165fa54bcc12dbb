"""How late the event loop is: what a door would have to wait before anything is even begun."""

import asyncio
from collections import deque
from collections.abc import Callable

TICK_S = 0.5  # two wake-ups a second cost a Pi less than 0.05 % of a core
_KEPT = 120  # ticks, one minute


class LoopLag:
    """``latest_s`` also grows while the loop stands still, for whoever asks from inside it next."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or asyncio.get_running_loop().time
        self._due = self._clock() + TICK_S
        self._seen: deque[float] = deque([0.0], maxlen=_KEPT)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._due = self._clock() + TICK_S
            await asyncio.sleep(TICK_S)
            self._seen.append(self._late())

    @property
    def latest_s(self) -> float:
        return max(self._seen[-1], self._late())

    @property
    def worst_s(self) -> float:
        """Of the last minute."""
        return max(*self._seen, self._late())

    def _late(self) -> float:
        return max(0.0, self._clock() - self._due)
