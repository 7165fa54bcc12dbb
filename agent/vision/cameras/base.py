"""What every camera gives, and the two ways in which it fails.

A source belongs to one thread, its feed's (agent.vision.cameras.feed), which opens, reads and
closes it; the frames it gives may be looked at by another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agent.vision.cameras.frame import Frame


class CameraGone(Exception):
    """Not there now: the feed waits and tries again.  The text never holds a password."""


class CameraRefused(CameraGone):
    """It is there and will not serve us as we ask: an installer must act.  It is tried again all
    the same, since the person who mends it should not have to start anything."""


class Ended(Exception):
    """A recording is over: nobody need act, and there will be no more frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a source.  Times in seconds.

    ``fps``: frames a second that are given out, at most; a camera may be quicker, and of what is
    between nothing is decoded if that can be helped.  ``patience_s`` bounds each connecting and
    each wait for a byte.  ``hurry``: recordings are played as fast as they are asked for.
    """

    fps: float = 15.0
    username: str | None = None
    secret: Path | None = None  # the file with the password
    patience_s: float = 5.0
    hurry: bool = False


class Source(Protocol):
    def read(self) -> Frame | None:
        """The newest frame.  None if there was none within ``patience_s`` and that is no wonder.

        Blocks no longer than a few ``patience_s``.  CameraGone, Ended.
        """
        ...

    def close(self) -> None:
        """Once, by the thread that reads.  Never raises."""
        ...


Opening = Callable[[], Source]
"""Opens a camera, bounded as ``read`` is.  CameraGone."""
