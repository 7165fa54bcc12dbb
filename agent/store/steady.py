"""Whether the clock has kept its offset long enough to be believed with the deleting of things."""

import time

from agent.model.time import Stamp


class Steady:
    """A source that is years ahead for an hour must not empty a store."""

    def __init__(self, steady_s: float) -> None:
        self._steady_s = steady_s
        self._offset: tuple[int | None, float] = (None, 0.0)  # of the clock, and since when

    def utc(self, at: Stamp) -> int | None:
        """``at`` in UTC; None while it is not to be believed.  Ask it each time before a sweep."""
        if at.offset_ns != self._offset[0]:
            self._offset = at.offset_ns, time.monotonic()
        steady = time.monotonic() - self._offset[1] >= self._steady_s
        return at.utc_ns if steady else None
