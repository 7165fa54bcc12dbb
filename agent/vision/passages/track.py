"""Plates of one frame after the other are joined to vehicles: by place, size and text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent.model.plates import alike
from agent.vision.found import Corners, FoundPlate
from agent.vision.passages import place
from agent.vision.passages.direction import Path
from agent.vision.passages.place import Place
from agent.vision.passages.vote import Ballot, Verdict

SECOND: Final = 1_000_000_000
LOST_NS: Final = 2_500_000_000  # not seen for so long: gone.  Calm scenes are seen every 2 s
MOST: Final = 8  # vehicles at once; a picture of a gate holds three
MOST_PLATES: Final = 16  # of one frame: what is found beyond that is no road
TWICE: Final = 0.3  # of both boxes: one plate that was found twice
FORESEEN_S: Final = 0.5  # a vehicle does not keep its pace for longer
LONGEST_S: Final = 2.5  # the longer it is unseen, the further it may be; but not for ever
BETTER: Final = 1.1  # a picture must be, to replace the one that is held

SAME_SIGNS: Final = 2  # may differ between two readings of one plate; of two, more do
LEGIBLE: Final = 0.5  # confidence of such a frame
SETTLED: Final = 0.8  # and of such a vote


@dataclass(frozen=True, slots=True)
class Seen:
    """A plate in a frame.  ``sharpness``: 1 is usual."""

    plate: FoundPlate
    where: Place
    sharpness: float = 1.0


@dataclass(frozen=True, slots=True)
class Best:
    """The frame that shows the plate best."""

    frame: int
    corners: Corners
    worth: float


class Track:
    """One vehicle's plate."""

    def __init__(self, number: int, seen: Seen, frame: int, mono_ns: int) -> None:
        self.number = number
        self.ballot, self.path = Ballot(), Path()
        self.began_ns = self.seen_ns = mono_ns
        self.frames = 0
        self.where, self._pace = seen.where, (0.0, 0.0)
        self.best = Best(frame, seen.plate.corners, 0.0)
        self.beside: dict[int, int] = {}  # in how many frames each other track was there, too
        self.score = 0.0
        self.answered = False
        self._verdict: Verdict | None = None
        self.add(seen, frame, mono_ns)

    def add(self, seen: Seen, frame: int, mono_ns: int) -> None:
        passed_s = (mono_ns - self.seen_ns) / SECOND
        if passed_s > 0:
            across, down = seen.where.x - self.where.x, seen.where.y - self.where.y
            self._pace = (across / passed_s, down / passed_s)
        self.frames += 1
        self.seen_ns, self.where = mono_ns, seen.where
        self.path.add(seen.where, mono_ns)
        self.ballot.add(seen.plate, seen.where.width, seen.sharpness)
        self.score = max(self.score, seen.plate.score)
        self._verdict = None
        worth = seen.where.width * seen.sharpness * (0.5 + seen.plate.confidence)
        if worth > BETTER * self.best.worth:
            self.best = Best(frame, seen.plate.corners, worth)

    def answer(self) -> None:
        """It was told of; from now on the best picture of what it does next is kept."""
        self.answered = True
        self.best = replace(self.best, worth=0.0)

    @property
    def verdict(self) -> Verdict:
        if self._verdict is None:
            self._verdict = self.ballot.count()
        return self._verdict

    def foreseen(self, mono_ns: int) -> Place:
        passed_s = min(FORESEEN_S, (mono_ns - self.seen_ns) / SECOND)
        across, down = self._pace
        here = self.where
        return Place(here.x + across * passed_s, here.y + down * passed_s, here.width, here.height)


