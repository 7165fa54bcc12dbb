"""Contacts that a driver looks at: when a change is believed, and what is told of it.

A contact that moves may bounce, and a look may fall into that: a change is told when as many looks
in a row as its ``looks`` agree.  After each start the first state is told too (``first``), since
nobody knows what happened meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval

from agent.drivers.base import Seat
from agent.model.messages import Event
from agent.model.time import Now

Use = Literal[
    "door", "loop", "beam", "exit", "fire", "smoke", "mains", "tamper", "water", "call", "other"
]
_FOR_LIFE = frozenset(("exit", "fire", "smoke"))
_STATES = {True: "active", False: "idle"}
_CONTACTS = {True: "closed", False: "open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """``normally``: how the contact is while nothing is the matter.

    Active is: door open, loop occupied, beam broken, exit or call pressed, fire, smoke, water
    alarm, mains lost, tamper opened.  ``looks``: that must agree before a change is told.
    """

    channel: Annotated[int, Interval(ge=1, le=64)] = 1
    use: Use = "other"
    normally: Literal["open", "closed"] = "open"
    looks: Annotated[int, Interval(ge=1, le=4)] = 2


Look = Callable[[], Awaitable[Mapping[int, bool]]]
"""Whether each channel's contact is closed, seen just now; of all channels, at least."""


class Contacts:
    """Those of one device.  Two inputs may look at one contact."""

    def __init__(self, seat: Seat, inputs: Sequence[Input]) -> None:
        self._seat, self._inputs = seat, inputs
        self._known: dict[int, bool] = {}  # closed?  By place in ``inputs``, as all below.

    @property
    def every(self) -> float:
        """Seconds; what people's lives hang on is looked at most often."""
        return 1.0 if any(each.use in _FOR_LIFE for each in self._inputs) else 2.0

    @property
    def highest(self) -> int:
        """The last channel that must be read; 0 if there is none."""
        return max((each.channel for each in self._inputs), default=0)

    async def news(self, look: Look, now: Now) -> list[Event]:
        """Look as often as it takes; ``input_changed`` for each change that is believed."""
        seen = self._seen(await look())
        moved = {at: closed for at, closed in seen.items() if self._known.get(at) is not closed}
        most = max((self._inputs[at].looks for at in moved), default=1)
        for number in range(2, most + 1):
            again = self._seen(await look())
            moved = {
                at: closed
                for at, closed in moved.items()
                if number > self._inputs[at].looks or again[at] is closed
            }
        return [self._told(at, now, closed=closed) for at, closed in moved.items()]

    def _seen(self, channels: Mapping[int, bool]) -> Mapping[int, bool]:
        return {at: channels[each.channel] for at, each in enumerate(self._inputs)}

    def _told(self, at: int, now: Now, *, closed: bool) -> Event:
        each, first = self._inputs[at], at not in self._known
        self._known[at] = closed
        return Event(
            device=self._seat.device,
            at=now(),
            kind="input_changed",
            data={
                "channel": each.channel,
                "use": each.use,
                "state": _STATES[closed is (each.normally == "open")],
                "contact": _CONTACTS[closed],
                "first": first,
            },
            point=self._seat.point,
        )
