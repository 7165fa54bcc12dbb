"""Codes that a camera sees in frame after frame are told as a reader tells them: once each.

A phone that is held out stays in view for seconds, and a sticker for ever.  So a code is told when
it comes, and again only after it was out of view.  What anybody can hold up in every frame must
not flood the journal either: there is a limit to how many are told.
"""

from collections import OrderedDict
from typing import Final

SECOND: Final = 1_000_000_000
AWAY_S: Final = 3.0  # out of view: readers of codes themselves call it 3 s (GM65: 0.1 to 25.5)
REMEMBERED: Final = 64  # codes in view lately; a picture hardly holds ten
AT_ONCE: Final = 8  # told without a pause
PER_S: Final = 2.0  # and then: more than people can show, one after the other
MOST_BYTES: Final = 8 * 1024  # of a code that is told; the largest symbol holds 7089 digits


class Shown:
    """Of one camera.  Times are CLOCK_BOOTTIME in nanoseconds."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, int] = OrderedDict()
        self._room, self._last_ns = float(AT_ONCE), 0
        self.held_back = 0
        """Codes that were not told, since there were too many or they were too long."""

    def is_new(self, payload: bytes, mono_ns: int) -> bool:
        """Whether to tell it.  Call for each code in each frame."""
        before = self._seen.pop(payload, None)
        self._seen[payload] = mono_ns
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        if before is not None and mono_ns - before < AWAY_S * SECOND:
            return False
        if not payload or len(payload) > MOST_BYTES or not self._spend(mono_ns):
            self.held_back += 1
            return False
        return True

    def _spend(self, mono_ns: int) -> bool:
        passed, self._last_ns = mono_ns - self._last_ns, mono_ns
        self._room = min(AT_ONCE, self._room + PER_S * max(0, passed) / SECOND)
        if self._room < 1:
            return False
        self._room -= 1
        return True
