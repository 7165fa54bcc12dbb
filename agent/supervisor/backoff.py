"""How long to wait before trying again."""

import math
import random


class Backoff:
    """Waits that double from ``first`` to ``longest`` seconds and begin anew after a good stretch.

    Each wait is drawn from the upper half of its step, so that two things that fell together do
    not come back in step, and none comes back at once.  Pure: chance comes in as ``dice``, and
    the caller sleeps.
    """

    def __init__(
        self, dice: random.Random, *, first: float, longest: float, healthy: float = math.inf
    ) -> None:
        self._dice, self._first, self._longest, self._healthy = dice, first, longest, healthy
        self._step = first

    def after(self, lasted: float) -> float:
        """What held for ``lasted`` seconds has just fallen: the seconds to wait."""
        if lasted >= self._healthy:
            self._step = self._first
        wait = self._step * (0.5 + self._dice.random() / 2)
        self._step = min(self._step * 2, self._longest)
        return wait
