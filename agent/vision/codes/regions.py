"""Where in a frame a code may be that nobody detected: where there are many edges of both ways."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from agent.vision.found import Corners
from agent.vision.pictures import Picture

SCALE = 4  # the search runs on a quarter of the size
LEAST = 15  # pixels of that quarter on a side
FILL = 0.35  # share of the box that has texture
LONG = 3.0  # a code is no strip
MOST = 2
PAD, PAD_PX = 0.15, 3
LARGEST = 900_000  # pixels; larger is no part but the whole
SOLID, SQUARE, NEARLY = 0.7, 0.6, 1.7
"""Of all but a few codes: share of the hull and of the turned box that has texture, and how much
longer than wide that box is."""


@dataclass(frozen=True, slots=True)
class Region:
    """``degrees``: how what is there lies, -45 to 45.  ``compact``: of one piece, and squarish."""

    x: int
    y: int
    width: int
    height: int
    degrees: float = 0.0
    compact: bool = True

    def of(self, grey: Picture) -> Picture:
        return grey[self.y : self.y + self.height, self.x : self.x + self.width]

    def scaled(self, factor: float) -> "Region":
        place = (self.x, self.y, self.width, self.height)
        x, y, width, height = (round(one * factor) for one in place)
        return Region(x, y, width, height, self.degrees, self.compact)


def textured(grey: Picture, most: int = MOST) -> list[Region]:
    """Likeliest first."""
    height, width = grey.shape[:2]
    if min(height, width) < SCALE * LEAST:
        return []
    energy = _energy(_quarter(grey))
    pieces = _pieces(_strong(energy), energy, most)
    regions = [_region(_split(piece, energy), (width, height)) for piece in pieces]
    return [one for one in regions if one.width * one.height < LARGEST]


def around(corners: Corners, picture: Picture, pad: float) -> Region:
    """``pad``: of the code's size."""
    height, width = picture.shape[:2]
    points = np.asarray(corners)
    room = pad * float(np.ptp(points, axis=0).max())
    low = np.clip(points.min(0) - room, 0, [width, height]).astype(int)
    high = np.clip(points.max(0) + room, 0, [width, height]).astype(int)
    return Region(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))


@dataclass(frozen=True, slots=True)
class _Piece:
    """In pixels of the quarter."""

    x: int
    y: int
    width: int
    height: int
    degrees: float
    compact: bool


def _strong(energy: Picture) -> Picture:
    _, mask = cv2.threshold(energy, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(mask, np.uint8)


def _quarter(grey: Picture) -> Picture:
    """In two steps: OpenCV halves six times faster than it quarters."""
    height, width = grey.shape[:2]
    way = cv2.INTER_AREA
    half = cv2.resize(grey, (width // SCALE * 2, height // SCALE * 2), interpolation=way)
    return np.asarray(
        cv2.resize(half, (width // SCALE, height // SCALE), interpolation=way), np.uint8
    )


def _pieces(mask: Picture, energy: Picture, most: int) -> list[_Piece]:
    """What is likeliest to be codes, first."""
    boxes = sorted(_boxes(mask, energy), key=lambda pair: -pair[0])
    return [_piece(mask, *box) for _, box in boxes[:most]]


def _boxes(mask: Picture, energy: Picture) -> Iterator[tuple[float, tuple[int, int, int, int]]]:
    """How likely, and x, y, width, height."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    for x, y, across, tall, area in stats[1:count].tolist():
        if min(across, tall) < LEAST or area < FILL * across * tall:
            continue
        if max(across, tall) <= LONG * min(across, tall):
            here = energy[y : y + tall, x : x + across]
            yield area * cv2.mean(here)[0], (x, y, across, tall)


def _piece(mask: Picture, x: int, y: int, across: int, tall: int) -> _Piece:
    degrees, compact = _lie(np.ascontiguousarray(mask[y : y + tall, x : x + across]))
    return _Piece(x, y, across, tall, degrees, compact)


def _split(piece: _Piece, energy: Picture) -> _Piece:
    """The strongest part of what is not compact: a code and the things it touches."""
    if piece.compact:
        return piece
    x, y = piece.x, piece.y
    inside = np.ascontiguousarray(energy[y : y + piece.height, x : x + piece.width])
    for part in _pieces(_strong(inside), inside, 1):
        if part.compact:
            return replace(part, x=x + part.x, y=y + part.y)
    return piece


def _energy(small: Picture) -> Picture:
    """The weaker of the two directions: stripes have one only."""
    across, down = (
        cv2.blur(cv2.convertScaleAbs(edges), (9, 9)) for edges in cv2.spatialGradient(small)
    )
    return np.asarray(cv2.min(across, down), np.uint8)


def _region(piece: _Piece, frame: tuple[int, int]) -> Region:
    x, y, width, height = (one * SCALE for one in (piece.x, piece.y, piece.width, piece.height))
    wide, high = round(width * PAD) + PAD_PX * SCALE, round(height * PAD) + PAD_PX * SCALE
    left, top = max(0, x - wide), max(0, y - high)
    right, low = min(frame[0], x + width + wide), min(frame[1], y + height + high)
    return Region(left, top, right - left, low - top, piece.degrees, piece.compact)


def _lie(mask: Picture) -> tuple[float, bool]:
    """How the largest thing lies, and whether it is of one piece, and squarish."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea)
    area = max(1.0, cv2.contourArea(outline))
    _, (one, two), degrees = cv2.minAreaRect(outline)
    solid = area / max(1.0, cv2.contourArea(cv2.convexHull(outline)))
    square = area / max(1.0, one * two)
    compact = solid > SOLID and square > SQUARE and max(one, two) < NEARLY * min(one, two)
    return (degrees + 45) % 90 - 45, compact
