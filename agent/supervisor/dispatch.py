"""Takes each command to the keeper of its target."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable

from agent.model.messages import Command
from agent.model.time import Now
from agent.supervisor.keeper import Keeper
from agent.supervisor.orders import tell
from agent.supervisor.presence import Emit

log = logging.getLogger(__name__)

MOST = 8
"""Commands of one device that may be under way; more of them are a mistake, not a crowd: people
at one door come one after the other."""


class Dispatch:
    """Call it with a command on the loop thread; it never waits and never raises.

    The command is on a free wire one turn of the loop later.
    """

    def __init__(self, keepers: Iterable[Keeper], emit: Emit, now: Now) -> None:
        self._keepers = {device: keeper for keeper in keepers for device in keeper.devices}
        self._emit, self._now = emit, now
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, command: Command) -> None:
        keeper = self._keepers.get(command.target)
        if keeper is None:
            self._fail(command, "unknown_target")
        elif self._busy[command.target] >= MOST:
            self._fail(command, "busy")
        else:
            self._start(keeper, command)

    async def aclose(self) -> None:
        """Drop what is under way; each is told as ``command_unknown``.  Before keepers stop."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, keeper: Keeper, command: Command) -> None:
        self._busy[command.target] += 1
        task = asyncio.create_task(keeper.act(command), name=f"command {command.id}")
        self._tasks.add(task)

        def over(task: asyncio.Task[None]) -> None:
            self._busy[command.target] -= 1
            self._tasks.discard(task)

        task.add_done_callback(over)

    def _fail(self, command: Command, reason: str) -> None:
        log.warning("command %s for %s: %s", command.id, command.target, reason)
        tell(self._emit, self._now, command, "command_failed", reason=reason)
