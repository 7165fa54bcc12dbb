"""What passed through the box lately: the last events, and how commands ended.

A watcher of the hub: it sees every message on the loop, so ``saw`` is a few steps.
"""

from collections import Counter, deque

from agent.model.messages import Event, Fields, Message
from agent.model.plates import masked
from agent.web.snapshot import Commands, Happening

LAST_EVENTS = 20
_ENDS = {
    "command_done": "done",
    "command_failed": "failed",
    "command_expired": "expired",
    "command_unknown": "unknown",
}

_PLATES = ("plate", "runner_up")  # personal: the journal has them, no page shows them


class Tally:
    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=LAST_EVENTS)
        self._ends: Counter[str] = Counter()

    def saw(self, message: Message) -> None:
        if isinstance(message, Event):
            self._events.append(message)
            if message.kind in _ENDS:
                self._ends[_ENDS[message.kind]] += 1

    def happenings(self, mono_ns: int) -> tuple[Happening, ...]:
        """Oldest first.  ``mono_ns``: now, for their ages."""
        return tuple(
            Happening(
                age_s=(mono_ns - each.at.mono_ns) / 1e9,
                device=each.device,
                kind=each.kind,
                data=_shown(each.data),
            )
            for each in self._events
        )

    def commands(self) -> tuple[Commands, ...]:
        return tuple(Commands(result=end, count=self._ends[end]) for end in _ENDS.values())


def _shown(data: Fields) -> Fields:
    hidden = {name: masked(str(data[name])) for name in _PLATES if data.get(name)}
    return {**data, **hidden} if hidden else data
