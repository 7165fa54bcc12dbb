"""What keeps a bus alive, in this process or in another."""

from typing import NoReturn, Protocol

from agent.model.messages import Command
from agent.supervisor.state import BusState


class Keeper(Protocol):
    @property
    def devices(self) -> tuple[str, ...]:
        """The ids it answers for."""
        ...

    async def run(self) -> NoReturn:
        """Until cancelled; then the outputs are at rest (or two seconds have been tried)."""
        ...

    async def act(self, command: Command) -> None:
        """Carry out a command for one of ``devices``; the result is an event.  Never raises."""
        ...

    def state(self) -> BusState: ...