class Tracks:
    """The vehicles whose plates are in view, ``live``."""

    def __init__(self) -> None:
        self.live: list[Track] = []
        self._count = 0

    def see(
        self, mono_ns: int, frame: int, plates: Sequence[FoundPlate], sharpness: Sequence[float]
    ) -> list[Track]:
        """Those that are gone."""
        seen = _once(plates, sharpness)
        touched = set()
        for track, one in self._pairs(seen, mono_ns):
            track.add(one, frame, mono_ns)
            touched.add(id(one))
        gone = self.lost(mono_ns)
        for one in seen:
            if id(one) not in touched:
                gone += self._begin(one, frame, mono_ns)
        self._meet(mono_ns)
        return gone

    def lost(self, mono_ns: int) -> list[Track]:
        """Those that were not seen for long; they are not live any more."""
        gone = [track for track in self.live if mono_ns - track.seen_ns > LOST_NS]
        self.live = [track for track in self.live if mono_ns - track.seen_ns <= LOST_NS]
        return gone

    def _begin(self, seen: Seen, frame: int, mono_ns: int) -> list[Track]:
        self._count += 1
        self.live.append(Track(self._count, seen, frame, mono_ns))
        if len(self.live) <= MOST:
            return []
        least = min(self.live[:-1], key=lambda track: (track.seen_ns, track.frames))
        self.live.remove(least)
        return [least]

    def _pairs(self, seen: list[Seen], mono_ns: int) -> list[tuple[Track, Seen]]:
        """Each track and each plate once at most, the best fits first."""
        fits = [
            (cost, number, place_)
            for number, track in enumerate(self.live)
            for place_, one in enumerate(seen)
            if (cost := _cost(track, one, mono_ns)) is not None
        ]
        pairs: list[tuple[Track, Seen]] = []
        tracks, plates = set[int](), set[int]()
        for _, number, place_ in sorted(fits):
            if number not in tracks and place_ not in plates:
                tracks.add(number)
                plates.add(place_)
                pairs.append((self.live[number], seen[place_]))
        return pairs

    def _meet(self, mono_ns: int) -> None:
        here = [track for track in self.live if track.seen_ns == mono_ns]
        for track in here:
            for other in here:
                if other is not track:
                    track.beside[other.number] = track.beside.get(other.number, 0) + 1
            while len(track.beside) > MOST:
                del track.beside[min(track.beside)]


def _once(plates: Sequence[FoundPlate], sharpness: Sequence[float]) -> list[Seen]:
    sharp = sharpness if len(sharpness) == len(plates) else (1.0,) * len(plates)
    pairs = zip(plates, sharp, strict=True)
    seen = [Seen(plate, place.of(plate.corners), value) for plate, value in pairs]
    seen.sort(key=lambda one: -one.plate.score * (0.2 + one.plate.confidence))
    kept: list[Seen] = []
    for one in seen[:MOST_PLATES]:
        if all(one.where.shared(other.where) < TWICE for other in kept):
            kept.append(one)
    return kept


def _cost(track: Track, seen: Seen, mono_ns: int) -> float | None:
    """Of saying that this is that vehicle; None: it is not."""
    gate = _gate(track.verdict, seen.plate)
    if gate is None:
        return None
    passed_s = min(LONGEST_S, (mono_ns - track.seen_ns) / SECOND)
    apart = seen.where.apart(track.foreseen(mono_ns)) / (gate.far + gate.far_s * passed_s)
    grown = abs(seen.where.grown(track.where)) / (gate.much + gate.much_s * passed_s)
    return apart + grown - gate.liking if max(apart, grown) <= 1 else None


@dataclass(frozen=True, slots=True)
class _Gate:
    """How far a plate may be from where it is expected: ``far`` in widths, ``much`` as the
    logarithm of its width, each with what every second unseen adds.

    At 10 frames a second and 25 km/h a near plate moves by 1.5 times its width, 0.44 m.
    """

    far: float
    far_s: float
    much: float
    much_s: float
    liking: float


_SAME: Final = _Gate(1.5, 3.0, 0.4, 1.0, liking=1.0)
_OPEN: Final = _Gate(0.8, 1.5, 0.25, 0.6, liking=0.0)
_UNLIKE: Final = _Gate(0.8, 0.5, 0.25, 0.2, liking=-0.5)


def _gate(verdict: Verdict, plate: FoundPlate) -> _Gate | None:
    """By how alike the texts are; None: surely of two vehicles."""
    if verdict.text is None or plate.text is None:
        return _OPEN
    signs = differing(verdict.text, plate.text)
    if signs <= SAME_SIGNS:
        return _SAME
    legible = plate.confidence >= LEGIBLE and verdict.confidence >= SETTLED
    return None if legible else _UNLIKE


def differing(one: str, other: str) -> int:
    """Signs that differ; 0 as well where one confusion is all; many for other lengths."""
    if alike(one, other):
        return 0
    if len(one) != len(other):
        return max(len(one), len(other))
    return sum(a != b for a, b in zip(one, other, strict=True))
