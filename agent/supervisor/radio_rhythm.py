"""How often a device of the radio is heard, and how long silence is no news.  Pure.

Times are seconds of one clock.  What is learned is the longest gap, since one advertisement in
three is lost on a busy day; a gap is remembered for many times its length, so that a device which
speaks in bursts is not taken for one that speaks all the time.
"""

from typing import Final

CONNECTABLE_S, FALLBACK_S = 195.0, 900.0
"""Until the rhythm is known.  Home Assistant's (habluetooth, const.py), in use on many homes."""

LEAST_HEARD, LEAST_S = 16, 600.0
"""So many advertisements over so long make a rhythm; ten minutes see a sensor's slow beacon."""

MISSED, SLACK_S = 3.0, 5.0  # so many times the longest gap, and the scanner's own pauses
FLOOR_S = 30.0  # nobody acts sooner upon a sensor that is gone
MEMORY = 10.0  # a gap is remembered for at least so many times its length


class Rhythm:
    """One device's.  ``fallback``: seconds of silence until its rhythm is known."""

    def __init__(self, fallback: float = FALLBACK_S) -> None:
        self._fallback: Final = fallback
        self._first: float | None = None
        self._last: float | None = None
        self._heard = 0
        self._gap, self._gap_before = 0.0, 0.0  # the longest of this stretch, and of the last
        self._stretch = 0.0  # when this one began
        self._known = False

    def heard(self, now: float) -> None:
        if self._first is None:
            self._first = self._stretch = now
        if self._last is not None:
            self._gap = max(self._gap, now - self._last)
        if now - self._stretch >= max(LEAST_S, MEMORY * self._gap):
            self._gap, self._gap_before, self._stretch = 0.0, self._gap, now
        self._last = now
        self._heard += 1
        self._known = self._heard >= LEAST_HEARD and now - self._first >= LEAST_S

    def pause(self) -> None:
        """Nobody listened, or it was connected and did not advertise: the next gap says nothing."""
        self._last = None

    @property
    def patience(self) -> float:
        """Seconds of silence after which it is away."""
        learned = MISSED * max(self._gap, self._gap_before) + SLACK_S
        return max(learned, FLOOR_S if self._known else self._fallback)
