"""Which way a vehicle goes: told from how its plate grows and moves in the picture.

A camera sees a vehicle come nearer (its plate grows and sinks) or go away.  Whether nearer is in
or out depends on where the camera hangs; the installer says it.
"""

from collections import deque
from typing import Final, Literal

from agent.vision.passages import place
from agent.vision.passages.place import Place

Course = Literal["nearer", "away", "unknown"]
Direction = Literal["in", "out", "unknown"]

GROWS: Final = 0.22  # logarithm of the width's ratio: a quarter wider; corners err by 3 %
SINKS: Final = 1.0  # widths down the picture: cameras at gates look down on vehicles
MOVES: Final = 0.4  # widths; corners of a standing plate wander by less than a tenth
STEPS: Final = 3  # places whose middle counts
STANDS_NS: Final = 1_500_000_000
STANDS: Final = 0.12  # widths, and of the logarithm of its width

_OTHER: Final[dict[str, Course]] = {"nearer": "away", "away": "nearer", "unknown": "unknown"}


class Path:
    """Where one plate has been; of a fixed size, however long it stands."""

    def __init__(self) -> None:
        self._count = 0
        self._first: list[Place] = []
        self._last: deque[Place] = deque(maxlen=STEPS)
        self._anchor: Place | None = None  # where it came to rest, or last moved through
        self._anchored_ns = 0
        self._rests = 0  # frames there
        self.moved = False
        """It was elsewhere than at first, if only for a moment."""
        self._widest: Place | None = None
        self._narrowest: Place | None = None

    def add(self, where: Place, mono_ns: int) -> None:
        self._count += 1
        if len(self._first) < STEPS:
            self._first.append(where)
        self._last.append(where)
        middle = self.end
        if self._anchor is None or _off(middle, self._anchor) > STANDS:
            self._anchor, self._anchored_ns, self._rests = middle, mono_ns, 0
        self._rests += 1
        self.moved = self.moved or _off(middle, self.start) >= MOVES
        if self._widest is None or middle.width > self._widest.width:
            self._widest = middle
        if self._narrowest is None or middle.width < self._narrowest.width:
            self._narrowest = middle

    def stands(self, mono_ns: int) -> bool:
        """For a while now."""
        return mono_ns - self._anchored_ns >= STANDS_NS and self._rests >= STEPS

    @property
    def seen(self) -> bool:
        return bool(self._first)

    @property
    def start(self) -> Place:
        return place.between(self._first[: self._steps])

    @property
    def end(self) -> Place:
        return place.between(list(self._last)[-self._steps :])

    @property
    def _steps(self) -> int:
        """A short path has its two ends, too."""
        return max(1, min(STEPS, self._count // 2))

    @property
    def widest(self) -> Place:
        return self._widest or self.end

    @property
    def narrowest(self) -> Place:
        return self._narrowest or self.end

    @property
    def course(self) -> Course:
        return course(self.start, self.end)

    @property
    def came(self) -> Course:
        """Which way it went, or at first, if it turned back."""
        near, far = self.widest, self.narrowest
        turn = near if near.grown(self.start) > self.start.grown(far) else far
        return course(self.start, turn)


def _off(one: Place, other: Place) -> float:
    return max(one.apart(other), 2 * abs(one.grown(other)))


def course(start: Place, end: Place) -> Course:
    """From the one to the other."""
    sinks = (end.y - start.y) / max(start.width, end.width)
    score = end.grown(start) / GROWS + sinks / SINKS
    if abs(score) < 1:
        return "unknown"
    return "nearer" if score > 0 else "away"


def told(course: Course, nearer: str) -> Direction:
    """``nearer``: "in" or "out" is what vehicles do that come nearer; else it cannot be told."""
    if course == "unknown" or nearer not in {"in", "out"}:
        return "unknown"
    return "in" if (course == "nearer") == (nearer == "in") else "out"


def heard(direction: str, nearer: str) -> Course:
    """The other way round."""
    if direction not in {"in", "out"} or nearer not in {"in", "out"}:
        return "unknown"
    return "nearer" if direction == nearer else "away"


def opposite(course: Course) -> Course:
    return _OTHER[course]
