"""Which vehicles have been told of: the same one is not told twice.

A vehicle is the same when its plate is, or is one confusion apart, within a time and in the same
direction; when it stands where it was told of, for hours; when one track of it breaks in two.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

from agent.model.plates import alike
from agent.vision.passages.direction import GROWS, Course, opposite
from agent.vision.passages.place import Place
from agent.vision.passages.track import LOST_NS, SECOND, Track

MOST: Final = 64  # vehicles; the fullest lane lets 20 pass in a minute
STANDS_NS: Final = 24 * 3600 * SECOND  # a parked vehicle is the same one for so long
SPOT: Final = 1.0  # widths: where it stands
SPOT_GROWN: Final = 0.3  # of the logarithm of its width
BROKEN_NS: Final = 2 * LOST_NS  # between two pieces of one track
BROKEN: Final = 3.0  # widths
TOGETHER: Final = 3  # frames that show both: then they are two
LEFT: Final = 2 * GROWS  # a vehicle that went away is so much smaller, as a logarithm

Judgement = Literal["new", "same", "wait"]


@dataclass(slots=True)
class Known:
    """A vehicle that was told of.  ``where`` None: nobody here saw it, a core remembered it."""

    plate: str | None
    course: Course
    seen_ns: int
    unsure: bool = False
    track: int = 0
    where: Place | None = None
    stands: bool = False

    def follow(self, track: Track) -> None:
        """It is still there."""
        self.seen_ns, self.where = track.seen_ns, track.where
        self.stands = track.path.stands(track.seen_ns)
        self.track = track.number


class Told:
    def __init__(self, same_s: float) -> None:
        self._same_ns = int(same_s * SECOND)
        self._known: deque[Known] = deque(maxlen=MOST)

    def remember(self, plate: str | None, course: Course, mono_ns: int) -> None:
        self._known.append(Known(plate, course, mono_ns))

    def add(self, track: Track, course: Course) -> Known:
        verdict = track.verdict
        known = Known(verdict.text, course, track.seen_ns, verdict.unsure)
        known.follow(track)
        self._known.append(known)
        return known

    def meet(self, track: Track) -> None:
        """A plate that did not move: the vehicle that was told of may still stand there."""
        text = track.verdict.text
        for known in reversed(self._known):
            if text and known.plate and alike(text, known.plate) and _stood_here(known, track):
                known.follow(track)
                known.stands = True
                return

    def judge(self, track: Track, course: Course, *, gone: bool) -> tuple[Judgement, Known | None]:
        """Whether to tell of it.  "wait": what it does next will show; never when it is gone."""
        for known in reversed(self._known):
            if self._is(known, track):
                return _once_more(known, track, course, gone=gone), known
        return "new", None

    def _is(self, known: Known, track: Track) -> bool:
        text = track.verdict.text
        if track.beside.get(known.track, 0) >= TOGETHER and text != known.plate:
            return False
        if text is None or known.plate is None or not alike(text, known.plate):
            return _broken(known, track)
        since = track.began_ns - known.seen_ns
        return since <= self._same_ns or (since <= STANDS_NS and _stood_here(known, track))


def _once_more(known: Known, track: Track, course: Course, *, gone: bool) -> Judgement:
    """Told again only if it goes the other way, and leaves."""
    if known.course == "unknown" or course in {"unknown", known.course}:
        return "same"
    if course == "nearer":  # it had left before
        return "same" if known.stands else "new"
    if not gone:
        return "wait"
    return "new" if has_left(track) else "same"


def has_left(track: Track) -> bool:
    """It went away, far, and did not stop before it was lost."""
    path = track.path
    return path.end.grown(path.widest) <= -LEFT and not path.stands(track.seen_ns)


def turned_back(track: Track, course: Course) -> Course | None:
    """The other way, if it left again as it had come after it was told of."""
    path = track.path
    if course == "nearer" and has_left(track) and path.end.grown(path.start) <= GROWS:
        return opposite(course)
    if (
        course == "away"
        and path.end.grown(path.narrowest) >= LEFT
        and not path.stands(track.seen_ns)
    ):
        return opposite(course) if path.end.grown(path.start) >= -GROWS else None
    return None


def _stood_here(known: Known, track: Track) -> bool:
    if known.where is None or not known.stands:
        return False
    start = track.path.start
    return start.apart(known.where) <= SPOT and abs(start.grown(known.where)) <= SPOT_GROWN


def _broken(known: Known, track: Track) -> bool:
    """The same vehicle goes on after a gap, and one of both was not well read."""
    if known.where is None or not (known.unsure or track.verdict.unsure):
        return False
    if not 0 <= track.began_ns - known.seen_ns <= BROKEN_NS:
        return False
    start = track.path.start
    return start.apart(known.where) <= BROKEN and abs(start.grown(known.where)) <= 2 * GROWS
