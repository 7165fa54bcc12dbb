"""Codes in the frames of one camera: what one frame cannot give, several together may.

A phone stays near where it was seen: the region of the last code is tried first, if the frame as a
whole shows nothing.  Strengths of modules that were seen but not read are added from frame to
frame, if they are alike beyond chance: noise, moire and glare differ, the code does not.  A code
that was seen and not read is followed for a moment.  A picture that showed nothing and has not
changed since is not tried again.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from agent.vision.codes import layout
from agent.vision.codes.grid import Strengths, decoded
from agent.vision.codes.reader import Attempt, CodeReader
from agent.vision.codes.regions import Region, around
from agent.vision.found import FoundCode
from agent.vision.pictures import Picture

SECOND = 1_000_000_000
NEAR_NS = 3 * SECOND // 2  # a phone that was seen so lately is still there
SAME_NS = SECOND  # attempts that lie so close are of one phone
HELD_NS = SECOND // 2  # so long a code that was seen is looked for where it was
PAD = 0.35  # of a code's size: how far a hand moves between two frames
MOST_SUMS = 6  # attempts, or sums of them, that are kept
LIKE = 0.12  # of two attempts at one code; of others 0.03 is usual, a code has 800 modules and more
STILL = 12.0  # grey levels at most between two thumbnails of the same thing
TINY = 1e-6
THUMB = (160, 90)
REST_NS = 2 * SECOND  # a still picture is looked at again after so long


@dataclass(slots=True)
class _Sum:
    """Of attempts at one code: their mean, how many, when the last was."""

    mean: Strengths
    count: int
    last_ns: int

    def likeness(self, other: Strengths) -> float:
        """Correlation of what codes differ in, -1 to 1; 0 where the size differs."""
        if self.mean.shape != other.shape:
            return 0.0
        theirs = ~layout.fixed((len(other) - 17) // 4)[0]
        one, two = (each[theirs] - each[theirs].mean() for each in (self.mean, other))
        return float(one @ two / max(TINY, float(np.linalg.norm(one) * np.linalg.norm(two))))

    def add(self, other: Strengths, mono_ns: int) -> None:
        self.count, self.last_ns = self.count + 1, mono_ns
        self.mean = np.asarray(self.mean + (other - self.mean) / self.count, np.float32)


class CodeWatch:
    """For one camera and one thread; forgets by itself."""

    def __init__(self, reader: CodeReader) -> None:
        self._reader = reader
        self._near: tuple[Region, int] | None = None
        self._seen: tuple[Attempt, int] | None = None  # and not read
        self._sums: list[_Sum] = []
        self._nothing: tuple[Picture, int] | None = None  # a picture in which nothing was

    def see(self, frame: Picture, mono_ns: int) -> list[FoundCode]:
        """What is read in this frame, with the help of those before it."""
        thumb = _thumb(frame)
        if self._is_still(thumb, mono_ns):
            return []
        found = self._reader.read(frame, self._last(mono_ns), self._lately(mono_ns))
        tried = list(self._reader.attempts)
        if tried:
            self._seen = (tried[0], mono_ns)
        if not found:
            found = self._together(tried, mono_ns)
        if found:
            self._seen = None
            self._near = (around(found[0].corners, frame, PAD), mono_ns)
            self._sums.clear()
        self._nothing = None if found or tried else (thumb, mono_ns)
        return found

    def _is_still(self, thumb: Picture, mono_ns: int) -> bool:
        if self._nothing is None or mono_ns - self._nothing[1] > REST_NS:
            return False
        before = self._nothing[0]
        if before.shape != thumb.shape:
            return False
        return float(cv2.absdiff(before, thumb).max()) < STILL

    def _last(self, mono_ns: int) -> Region | None:
        if self._near is not None and mono_ns - self._near[1] > NEAR_NS:
            self._near = None
        return None if self._near is None else self._near[0]

    def _lately(self, mono_ns: int) -> Attempt | None:
        if self._seen is not None and mono_ns - self._seen[1] > HELD_NS:
            self._seen = None
        return None if self._seen is None else self._seen[0]

    def _together(self, tried: list[Attempt], mono_ns: int) -> list[FoundCode]:
        self._sums = [one for one in self._sums if mono_ns - one.last_ns <= SAME_NS]
        for attempt in tried:
            likeness, same = self._likest(attempt.strengths)
            if same is None or likeness < LIKE:
                self._keep(_Sum(attempt.strengths, 1, mono_ns))
                continue
            same.add(attempt.strengths, mono_ns)
            symbol = decoded(same.mean, attempt.corners)
            if symbol is not None:
                return [symbol.found()]
        return []

    def _keep(self, new: _Sum) -> None:
        """In the place of what agrees with least, and is oldest."""
        ranked = sorted(self._sums, key=lambda one: (one.count, one.last_ns))
        self._sums = [*ranked[-MOST_SUMS + 1 :], new]

    def _likest(self, strengths: Strengths) -> tuple[float, _Sum | None]:
        pairs = [(one.likeness(strengths), one) for one in self._sums]
        return max(pairs, key=lambda pair: pair[0], default=(0.0, None))


def _thumb(frame: Picture) -> Picture:
    if not frame.size:
        return np.zeros((1, 1), np.uint8)
    small = cv2.resize(frame, THUMB, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY) if len(small.shape) == 3 else small
    return np.asarray(grey, np.uint8)
