"""What passed through the box lately: last values, last events, how commands ended.

A watcher of the hub: it sees every message on the loop, so ``saw`` is a few dictionary steps.
Bounded by the configuration (devices times their quantities) and by ``LAST_EVENTS``.
"""

from collections import Counter, deque
from collections.abc import Iterable

from agent.model.messages import Event, Message, Reading
from agent.model.quantities import QUANTITIES
from agent.web.snapshot import Commands, Happening, Value

LAST_EVENTS = 20
_ENDS = {
    "command_done": "done",
    "command_failed": "failed",
    "command_expired": "expired",
    "command_unknown": "unknown",
}


class Tally:
    def __init__(self, devices: Iterable[str]) -> None:
        self._last: dict[str, dict[str, Reading]] = {device: {} for device in devices}
        self._readings: Counter[str] = Counter()
        self._events: deque[Event] = deque(maxlen=LAST_EVENTS)
        self._ends: Counter[str] = Counter()

    def saw(self, message: Message) -> None:
        if isinstance(message, Reading):
            self._readings[message.device] += 1
            values = self._last.get(message.device)
            if values is not None:
                values[message.quantity] = message
        elif isinstance(message, Event):
            self._events.append(message)
            if message.kind in _ENDS:
                self._ends[_ENDS[message.kind]] += 1

    def readings(self, device: str) -> int:
        return self._readings[device]

    def last(self, device: str, mono_ns: int) -> tuple[Value, ...]:
        """``mono_ns``: now, for the ages."""
        return tuple(_value(each, mono_ns) for each in self._last.get(device, {}).values())

    def happenings(self, mono_ns: int) -> tuple[Happening, ...]:
        """Oldest first."""
        return tuple(
            Happening(
                age_s=(mono_ns - each.at.mono_ns) / 1e9,
                device=each.device,
                kind=each.kind,
                data=each.data,
            )
            for each in self._events
        )

    def commands(self) -> tuple[Commands, ...]:
        return tuple(Commands(result=end, count=self._ends[end]) for end in _ENDS.values())


def _value(reading: Reading, mono_ns: int) -> Value:
    quantity = QUANTITIES.get(reading.quantity)
    return Value(
        quantity=reading.quantity,
        value=reading.value,
        unit=quantity.unit if quantity is not None else "",
        quality=reading.quality.value,
        age_s=(mono_ns - reading.at.mono_ns) / 1e9,
    )
