"""Codes as flat things seen in space: where their corners are, from three finder patterns.

How far one side lies behind another cannot be seen in the finder patterns; the timing patterns
between them, dark and bright in turn, tell it, and the version with it.  Then the corners are moved
to where all that every code shows is clearest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import cos, sin
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision.codes import layout
from agent.vision.codes.finders import Finder
from agent.vision.found import Corners
from agent.vision.pictures import Picture

Floats = npt.NDArray[np.float32]

BENDS: Final = np.linspace(-0.18, 0.18, 15, dtype=np.float32)
"""How much nearer one side may be: 50 degrees at half a metre."""
SPREAD: Final = 3  # versions around the estimate that are tried
MOST_THREES, MOST_PLANES = 3, 3
MOVES: Final = (0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1)  # modules that corners are moved
ALIKE: Final = 0.3  # of what every code shows, 1 were perfect
FAINT: Final = 0.2  # alone it is nothing; other frames may say the same
LOST: Final = 0.15  # after a first move; of 196 guesses none so poor came to ``ALIKE``
TINY: Final = 1e-6
RHYTHM: Final = 0.03  # its weight beside the likeness of a guess: 1 to 4, and 0.2 to 0.4
MOVED: Final = np.arange(-4, 5, dtype=np.float32)  # modules
ROLLED: Final = np.radians([-4, -2, 0, 2, 4])
"""How a hand moves from frame to frame."""
CLEAR: Final = 0.55  # so much, and no other guess is better


@dataclass(frozen=True, slots=True)
class Plane:
    corners: Corners
    version: int
    alike: float

    @property
    def modules(self) -> int:
        return 17 + 4 * self.version


def planes(grey: Picture, found: Sequence[Finder]) -> list[Plane]:
    """Likeliest first."""
    light = _light(grey)
    guesses = [one for three in _threes(found)[:MOST_THREES] for one in _versions(light, three)]
    seen: list[Plane] = []
    for corners, version in _likeliest(light, guesses)[:MOST_PLANES]:
        plane = _fitted(light, corners, version)
        if plane.alike >= CLEAR:
            return [plane]
        if plane.alike >= FAINT:
            seen.append(plane)
    return sorted(seen, key=lambda one: -one.alike)


def refined(grey: Picture, corners: Corners, version: int) -> Plane:
    """The same code, its corners moved to where it is clearest."""
    return _fitted(_light(grey), np.asarray(corners, np.float32), version)


def followed(grey: Picture, corners: Corners, version: int) -> Plane:
    """The same code a moment later, moved and rolled a little."""
    light = _light(grey)
    before = np.asarray(corners, np.float32)
    module = float(np.linalg.norm(before[0] - before[2])) / 1.41 / (17 + 4 * version)
    middle, across = before.mean(0), _quarter_turn(before)
    rolled = [(before - middle) * cos(by) + across * sin(by) + middle for by in ROLLED]
    moved = np.stack(np.meshgrid(MOVED, MOVED), -1).reshape(-1, 1, 2) * module
    tried = np.concatenate([one + moved for one in rolled]).astype(np.float32)
    at = int(_scores(light, tried, *_shown(version)).argmax())
    return _fitted(light, tried[at], version)


def _quarter_turn(corners: Floats) -> Floats:
    """About their middle, and from there."""
    x, y = (corners - corners.mean(0)).T
    return np.stack([-y, x], 1)


def _threes(found: Sequence[Finder]) -> list[tuple[Finder, Finder, Finder]]:
    """Top left, top right, bottom left, where three lie as they do in a code; likeliest first."""
    threes = [one for three in combinations(found, 3) if (one := _three(*three)) is not None]
    return sorted(threes, key=lambda three: -sum(one.alike for one in three))


def _three(one: Finder, two: Finder, three: Finder) -> tuple[Finder, Finder, Finder] | None:
    sizes = [one.module, two.module, three.module]
    if max(sizes) > 1.8 * min(sizes):
        return None
    pairs = ((one, two, three), (one, three, two), (two, three, one))
    a, b, corner = max(pairs, key=lambda pair: _away(pair[0], pair[1]))
    short, long = sorted((_away(corner, a), _away(corner, b)))
    if short < 11 * min(sizes) or long > 1.9 * short:
        return None
    if not 1.05 * long < _away(a, b) < 1.75 * long:
        return None
    turn = (a.x - corner.x) * (b.y - corner.y) - (a.y - corner.y) * (b.x - corner.x)
    return (corner, a, b) if turn > 0 else (corner, b, a)


def _away(a: Finder, b: Finder) -> float:
    return float(np.hypot(a.x - b.x, a.y - b.y))


def _versions(
    light: Floats, three: tuple[Finder, Finder, Finder]
) -> Iterator[tuple[float, Floats, int]]:
    """How clear the rhythm of the timing patterns is, the corners, the version."""
    corner, right, below = three
    module = sum(one.module for one in three) / 3
    side = (_away(corner, right) + _away(corner, below)) / 2 / module + 7
    likely = round((side - 17) / 4)
    middles = [np.asarray([one.x, one.y], np.float32) for one in three]
    for version in range(max(1, likely - SPREAD), min(layout.LAST, likely + SPREAD) + 1):
        across = _rhythm(light, middles, version)
        down = _rhythm(light, [middles[0], middles[2], middles[1]], version)
        span = 10.0 + 4 * version
        yield across[0] + down[0], _corners(middles, (across[1], down[1]), span), version


def _likeliest(
    light: Floats, guesses: Sequence[tuple[float, Floats, int]]
) -> list[tuple[Floats, int]]:
    """Corners and version, by the rhythm and by all else that every code shows."""
    scored = []
    for version in {one[2] for one in guesses}:
        same = [one for one in guesses if one[2] == version]
        scores = _scores(light, np.stack([corners for _, corners, _ in same]), *_shown(version))
        for (rhythm, corners, _), score in zip(same, scores, strict=True):
            scored.append((float(score) + RHYTHM * rhythm, corners, version))
    scored.sort(key=lambda one: -one[0])
    return [(corners, version) for _, corners, version in scored]


def _rhythm(light: Floats, middles: Sequence[Floats], version: int) -> tuple[float, float]:
    """Along the timing pattern from the first of the middles to the second: how clear, and how
    far the second lies nearer."""
    corner, along, beside = middles
    span = 10.0 + 4 * version
    u = (np.arange(8, 9 + 4 * version, dtype=np.float32) + 0.5 - 3.5) / span
    t = 3 / span
    first, second, third = 1 - u - t, (1 + BENDS[:, None]) * u, t
    whole = first + second + third
    places = [
        (corner[way] * first + along[way] * second + beside[way] * third) / whole for way in (0, 1)
    ]
    seen = _seen(light, places[0], places[1])
    signs = np.where(np.arange(len(u)) % 2 == 0, -1, 1).astype(np.float32)  # module 8 is dark
    clear = seen @ signs / (np.abs(seen).sum(1) + 1e-3)
    best = int(clear.argmax())
    return float(clear[best]) * len(u) ** 0.5, float(BENDS[best])


def _corners(middles: Sequence[Floats], bend: tuple[float, float], span: float) -> Floats:
    """4 x 2, from the middles of the three finder patterns."""
    corner, right, below = (np.asarray([*one, 1], np.float32) for one in middles)
    unit = np.stack([(1 + bend[0]) * right - corner, (1 + bend[1]) * below - corner, corner])
    low, high = -3.5 / span, 1 + 3.5 / span
    places = np.asarray([[low, low, 1], [high, low, 1], [high, high, 1], [low, high, 1]])
    seen = places @ unit
    return np.asarray(seen[:, :2] / seen[:, 2:], np.float32)


def _fitted(light: Floats, corners: Floats, version: int) -> Plane:
    places, signs = _shown(version)
    module = float(np.linalg.norm(corners[0] - corners[2])) / 1.41 / (17 + 4 * version)
    best, score = corners, _scores(light, corners[None], places, signs)[0]
    for move in MOVES:
        tried = best[None] + _ways() * (move * module)
        scores = _scores(light, tried, places, signs)
        at = int(scores.argmax())
        if scores[at] > score:
            best, score = tried[at], scores[at]
        if score < LOST:
            break
    a, b, c, d = ((float(x), float(y)) for x, y in best)
    return Plane((a, b, c, d), version, float(score))


@cache
def _ways() -> Floats:
    """Each corner in eight directions, and all together in eight."""
    ways = []
    steps = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]
    for which in ((0,), (1,), (2,), (3,), (0, 1, 2, 3), (1, 2), (2, 3)):
        for step in steps:
            way = np.zeros((4, 2), np.float32)
            way[list(which)] = step
            ways.append(way)
    return np.asarray(ways)


def _scores(light: Floats, corners: Floats, places: Floats, signs: Floats) -> Floats:
    """N x 4 x 2 to N: likeness to what every code of the version shows."""
    a, b, c, d = (corners[:, at] for at in range(4))
    # the square to a quadrangle, Heckbert 1989
    one, two, sum_ = b - c, d - c, a - b + c - d
    det = _not_zero(one[:, 0] * two[:, 1] - two[:, 0] * one[:, 1])
    g = (sum_[:, 0] * two[:, 1] - two[:, 0] * sum_[:, 1]) / det
    h = (one[:, 0] * sum_[:, 1] - sum_[:, 0] * one[:, 1]) / det
    u, v = places[:, 0], places[:, 1]
    whole = _not_zero(g[:, None] * u + h[:, None] * v + 1)
    seen = []
    for way in (0, 1):
        right = (b[:, way] - a[:, way] + g * b[:, way])[:, None] * u
        down = (d[:, way] - a[:, way] + h * d[:, way])[:, None] * v
        seen.append(np.asarray((right + down + a[:, way, None]) / whole, np.float32))
    values = _seen(light, seen[0], seen[1])
    return np.asarray(values @ signs / len(signs), np.float32)


def _not_zero(values: npt.NDArray[np.floating]) -> Floats:
    """Of corners in a line, and of places at the horizon, something far away."""
    return np.asarray(np.where(np.abs(values) < TINY, TINY, values), np.float32)


@cache
def _shown(version: int) -> tuple[Floats, Floats]:
    """Middles of the modules that every code shows, as shares of its side; -1 dark to 1 bright."""
    there, dark = layout.fixed(version)
    rows, columns = np.nonzero(there)
    places = np.stack([columns + 0.5, rows + 0.5], 1) / len(there)
    signs = np.where(dark[rows, columns], -1, 1).astype(np.float32)
    return places.astype(np.float32), signs


def _seen(light: Floats, xs: Floats, ys: Floats) -> Floats:
    xs, ys = (np.ascontiguousarray(one, np.float32) for one in (xs, ys))
    return np.asarray(cv2.remap(light, xs, ys, cv2.INTER_LINEAR), np.float32)


def _light(grey: Picture) -> Floats:
    """-1 to 1 as each place is darker or brighter than its surroundings."""
    full = grey.astype(np.float32)
    away = cv2.GaussianBlur(full, (0, 0), 0.7) - cv2.blur(full, (21, 21))
    spread = cv2.sqrt(cv2.blur(away * away, (21, 21)))
    return np.asarray(np.clip(away / np.maximum(spread, 4.0) / 1.5, -1, 1), np.float32)
