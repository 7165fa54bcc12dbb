"""One vehicle, one answer: what frames show goes in, what happened comes out.

Sans-IO: no clock, no picture, no camera.  Everything is bounded, for days of frames.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from agent.vision.found import FoundPlate
from agent.vision.passages import direction
from agent.vision.passages.alone import Alone, Episode
from agent.vision.passages.direction import Course
from agent.vision.passages.passage import Passage
from agent.vision.passages.ready import is_ready, is_vehicle
from agent.vision.passages.told import Known, Told, turned_back
from agent.vision.passages.track import Track, Tracks
from agent.vision.passages.trigger import STILL, Motion

MOST_RECENT: Final = 64
GLIMPSED: Final = 0.6  # score of a plate that was seen for a frame or two, to be believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``direction``: which way vehicles go that come nearer; neither "in" nor "out": it cannot be
    told.  ``same_s``: the same plate the same way is one vehicle, for so long unseen."""

    direction: str = "both"
    same_s: float = 60.0


class Passages:
    """Of one camera.  Times are CLOCK_BOOTTIME in nanoseconds and do not go back.

    The picture of a frame is to be held while its number is in ``holding``; a passage's ``best``
    was there until the call that told of it.
    """

    def __init__(self, options: Options, name: Callable[[], str] | None = None) -> None:
        """``name`` gives each passage its id; without it they count from 1."""
        numbers = count(1)
        self._name = name or (lambda: str(next(numbers)))
        self._nearer = options.direction
        self._tracks, self._told, self._alone = Tracks(), Told(options.same_s), Alone()
        self._known: dict[int, Known] = {}  # by live track
        self._courses: dict[int, Course] = {}
        self._glimpsed: Track | None = None  # a plate that was seen too shortly to be a vehicle's
        self.frame = 0
        """The number of the last frame that was seen."""

    def remember(self, recent: Iterable[tuple[str | None, str, int]]) -> None:
        """Plate, direction and time of what earlier eyes told, oldest first."""
        for plate, way, mono_ns in list(recent)[-MOST_RECENT:]:
            if plate is None:
                self._alone.claim(mono_ns)
            self._told.remember(plate, direction.heard(way, self._nearer), mono_ns)

    @property
    def holding(self) -> frozenset[int]:
        held = {track.best.frame for track in self._tracks.live}
        episode = self._alone.now
        return frozenset(held | ({episode.best} if episode and not episode.claimed else set()))

    def see(
        self,
        mono_ns: int,
        plates: Sequence[FoundPlate],
        motion: Motion = STILL,
        sharpness: Sequence[float] = (),
    ) -> list[Passage]:
        """A frame.  ``sharpness``: of each plate, 1 is usual; () where nobody measures it."""
        self.frame += 1
        self._alone.see(mono_ns, self.frame, motion)
        gone = self._tracks.see(mono_ns, self.frame, plates, sharpness)
        return self._conclude(gone, mono_ns, loop=motion.loop)

    def idle(self, mono_ns: int) -> list[Passage]:
        """No frame, but time went on.  About once a second."""
        return self._conclude(self._tracks.lost(mono_ns), mono_ns, loop=False)

    def close(self, mono_ns: int) -> list[Passage]:
        """There will be no more frames: what can be told of what is in view."""
        gone, self._tracks.live = self._tracks.live, []
        told = self._conclude(gone, mono_ns, loop=False)
        episode, self._alone.now = self._alone.now, None
        return told + self._unplated(episode)

    def _conclude(self, gone: list[Track], mono_ns: int, *, loop: bool) -> list[Passage]:
        told = [passage for track in gone for passage in self._ended(track)]
        for track in self._tracks.live:
            self._follow(track, mono_ns)
            if not track.answered and is_ready(track, loop=loop):
                told += self._answer(track, gone=False)
        if not any(t.path.moved and not t.answered for t in self._tracks.live):
            told += self._unplated(self._alone.ended(mono_ns))
        return told

    def _follow(self, track: Track, mono_ns: int) -> None:
        known = self._known.get(track.number)
        if known is None or track.seen_ns != mono_ns:
            return
        known.follow(track)
        if not known.stands:
            self._alone.claim(mono_ns)

    def _ended(self, track: Track) -> list[Passage]:
        if not track.answered:
            return self._ended_untold(track)
        self._known.pop(track.number, None)
        return self._back(track, self._courses.pop(track.number, "unknown"))

    def _ended_untold(self, track: Track) -> list[Passage]:
        if not is_vehicle(track, self._tracks.live):
            self._glimpsed = max(track, self._glimpsed or track, key=_worth)
            self._told.meet(track)
            return []
        told = self._answer(track, gone=True)
        return told + self._back(track, track.path.came) if told else []

    def _back(self, track: Track, course: Course) -> list[Passage]:
        """That it left again the way it had come, if it did."""
        back = turned_back(track, course)
        return [] if back is None else [self._passage(track, back)]

    def _answer(self, track: Track, *, gone: bool) -> list[Passage]:
        course = track.path.came if gone else track.path.course
        judgement, known = self._told.judge(track, course, gone=gone)
        if judgement == "wait":
            return []
        self._alone.claim(track.seen_ns)
        if known is not None and judgement == "same":
            known.follow(track)
            self._link(track, known, course, gone=gone)
            track.answer()
            return []
        passage = self._passage(track, course)
        track.answer()
        return [passage]

    def _link(self, track: Track, known: Known, course: Course, *, gone: bool) -> None:
        if not gone:
            self._known[track.number] = known
            self._courses[track.number] = course if course != "unknown" else known.course

    def _passage(self, track: Track, course: Course) -> Passage:
        known = self._told.add(track, course)
        self._link(track, known, course, gone=track not in self._tracks.live)
        verdict = track.verdict
        return Passage(
            id=self._name(),
            plate=verdict.text,
            unsure=verdict.unsure,
            colour=verdict.colour,
            kind=verdict.kind,
            confidence=verdict.confidence,
            runner_up=verdict.runner_up,
            direction=direction.told(course, self._nearer),
            frames=track.frames,
            began_ns=track.began_ns,
            ended_ns=track.seen_ns,
            best=track.best.frame,
            corners=track.best.corners,
            without="paper" if verdict.kind == "paper" else None,
            chances=verdict.chances,
        )

    def _unplated(self, episode: Episode | None) -> list[Passage]:
        if episode is None:
            return []
        glimpsed = self._glimpse(episode)
        if not episode.is_vehicle or self._is_told(glimpsed):
            return []
        whole = Passage(
            id=self._name(),
            plate=None,
            unsure=False,
            colour=None,
            kind=None,
            confidence=0.0,
            runner_up=None,
            direction=direction.told(episode.course, self._nearer),
            frames=episode.looks,
            began_ns=episode.began_ns,
            ended_ns=episode.moved_ns,
            best=episode.best,
            without="plate",
        )
        return [whole if glimpsed is None else _with(whole, glimpsed)]

    def _glimpse(self, episode: Episode) -> Track | None:
        """The plate that something without one had after all, for a frame or two."""
        seen = [track for track in self._tracks.live if not track.answered]
        seen += [self._glimpsed] if self._glimpsed else []
        self._glimpsed = None
        during = [
            track
            for track in seen
            if track.seen_ns >= episode.began_ns
            and track.score >= GLIMPSED
            and not track.path.stands(track.seen_ns)
        ]
        return max(during, key=_worth, default=None)

    def _is_told(self, track: Track | None) -> bool:
        if track is None:
            return False
        return self._told.judge(track, track.path.course, gone=True)[0] == "same"


def _worth(track: Track) -> float:
    return track.frames * track.score * (0.2 + track.verdict.confidence)


def _with(whole: Passage, track: Track) -> Passage:
    """It has a plate; what stands there nobody should rely upon."""
    verdict = track.verdict
    return replace(
        whole,
        plate=verdict.text,
        unsure=True,
        colour=verdict.colour,
        kind=verdict.kind,
        confidence=verdict.confidence,
        runner_up=verdict.runner_up,
        without=None,
        chances=verdict.chances,
    )
