"""Contacts that things in the world move: they bounce, and a reading may fall into that."""

from collections.abc import Mapping, Sequence

from hwsim.devices.base import CannotDo
from hwsim.orders import Set
from hwsim.stand import Stand

CONTACTS = ("open", "closed")


class Contacts:
    """Numbered from 1.  ``shut``: closed at first.  ``closed``: the bit of a closed one."""

    def __init__(
        self, stand: Stand, count: int, shut: Sequence[int], *, closed: int, bounce_s: float
    ) -> None:
        self._stand, self._one_is_closed, self._bounce_s = stand, bool(closed), bounce_s
        self._closed = {at: at in shut for at in range(1, count + 1)}
        self._moved = dict[int, float]()

    def bit(self, channel: int) -> bool:
        """As it is read just now: a bouncing contact says one or the other."""
        closed = self._closed.get(channel, False)
        if self._stand.now - self._moved.get(channel, -self._bounce_s) < self._bounce_s:
            closed = self._stand.dice.random() < 0.5
        return closed is self._one_is_closed

    def bits(self, start: int = 0) -> Mapping[int, bool]:
        """By number of the wire, in whole bytes."""
        size = -(-len(self._closed) // 8) * 8
        return {start + at: self.bit(at + 1) for at in range(size)}

    def said(self) -> Mapping[str, object]:
        return {f"contact_{at}": CONTACTS[closed] for at, closed in self._closed.items()}

    def move(self, order: Set) -> None:
        """``quantity`` is ``input_3``; ``value`` 1 closes it, 0 opens it."""
        name = order.quantity or ""
        channel = int(name[6:]) if name.startswith("input_") and name[6:].isdigit() else 0
        if channel not in self._closed:
            raise CannotDo(f"there is no {name or 'such input'}")
        if self._closed[channel] is not bool(order.value):
            self._closed[channel] = bool(order.value)
            self._moved[channel] = self._stand.now
            contact = CONTACTS[self._closed[channel]]
            self._stand.happened("contact", channel=channel, contact=contact)
