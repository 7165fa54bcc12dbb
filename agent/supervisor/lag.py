"""How late the event loop is: whoever holds it for long keeps every door waiting."""

import asyncio
from typing import NoReturn

PERIOD = 0.5  # seconds between two ticks
WINDOW = 60.0  # seconds that ``worst`` looks back, at least


class LagWatch:
    """Ticks on the loop it watches and keeps the latest and the worst delay of a tick, seconds."""

    def __init__(self, period: float = PERIOD, window: float = WINDOW) -> None:
        self._period, self._window = period, window
        self._before = 0.0  # the worst of the window before this one
        self._now = 0.0
        self.last = 0.0

    @property
    def worst(self) -> float:
        """Over the last window and what has passed of this one."""
        return max(self._before, self._now)

    async def run(self) -> NoReturn:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._window
        while True:
            due = loop.time() + self._period
            await asyncio.sleep(self._period)
            self.last = max(0.0, loop.time() - due)
            self._now = max(self._now, self.last)
            if loop.time() >= ends:
                ends = loop.time() + self._window
                self._before, self._now = self._now, 0.0
