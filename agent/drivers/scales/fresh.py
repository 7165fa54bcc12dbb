"""Whether what a continuous talker's wire just gave was said just now.

Frames that waited somewhere are whole and their checks hold, but they are seconds old, and nothing
in them says so.  Where our own process was held up, the line throws away what the kernel kept
(``agent.line.awake``).  A network converter or a hub that hangs and then gives all at once is seen
only here: a scale never pauses, and never says much at a time.
"""

from collections.abc import Sequence
from typing import TypeVar

from agent.model.time import Stamp

F = TypeVar("F")

PAUSE_NS = 1_500_000_000
"""No continuous scale pauses for so long (0.05 to 0.2 s), so behind such a pause either it was
silent or we were deaf.  What waited for less is still of now: it comes at one moment, and
``settle`` wants a second."""

DRAIN_NS = 500_000_000
"""Behind a pause nothing is believed for so long.  What waited comes within some milliseconds, in
portions of 1024 bytes; the scale repeats what it shows long before this is over."""


class Fresh:
    """``of``: those of the frames that tell of now: all of them, or none.

    A scale that is set to one frame every few seconds pauses each time; it is believed where the
    pause before brought exactly one frame, and this one does too.
    """

    def __init__(self) -> None:
        self._last: Stamp | None = None
        self._deaf_until = 0
        self._since_pause = 0  # frames
        self._slow = False

    def of(self, frames: Sequence[F], at: Stamp) -> Sequence[F]:
        """Call it with what each portion gave, also if that is nothing."""
        if self._last is not None and at.mono_ns - self._last.mono_ns > PAUSE_NS:
            self._slow, self._since_pause = self._since_pause == 1, 0
            self._deaf_until = at.mono_ns + DRAIN_NS
        self._last = at
        self._since_pause += len(frames)
        if at.mono_ns >= self._deaf_until or (self._slow and self._since_pause == 1):
            return frames
        return ()
