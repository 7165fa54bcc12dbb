"""What happens when, in a world whose time can be played: by the real clock, or by a test.

Time is an int of nanoseconds since the world began.  Events carry the moment they were meant
for, so a busy machine makes them late but never makes the world another one: the same seed gives
the same truth.
"""

import heapq
from collections.abc import Callable
from itertools import count

SECOND = 1_000_000_000
Action = Callable[[], None]


def ns(seconds: float) -> int:
    return round(seconds * SECOND)


class Agenda:
    def __init__(self) -> None:
        self.now = 0
        self._heap: list[tuple[int, int, Action]] = []
        self._order = count()  # of equal moments the first entered comes first

    def at(self, when: int, action: Action) -> None:
        heapq.heappush(self._heap, (max(when, self.now), next(self._order), action))

    def after(self, seconds: float, action: Action) -> None:
        self.at(self.now + ns(seconds), action)

    def every(self, seconds: float, action: Action) -> None:
        """From now on, without drift; the first time at once."""
        self._repeat(self.now, ns(seconds), action)

    def _repeat(self, when: int, period: int, action: Action) -> None:
        def turn() -> None:
            action()
            self._repeat(when + period, period, action)

        self.at(when, turn)

    @property
    def due(self) -> int | None:
        """When something happens next."""
        return self._heap[0][0] if self._heap else None

    def run(self, until: int) -> None:
        """Let everything happen that was meant for ``until`` or before."""
        while self._heap and self._heap[0][0] <= until:
            when, _, action = heapq.heappop(self._heap)
            self.now = max(self.now, when)
            action()
        self.now = max(self.now, until)
