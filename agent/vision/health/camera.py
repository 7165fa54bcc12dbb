"""One camera's health: fed with frames and time, it tells of each fault once, and of its end.

Sans I/O.  It must not cry wolf: night is not black, since a street has lamps; headlights, rain and
a lorry at the barrier pass.  So every doubt has to last, and where one fault stands the others
that it would feign are not judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent.vision.health.background import Background
from agent.vision.health.latch import Latch
from agent.vision.health.measures import changed_share, is_black, is_white, steepness
from agent.vision.health.sharpness import Sharpness
from agent.vision.pictures import Picture

SECOND: Final = 1_000_000_000

ABSENT_S: Final = 15.0  # without a frame; cameras that start anew are told only if they take longer
FROZEN_S: Final = 30.0  # cameras with "smart" coding send nothing new for up to 10 s
FROZEN_FRAMES: Final = 10  # that were the same, at least
FROZEN_SHARE: Final = 0.05  # of the picture may change: the clock that a camera writes into it
DARK_S, WHITE_S, BLURRED_S, MOVED_S = 20.0, 20.0, 120.0, 60.0
"""Lasting so long without a break they are faults; headlights and lorries do not."""
MOVED_SHARE: Final = 0.3  # of the cells, at most, still show what they did; a lorry leaves more
WELL_S: Final = 10.0  # without a doubt
BACK_S: Final = 3.0  # of frames

BACKGROUND_EVERY_S: Final = 1.0
CLOSE_EVERY_S: Final = 2.0
LIGHTS: Final = (40, 80)
"""Mean grey that parts night from dusk and dusk from day: each has its own usual look."""


@dataclass(frozen=True, slots=True)
class Told:
    """``fault`` as ``camera_fault`` names it; ``seconds`` it has lasted, when it is ``well``."""

    fault: str
    well: bool = False
    seconds: float = 0.0


class CameraHealth:
    """Times are CLOCK_BOOTTIME in nanoseconds and never go back."""

    def __init__(self, began_ns: int) -> None:
        self._absent = Latch(0.0, BACK_S)
        self._latches = {
            "frozen": Latch(0.0, BACK_S),
            "black": Latch(DARK_S, WELL_S),
            "over_exposed": Latch(WHITE_S, WELL_S),
            "blurred": Latch(BLURRED_S, WELL_S),
            "moved": Latch(MOVED_S, WELL_S),
        }
        self._absence = ""  # "gone" or "stuck", as it was told
        self._frame_ns = began_ns
        self._same: tuple[Picture, int, int] | None = None  # since when, and how many frames
        self._backgrounds = [Background() for _ in range(len(LIGHTS) + 1)]
        self._sharp = [Sharpness() for _ in range(len(LIGHTS) + 1)]
        self._background_ns = self._close_ns = 0
        self._light = 0
        self._blind = False  # black or burnt out
        self._smeared = False  # edges are not where they were, since there are hardly any

    @property
    def fault(self) -> str:
        """One that stands; empty when all is well."""
        if self._absent.standing:
            return self._absence
        return next((name for name, latch in self._latches.items() if latch.standing), "")

    def passed(self, mono_ns: int, *, there: bool) -> list[Told]:
        """Call every second or so.  ``there``: the camera was opened since its last frame, or
        never fell; then it is stuck, else gone."""
        silent = mono_ns - self._frame_ns >= ABSENT_S * SECOND
        change = self._absent.judge(silent, mono_ns)
        if change == "fault":
            self._absence = "stuck" if there else "gone"
            return [Told(self._absence)]
        if change == "well":
            return [
                Told(self._absence, well=True, seconds=_seconds(self._absent, mono_ns) + ABSENT_S)
            ]
        return []

    def saw(self, thumb: Picture, mono_ns: int) -> list[Told]:
        """A frame's thumbnail (agent.vision.cameras.frame.THUMB); well under a millisecond."""
        self._frame_ns = mono_ns
        dark, white = is_black(thumb), is_white(thumb)
        self._blind = dark or white
        self._light = sum(thumb.mean() >= border for border in LIGHTS)
        doubts = {"black": dark, "over_exposed": white, "frozen": self._frozen(thumb, mono_ns)}
        if mono_ns - self._background_ns >= BACKGROUND_EVERY_S * SECOND:
            self._background_ns = mono_ns
            doubts["moved"] = self._moved(thumb)
        return list(self._judged(doubts, mono_ns))

    def wants_close(self, mono_ns: int) -> bool:
        """Whether it is time for ``saw_close``."""
        return mono_ns - self._close_ns >= CLOSE_EVERY_S * SECOND

    def saw_close(self, half: Picture, mono_ns: int) -> list[Told]:
        """The same frame at half its size, after ``saw``."""
        self._close_ns = mono_ns
        steep = None if self._blind else steepness(half)
        blurred = None if steep is None else self._sharp[self._light].look(steep)
        self._smeared = blurred is True
        return list(self._judged({"blurred": blurred}, mono_ns))

    def _judged(self, doubts: dict[str, bool | None], mono_ns: int) -> Iterator[Told]:
        for fault, doubt in doubts.items():
            latch = self._latches[fault]
            match latch.judge(doubt, mono_ns):
                case "fault":
                    yield Told(fault)
                case "well":
                    before = FROZEN_S if fault == "frozen" else 0.0
                    yield Told(fault, well=True, seconds=before + _seconds(latch, mono_ns))

    def _frozen(self, thumb: Picture, mono_ns: int) -> bool | None:
        """A sensor's noise changes something in every part of a picture; what is black or burnt
        out has none."""
        if self._blind:
            self._same = None
            return None
        if self._same is None or changed_share(self._same[0], thumb) > FROZEN_SHARE:
            self._same = thumb, mono_ns, 1
            return False
        like, since_ns, frames = self._same
        self._same = like, since_ns, frames + 1
        return mono_ns - since_ns >= FROZEN_S * SECOND and frames >= FROZEN_FRAMES

    def _moved(self, thumb: Picture) -> bool | None:
        if self._blind or self._smeared:
            return None
        fits = self._backgrounds[self._light].look(thumb)
        return None if fits is None else fits <= MOVED_SHARE


def _seconds(latch: Latch, mono_ns: int) -> float:
    return round((mono_ns - latch.since_ns) / SECOND, 1)
