"""Finder patterns by their likeness to a drawn one: in blur and moire no run of lengths is left.

The drawn pattern keeps its size, and the region is made smaller step by step; a pattern is where
likeness is highest around.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from agent.vision.pictures import Picture

SIDE: Final = 19  # pixels of the drawn pattern
DRAWN_PX: Final = SIDE / 9  # of a module of it
STEP: Final = 1.2  # from one step to the next
MOST_MODULES, LEAST_MODULES = 80, 21  # of an upright region's side: version 10 and what is around
MOST: Final = 6
SELDOM: Final = 1.15  # screens are dark seldom: how much likelier it must be
ALIKE: Final = 0.38  # correlation; of noise few places have more


@dataclass(frozen=True, slots=True)
class Finder:
    """Its middle and its module's size, in pixels; ``alike``: 0 to 1.

    ``bright``: on a dark screen, dark and bright have changed places.
    """

    x: float
    y: float
    module: float
    alike: float
    bright: bool = False


def finders(part: Picture, degrees: float = 0.0) -> list[Finder]:
    """Likeliest first, all dark or all bright, whichever is likelier.  ``degrees``: how the code
    lies, as far as known, to within a dozen."""
    drawn = _drawn(round(degrees / 15) * 15)
    seen = [one for small, scale in _steps(part, degrees) for one in _tops(small, drawn, scale)]
    seen.sort(key=lambda one: -one.alike)
    dark, bright = (_kept(one for one in seen if one.bright == which) for which in (False, True))
    return bright if _alike(bright) > SELDOM * _alike(dark) else dark


def _alike(kept: Sequence[Finder]) -> float:
    return sum(one.alike for one in kept[:3])


def _kept(seen: Iterable[Finder]) -> list[Finder]:
    kept: list[Finder] = []
    for one in seen:
        if len(kept) < MOST and all(_apart(one, other) for other in kept):
            kept.append(one)
    return kept


def _steps(part: Picture, degrees: float) -> Iterator[tuple[Picture, float]]:
    side = max(part.shape)
    across = abs(cos(radians(degrees))) + abs(sin(radians(degrees)))
    goal = MOST_MODULES * DRAWN_PX * across
    while goal >= LEAST_MODULES * DRAWN_PX:
        scale = goal / side
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=way)
        yield np.asarray(small, np.uint8), scale
        goal /= STEP


def _tops(small: Picture, drawn: Picture, scale: float) -> Iterator[Finder]:
    if min(small.shape) < len(drawn):
        return
    likeness = cv2.matchTemplate(small, drawn, cv2.TM_CCOEFF_NORMED)
    half = len(drawn) // 2
    for bright, ours in ((False, likeness), (True, -likeness)):
        for alike, x, y in _peaks(ours):
            middle = ((x + half + 0.5) / scale - 0.5, (y + half + 0.5) / scale - 0.5)
            yield Finder(*middle, DRAWN_PX / scale, alike, bright)


def _peaks(likeness: MatLike) -> Iterator[tuple[float, float, float]]:
    reach = round(4 * DRAWN_PX)
    for _ in range(MOST):
        _, alike, _, (x, y) = cv2.minMaxLoc(likeness)
        if not ALIKE <= alike <= 1.01:  # of even places it is not a number
            return
        dx, dy = _between(likeness, x, y)
        yield float(alike), x + dx, y + dy
        likeness[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1] = -1


def _between(likeness: MatLike, x: int, y: int) -> tuple[float, float]:
    """Where between the pixels the top lies."""
    height, width = likeness.shape[:2]
    if not (0 < x < width - 1 and 0 < y < height - 1):
        return 0.0, 0.0
    return (
        _top(*(float(one) for one in likeness[y, x - 1 : x + 2])),
        _top(*(float(one) for one in likeness[y - 1 : y + 2, x])),
    )


def _top(before: float, here: float, after: float) -> float:
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else max(-0.5, min(0.5, (before - after) / (2 * bend)))


def _apart(one: Finder, other: Finder) -> bool:
    return max(abs(one.x - other.x), abs(one.y - other.y)) > 4 * max(one.module, other.module)


@cache
def _drawn(degrees: int) -> Picture:
    """With the bright ring around it that the quiet zone and the separator give."""
    fine = 16
    pattern = np.full((9, 9), 255, np.uint8)
    pattern[1:8, 1:8] = 0
    pattern[2:7, 2:7] = 255
    pattern[3:6, 3:6] = 0
    big = cv2.resize(pattern, None, fx=fine, fy=fine, interpolation=cv2.INTER_NEAREST)
    if degrees:
        middle = (9 * fine - 1) / 2
        turn = cv2.getRotationMatrix2D((middle, middle), -degrees, 1)
        big = cv2.warpAffine(big, turn, big.shape, borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize(big, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.9), np.uint8)
