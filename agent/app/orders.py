"""Commands from outside: what is accepted is on the disk before anything moves.

A local door does not wait for a disk (docs/adr/0007); somebody who is far away does.  If the box
falls in between, the next start finds an accepted command without a result and says that nobody
knows (``command_unknown``); it is never carried out again.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from agent.app.hub import Hub
from agent.model.messages import Command, Event, Fields
from agent.model.time import Now
from agent.supervisor.orders import tell

Dispatch = Callable[[Command], None]


class Orders:
    """Call it with a command whose signature, nonce and age are good, and who asked for it.

    ``writes``: whether the journal reaches its disk.
    """

    def __init__(self, hub: Hub, dispatch: Dispatch, now: Now, writes: Callable[[], bool]) -> None:
        self._hub, self._dispatch, self._now, self._writes = hub, dispatch, now, writes

    def __call__(self, command: Command, by: str) -> None:
        data: Fields = {"id": command.id, "action": command.action, "operator": by}
        accepted = Event(device=command.target, at=self._now(), kind="command_accepted", data=data)
        self._hub.keep(command)
        self._hub.keep(accepted, partial(self._durable, command))

    def _durable(self, command: Command) -> None:
        """Also called when the journal has given the acceptance up: then nothing may move."""
        if self._writes():
            self._dispatch(replace(command, accepted=True))
        else:
            tell(self._hub.take, self._now, command, "command_failed", reason="not_on_record")
