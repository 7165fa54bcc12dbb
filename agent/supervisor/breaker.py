"""Keeps dead devices from taking the wire's time from those that live."""

MISSES = 3
RARELY = 20
LONGEST = 300.0
"""Three misses in a row, then a twentieth of the polls, but one every five minutes at least.

Five dead devices at 0.5 s of patience and two attempts would hold a lock's command for 5 s.
"""


class Breaker:
    """One device's; pure."""

    def __init__(self) -> None:
        self._missed = 0

    def missed(self) -> None:
        self._missed += 1

    def answered(self) -> None:
        self._missed = 0

    @property
    def is_open(self) -> bool:
        """True: poll it rarely, and with a single attempt."""
        return self._missed >= MISSES

    def period(self, every: float) -> float:
        """Seconds to the next poll of a device that is polled each ``every`` seconds."""
        return min(every * RARELY, max(every, LONGEST)) if self.is_open else every
