"""The commands that a worker was given and whose results are not there yet."""

import asyncio

from agent.model.messages import Command, Event

RESULTS = frozenset({"command_done", "command_failed", "command_expired", "command_unknown"})


class Running:
    def __init__(self) -> None:
        self._results: dict[str, asyncio.Future[bool]] = {}

    def __contains__(self, command: Command) -> bool:
        return command.id in self._results

    def begin(self, command: Command) -> asyncio.Future[bool]:
        """True once its result was told, False if the worker died over it."""
        result: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._results[command.id] = result
        return result

    def told(self, event: Event) -> None:
        """Any event of the worker's."""
        if event.kind in RESULTS:
            self._end(str(event.data.get("id")), told=True)

    def forget(self, command: Command) -> None:
        self._results.pop(command.id, None)

    def lost(self) -> None:
        """The worker is dead."""
        for name in tuple(self._results):
            self._end(name, told=False)

    def _end(self, name: str, *, told: bool) -> None:
        result = self._results.pop(name, None)
        if result is not None and not result.done():
            result.set_result(told)
