"""What ends a run of equal readings, for every stage that counts them.

``settle`` counts equal readings and ``thin`` drops some of them; they agree only as long as both
mean the same by "a run".
"""

from agent.model.messages import Event, Message

BREAKS = frozenset({"device_away", "device_back", "device_broke", "device_changed"})
"""Kinds of events of a device that end its runs: nobody knows what it saw meanwhile."""


def broken(message: Message) -> str | None:
    """The device whose runs end here; None if no run does."""
    return message.device if isinstance(message, Event) and message.kind in BREAKS else None
