"""Letters and digits of plates as strokes of one width, in the 45 x 90 mm cell of GA 36.

A shape is paths, a path is points in millimetres from the cell's upper left corner.  Bends are
round, ends are cut off square, and what reaches past the cell is not painted.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from types import MappingProxyType

import cv2
import numpy as np

from hwsim.sights.arrays import Picture, floats

WIDE, HIGH = 45.0, 90.0
STROKE, THIN = 10.5, 8.5
STROKE_OF_WIDTH, STROKE_OF_HEIGHT = 0.15, 0.117  # of the signs of two rows
FINE = 8  # pixels a millimetre while a shape is made
STEPS = 24  # of a bend
CLOSED = 0.01  # millimetres between the ends of a ring

Point = tuple[float, float]
Path = list[Point]

LEFT, RIGHT, TOP, BOTTOM = 5.25, 39.75, 5.25, 84.75
MIDDLE, ROUND = 22.5, 17.25


def _bow(y: float, begin: float, end: float, *, ry: float = ROUND, rx: float = ROUND) -> Path:
    """Part of an ellipse about (MIDDLE, ``y``); degrees clockwise from the right."""
    angles = (math.radians(begin + (end - begin) * step / STEPS) for step in range(STEPS + 1))
    return [(MIDDLE + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def _bowl(x: float, top: float, bottom: float, right: float = RIGHT) -> Path:
    """A half-round from the left at ``x``: over ``right``, and back below."""
    middle, ry = (top + bottom) / 2, (bottom - top) / 2
    around = (math.radians(-90 + 180 * step / STEPS) for step in range(STEPS + 1))
    bend = [(x + (right - x) * math.cos(at), middle + ry * math.sin(at)) for at in around]
    return [(LEFT, top), *bend, (LEFT, bottom)]


def _curve(begin: Point, over: Point, end: Point) -> Path:
    """Bent towards ``over``."""
    parts = [(step / STEPS) for step in range(STEPS + 1)]
    weights = [((1 - at) ** 2, 2 * at * (1 - at), at**2) for at in parts]
    return [
        (a * begin[0] + b * over[0] + c * end[0], a * begin[1] + b * over[1] + c * end[1])
        for a, b, c in weights
    ]


def _turned(shape: Sequence[Path]) -> list[Path]:
    """Upside down: a 6 is a 9."""
    return [[(WIDE - x, HIGH - y) for x, y in path] for path in shape]


def _across(y: float, begin: float = 0.0, end: float = WIDE) -> Path:
    return [(begin, y), (end, y)]


def _down(x: float, begin: float = 0.0, end: float = HIGH) -> Path:
    return [(x, begin), (x, end)]


_RING = [*_bow(22.5, 180, 360), *_bow(67.5, 0, 180), (LEFT, 22.5)]
_HOOK = [*_bow(67.5, 0, 180)]  # below, from the right to a cut end at the left
_SIX = [_bow(64, 0, 360, ry=20.75), _curve((37, -2), (7, 42), (LEFT, 64))]
_BENT = [*_bow(22.5, 0, -180), *_bow(67.5, 180, 0)]  # of a C

SHAPES: Mapping[str, Sequence[Path]] = MappingProxyType(
    {
        "0": [_RING],
        "1": [_down(MIDDLE)],
        "2": [[*_bow(22.5, 180, 395), (6, 84)], _across(BOTTOM)],
        "3": [
            _across(TOP, 2, 43),
            [(39.5, -1), (17, 40)],
            [(18.5, 42), *_bow(62.5, -80, 0, ry=21.5), *_HOOK],
        ],
        "4": [_down(34), [(31, 0), (4, 70)], _across(70)],
        "5": [
            _across(TOP, 2, 43),
            _down(7.25, 0, 48),
            [*_bow(52, 215, 360, ry=14), *_HOOK],
        ],
        "6": _SIX,
        "7": [_across(TOP), _curve((40, 4), (23.5, 42), (22.5, 90))],
        "8": [_bow(23.5, 0, 360, ry=18.25, rx=15.5), _bow(63.5, 0, 360, ry=21.25)],
        "9": _turned(_SIX),
        "A": [[(4.8, 92), (20.4, -2)], [(40.2, 92), (24.6, -2)], _across(71, 9, 36)],
        "B": [_down(LEFT), _bowl(24, TOP, 41.5, 37.5), _bowl(24, 41.5, BOTTOM)],
        "C": [_BENT],
        "D": [_down(LEFT), [(0, TOP), *_bow(24, -90, 0, ry=18.75), *_bow(66, 0, 90, ry=18.75),
                            (0, BOTTOM)]],
        "E": [_down(LEFT), _across(TOP), _across(43, 0, 39), _across(BOTTOM)],
        "F": [_down(LEFT), _across(TOP), _across(43, 0, 39)],
        "G": [[*_BENT, (RIGHT, 41)], _across(41, 20)],
        "H": [_down(LEFT), _down(RIGHT), _across(45)],
        "J": [[(RIGHT, 0), *_HOOK]],
        "K": [_down(LEFT), [(41.5, -3), (3, 64)], [(18.5, 38), (39.75, 93)]],
        "L": [_down(LEFT), _across(BOTTOM)],
        "M": [_down(LEFT), _down(RIGHT), [(5, -2), (MIDDLE, 36), (40, -2)]],
        "N": [_down(LEFT), _down(RIGHT), [(5, -2), (40, 92)]],
        "O": [_RING],
        "P": [_down(LEFT), _bowl(22, TOP, 49)],
        "Q": [_RING, [(20, 60), (42, 94)]],
        "R": [_down(LEFT), _bowl(22, TOP, 47), [(22, 45), (39, 93)]],
        "S": [
            [*_bow(22.5, 0, -180), *_bow(24, 180, 90, ry=18.5), *_bow(62, -90, 0, ry=19.5), *_HOOK]
        ],
        "T": [_across(TOP), _down(MIDDLE)],
        "U": [[(LEFT, 0), *_bow(67.5, 180, 0), (RIGHT, 0)]],
        "V": [[(5, -2), (21.5, 92)], [(40, -2), (23.5, 92)]],
        "W": [[(4.5, -2), (12, 92)], [(21.8, 6), (12.5, 92)],
              [(23.2, 6), (32.5, 92)], [(40.5, -2), (33, 92)]],
        "X": [[(4.5, -2), (40.5, 92)], [(40.5, -2), (4.5, 92)]],
        "Y": [[(4.5, -3), (MIDDLE, 44), (40.5, -3)], _down(MIDDLE, 44)],
        "Z": [_across(TOP, 1), [(39, 4), (6, 86)], _across(BOTTOM)],
    }
)  # fmt: skip

GREEN_ONE: Sequence[Path] = [_down(24, 0, BOTTOM), [(24, 6), (13, 14)], _across(BOTTOM, 9, 39)]


@cache
def stroked(
    sign: str, cell_mm: tuple[int, int], size: tuple[int, int], *, thin: bool = False
) -> Picture:
    """255 where ``sign`` has ink in a cell of ``cell_mm``, painted ``size`` (width, height) pixels.

    ``thin``: as on green plates, where a 1 has feet.  In other cells than 45 x 90 the shape is
    stretched, its strokes are not.  KeyError: no shape.
    """
    shape: Sequence[Path] = GREEN_ONE if thin and sign == "1" else SHAPES[sign]
    high, wide = STROKE_OF_HEIGHT * cell_mm[1], STROKE_OF_WIDTH * cell_mm[0]
    stroke = THIN if thin else max(STROKE, high, wide)
    fine = np.zeros((cell_mm[1] * FINE, cell_mm[0] * FINE), np.uint8)
    for path in _fitted(shape, cell_mm, stroke):
        closed = path[1:2] if math.dist(path[0], path[-1]) < CLOSED else []
        parts = pairwise([*path, *closed])
        sides = [_edges(*part, stroke / 2) for part in parts if math.dist(*part)]
        for edges in sides:
            _fill(fine, edges)
        for (_, ended), (began, _) in pairwise(sides):
            _fill(fine, (ended, began))
    return cv2.resize(fine, size, interpolation=cv2.INTER_AREA)


def _fitted(shape: Sequence[Path], cell_mm: tuple[int, int], stroke: float) -> list[Path]:
    """Its outermost middle lines stay half a stroke from the edges."""
    wider = (cell_mm[0] - stroke) / (WIDE - STROKE)
    higher = (cell_mm[1] - stroke) / (HIGH - STROKE)
    half = stroke / 2
    return [[(half + (x - LEFT) * wider, half + (y - TOP) * higher) for x, y in path]
            for path in shape]  # fmt: skip


Edge = tuple[Point, Point]
"""Across a stroke, from its one side to its other."""


def _edges(begin: Point, end: Point, half: float) -> tuple[Edge, Edge]:
    along = end[0] - begin[0], end[1] - begin[1]
    length = math.hypot(*along)
    x, y = -along[1] / length * half, along[0] / length * half
    at_begin = (begin[0] + x, begin[1] + y), (begin[0] - x, begin[1] - y)
    return at_begin, ((end[0] + x, end[1] + y), (end[0] - x, end[1] - y))


def _fill(fine: Picture, edges: tuple[Edge, Edge]) -> None:
    hull = cv2.convexHull(floats([point for edge in edges for point in edge]) * FINE)
    cv2.fillConvexPoly(fine, np.round(hull).astype(np.int32), (255,))
