"""A wall of boxes behind a lock board: bolts that are drawn, doors that people push to again."""

from collections.abc import Sequence

from hwsim.devices.base import CannotDo
from hwsim.stand import Stand


class Wall:
    """Locks 1 to ``locks``.  ``bolt_s``: how long a bolt takes; ``jammed``: those that stay shut.

    ``closes_after_s``: so long after it opened somebody shuts the door; 0: nobody does.
    """

    def __init__(
        self,
        stand: Stand,
        locks: int,
        *,
        bolt_s: float,
        closes_after_s: float,
        jammed: Sequence[int],
    ) -> None:
        self._stand, self._bolt_s, self._closes_after_s = stand, bolt_s, closes_after_s
        self._jammed = frozenset(jammed)
        self._opened = dict.fromkeys(range(1, locks + 1), 0)  # how often
        self._shut = dict.fromkeys(range(1, locks + 1), True)

    def has(self, lock: int) -> bool:
        return lock in self._shut

    def is_shut(self, lock: int) -> bool:
        return self._shut[lock]

    def open(self, lock: int, at_ns: int) -> None:
        """The board was told to; the bolt moves a moment later, if it moves."""
        self._stand.told("open", at_ns, channel=lock)
        if lock not in self._jammed:
            self._stand.after(self._bolt_s, lambda: self._spring(lock))

    def _spring(self, lock: int) -> None:
        self._opened[lock] += 1
        self._move(lock, shut=False)
        time = self._opened[lock]
        if self._closes_after_s:
            self._stand.after(self._closes_after_s, lambda: self._pushed(lock, time))

    def _pushed(self, lock: int, time: int) -> None:
        if self._opened[lock] == time:
            self._move(lock, shut=True)

    def shut(self, lock: int) -> None:
        if self._shut.get(lock, True):
            raise CannotDo(f"door {lock} is not open")
        self._move(lock, shut=True)

    def _move(self, lock: int, *, shut: bool) -> None:
        if self._shut[lock] is not shut:
            self._shut[lock] = shut
            self._stand.happened("lock_closed" if shut else "lock_opened", channel=lock)
