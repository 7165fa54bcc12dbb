"""Feeding systemd's watchdog, and only on proof of progress.

A timer that feeds by itself proves nothing: it would go on while the writer thread hangs in a
dying card.  So each round sends a probe through the event loop and the journal's writer, and asks
every task when it last got anywhere.  Devices that stay silent are no stall: a task that waits,
or asks and gets no answer, makes progress.  If the proof fails we do nothing at all: systemd
restarts the unit when its time is up, and the log already says what stood still.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from agent.app.notify import Notifier

log = logging.getLogger(__name__)

UNWATCHED_S = 30.0  # the round's length where no WatchdogSec is set: WatchdogSec of our own unit


@dataclass(frozen=True, slots=True)
class Task:
    """``idle_s`` tells the seconds since the task last got anywhere."""

    name: str
    idle_s: Callable[[], float]
    deadline_s: float


class Watchdog:
    def __init__(
        self,
        notifier: Notifier,
        probe: Callable[[], Awaitable[None]],
        tasks: Callable[[], Iterable[Task]],
    ) -> None:
        """``probe`` returns once a no-op has passed the journal's writer thread."""
        self._notifier, self._probe, self._tasks = notifier, probe, tasks
        # three rounds fit into the time systemd gives, so one late round does no harm
        self._round_s = (notifier.watchdog_s or UNWATCHED_S) / 3
        self.stalled: tuple[str, ...] = ()
        """Names of what made no progress in the last round; "journal" is the writer."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(self._round_s)

    async def once(self) -> None:
        """One probe of everything; feeds if all of it got through."""
        idle = [task.name for task in self._tasks() if task.idle_s() > task.deadline_s]
        stalled = (*([] if await self._writes() else ["journal"]), *idle)
        if not stalled:
            self._notifier.fed()
        self._tell(stalled)

    async def _writes(self) -> bool:
        try:
            async with asyncio.timeout(self._round_s):
                await self._probe()
        except TimeoutError:
            return False
        return True

    def _tell(self, stalled: tuple[str, ...]) -> None:
        """Once when something stalls, once when it goes on."""
        if stalled == self.stalled:
            return
        self.stalled = stalled
        if stalled:
            log.error("no progress in: %s; the watchdog is not fed", ", ".join(stalled))
            self._notifier.status(f"stalled 停滞: {', '.join(stalled)}")
        else:
            log.info("all tasks make progress again")
            self._notifier.status("running 运行中")
