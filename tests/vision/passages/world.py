"""A lane in pure numbers: vehicles come and go, and a noisy reader looks at them.

A plate's place follows from its width, as in the picture of a camera that looks down a lane.
The reader errs by chance, more so with small plates; and for some plates it errs alike in frame
after frame, as dirt or a bolt makes it.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.model.plates import CONFUSED, PROVINCES
from agent.vision.found import Corners, FoundPlate, Guess, Kind
from agent.vision.passages.passage import Passage
from agent.vision.passages.passages import Options, Passages
from agent.vision.passages.trigger import Motion

SECOND = 1_000_000_000
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
SMALLEST, LARGEST = 38.0, 165.0  # pixels of width between which a plate is in view
IDLE_S, LINGERS_S = 0.2, 3.0  # thumbnails of a calm scene; looks after the last motion
GLANCE_S = 2.0  # a calm scene is looked at closely so often


def plate_text(rng: random.Random) -> str:
    return rng.choice(PROVINCES) + rng.choice("ABCDEF") + "".join(rng.choices(SIGNS, k=5))


@dataclass
class Car:
    """``legs``: (second, width of the plate), in order; straight between them.  ``bias``: how
    much the reader prefers another sign at one place, in logits, in all frames."""

    text: str
    legs: Sequence[tuple[float, float]]
    x: float = 960.0
    kind: Kind = "single-row"
    plated: bool = True
    hidden: tuple[float, float] = (0.0, 0.0)  # from second to second
    bias: dict[int, tuple[str, float]] = field(default_factory=dict)
    shown: int = 0  # frames in which it was found

    def width(self, second: float) -> float | None:
        """None: not in view."""
        for (t0, w0), (t1, w1) in zip(self.legs, self.legs[1:], strict=False):
            if t0 <= second <= t1:
                width = w0 + (w1 - w0) * (second - t0) / max(1e-6, t1 - t0)
                return width if SMALLEST <= width <= LARGEST else None
        return None

    def moves(self, second: float) -> bool:
        before, now = self.width(second - 0.1), self.width(second)
        return before is not None and now is not None and abs(before - now) > 0.05


@dataclass
class Lane:
    """``miss``: frames in which a plate is not found.  ``false``: frames with a false one."""

    rng: random.Random
    cars: list[Car]
    fps: float = 10.0
    miss: float = 0.12
    false: float = 0.02
    loop: bool = False

    def run(self, until: float, eyes: Passages, start: float = 0.0) -> list[Passage]:
        told: list[Passage] = []
        second, busy_until, glanced, mono_ns = start, -1.0, -GLANCE_S, 0
        held: set[int] = set()
        while second < until:
            motion = self.motion(second)
            busy_until = second + LINGERS_S if motion.active else busy_until
            if second < busy_until or second - glanced >= GLANCE_S:
                glanced, mono_ns = second, int((1000 + second) * SECOND)
                new = eyes.see(mono_ns, self.plates(second), motion)
                assert {each.best for each in new} <= held | {eyes.frame}, "picture was not held"
                held = (held | {eyes.frame}) & eyes.holding
                told += new
            step = 1 / self.fps if second < busy_until else IDLE_S
            second += step * self.rng.uniform(0.9, 1.1)
        for later in range(1, 12):
            told += eyes.idle(mono_ns + later * SECOND)
        return told

    def motion(self, second: float) -> Motion:
        widths = [car.width(second) or 0.0 for car in self.cars if car.moves(second)]
        width = max(widths, default=0.0)
        if not width:
            return Motion(active=False)
        share = min(0.9, (width / 160) ** 2 * 0.5)
        half = min(0.45, width / 320)
        top, bottom = 0.1, min(1.0, 0.2 + width / 200)
        return Motion(True, (0.5 - half, top, 0.5 + half, bottom), share)

    def plates(self, second: float) -> list[FoundPlate]:
        found = []
        for car in self.cars:
            width = car.width(second)
            if width is None or not car.plated or self.rng.random() < self.miss:
                continue
            if not car.hidden[0] <= second < car.hidden[1]:
                found.append(self.read(car, width))
                car.shown += 1
        if self.rng.random() < self.false:
            found.append(self.sign())
        return found

    def sign(self) -> FoundPlate:
        """Something that is no plate."""
        rng = self.rng
        at = corners(rng.uniform(100, 1800), rng.uniform(100, 1000), rng.uniform(40, 160))
        text = plate_text(rng) if rng.random() < 0.5 else None
        sure = rng.uniform(0.1, 0.7)
        return FoundPlate(text, "blue", "single-row", sure, at, unsure=True, score=0.5)

    def read(self, car: Car, width: float) -> FoundPlate:
        rng = self.rng
        mean = 1.4 + 4.6 * (width - 40) / 120  # logits between the right sign and another
        blur = rng.gauss(0, 0.6)  # of the whole frame
        guesses = []
        for place, sign in enumerate(car.text):
            other, bias = car.bias.get(place, (rival(rng, place, sign), 0.0))
            logit = mean + blur + rng.gauss(0, 1.2) - bias
            right = 1 / (1 + math.exp(-1.3 * logit))  # surer of itself than it should be
            pair = sorted([(sign, right), (other, 1 - right)], key=lambda each: -each[1])
            guesses.append(Guess(tuple(pair)))
        text = "".join(guess.best for guess in guesses)
        sure = math.prod(guess.sure for guess in guesses)
        y = 150 + 5.5 * (width - 40)
        at = corners(car.x + rng.gauss(0, 0.02) * width, y, width * (1 + rng.gauss(0, 0.02)))
        if sure < 0.1:
            return FoundPlate(None, "blue", car.kind, 0.0, at, unsure=True)
        return FoundPlate(
            text, "blue", car.kind, sure, at, unsure=sure < 0.85, guesses=tuple(guesses)
        )


def rival(rng: random.Random, place: int, sign: str) -> str:
    """What is taken for it: most often a look-alike."""
    groups = [group for group in CONFUSED if sign in group]
    if groups and rng.random() < 0.8:
        others = [each for each in groups[0] if each not in (sign, "O")]
        if others:
            return rng.choice(others)
    return rng.choice((PROVINCES if place == 0 else SIGNS).replace(sign, ""))


def corners(x: float, y: float, width: float) -> Corners:
    half, high = width / 2, width * 140 / 440 / 2
    return ((x - half, y - high), (x + half, y - high), (x + half, y + high), (x - half, y + high))


def eyes(direction: str = "in", same_s: float = 60.0) -> Passages:
    return Passages(Options(direction=direction, same_s=same_s))


def approach(rng: random.Random, at: float = 1.0) -> list[tuple[float, float]]:
    """From far to past the camera; 2.5 to 6 s."""
    return [(at, 38.0), (at + rng.uniform(2.5, 6.0), 172.0)]


def leave(rng: random.Random, at: float = 1.0) -> list[tuple[float, float]]:
    return [(at, 172.0), (at + rng.uniform(2.5, 6.0), 36.0)]
