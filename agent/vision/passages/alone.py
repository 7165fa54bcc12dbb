"""Vehicles without a plate: something large came and went, and no plate was seen meanwhile."""

from dataclasses import dataclass, field
from typing import Final

from agent.vision.passages.direction import Course, Path
from agent.vision.passages.place import Place
from agent.vision.passages.trigger import Box, Motion

SECOND: Final = 1_000_000_000
CALM_NS: Final = 1_500_000_000  # without motion: it is over
LEAST_NS: Final = 800_000_000  # a vehicle is in view for longer; a bird is not
LOOKS: Final = 4  # with motion
LARGE: Final = 0.19  # of the region: drawn cars cover 0.22 and more, walkers and riders 0.16
LONGEST_NS: Final = 60 * SECOND  # then it is told and looked at anew: rain, a fair
AFTER_NS: Final = CALM_NS  # the rest of a vehicle whose plate is out of view already
UNIT: Final = 1000.0  # fractions of the picture become numbers as those of pixels


@dataclass(slots=True)
class Episode:
    """``best``: the frame with the most motion."""

    began_ns: int
    moved_ns: int
    best: int
    most: float = 0.0
    looks: int = 0
    loop: bool = False
    claimed: bool = False
    path: Path = field(default_factory=Path)

    def add(self, motion: Motion, frame: int, mono_ns: int) -> None:
        self.looks += 1
        self.moved_ns = mono_ns
        self.loop = self.loop or motion.loop
        if motion.share > self.most:
            self.most, self.best = motion.share, frame
        if motion.box is not None:
            self.path.add(_place(motion.box), mono_ns)

    @property
    def course(self) -> Course:
        return self.path.course if self.looks >= LOOKS and self.path.seen else "unknown"

    @property
    def is_vehicle(self) -> bool:
        if self.claimed:
            return False
        lasted = self.moved_ns - self.began_ns >= LEAST_NS and self.looks >= LOOKS
        return self.loop or (lasted and self.most >= LARGE)


class Alone:
    """Of one camera: one such vehicle at a time."""

    def __init__(self) -> None:
        self.now: Episode | None = None
        self._claimed_ns: int | None = None

    def claim(self, mono_ns: int) -> None:
        """What moved then has a plate."""
        self._claimed_ns = max(mono_ns, self._claimed_ns or mono_ns)
        if self.now is not None and self._still_claimed(self.now.began_ns):
            self.now.claimed = True

    def see(self, mono_ns: int, frame: int, motion: Motion) -> None:
        if not motion.active:
            return
        if self.now is None:
            self.now = Episode(mono_ns, mono_ns, frame, claimed=self._still_claimed(mono_ns))
        self.now.add(motion, frame, mono_ns)

    def ended(self, mono_ns: int) -> Episode | None:
        """What is over, once.  To be told if it ``is_vehicle``."""
        now = self.now
        if now is None:
            return None
        if mono_ns - now.moved_ns < CALM_NS and mono_ns - now.began_ns < LONGEST_NS:
            return None
        self.now = None
        return now

    def _still_claimed(self, mono_ns: int) -> bool:
        return self._claimed_ns is not None and mono_ns - self._claimed_ns < AFTER_NS


def _place(box: Box) -> Place:
    """Of its lower edge: there a vehicle stands on the road."""
    left, top, right, bottom = (UNIT * each for each in box)
    return Place((left + right) / 2, bottom, max(1.0, right - left), max(1.0, bottom - top))
