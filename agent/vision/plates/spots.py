"""Where plates are in a picture: the finder's heat map, and the corners beside each peak."""

from dataclasses import dataclass

import cv2
import numpy as np

from agent.vision.found import Corners
from agent.vision.pictures import Picture
from agent.vision.plates.network import Network, Numbers, numbers

STRIDE = 8  # pixels of the network's picture per cell of its map
SIDES = 32  # what they must be divisible by
LONG = 512  # of the first look, in pixels
CLOSER = 960  # of the second look, for plates that are far away
SURE, MAYBE = 0.35, 0.18
"""Heat: a plate; and one that the reader must agree to."""
MOST = 12  # plates in a picture
OVERLAP = 0.35


@dataclass(frozen=True, slots=True)
class Spot:
    """``score``, ``two_rows``, ``paper``: probabilities, 0 to 1."""

    corners: Corners
    score: float
    two_rows: float
    paper: float

    @property
    def width(self) -> float:
        (x0, y0), (x1, y1) = self.corners[:2]
        return float(np.hypot(x1 - x0, y1 - y0))

    @property
    def aspect(self) -> float:
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.corners
        height = (np.hypot(x3 - x0, y3 - y0) + np.hypot(x2 - x1, y2 - y1)) / 2
        return float((self.width + np.hypot(x2 - x3, y2 - y3)) / 2 / max(height, 1.0))


class Finder:
    def __init__(self, network: Network) -> None:
        self._network = network

    def find(self, picture: Picture) -> list[Spot]:
        """Likeliest first.  A second, closer look only where the first found nothing for sure."""
        height, width = picture.shape[:2]
        found = self._look(picture, LONG)
        if max(height, width) > LONG * 1.25 and not any(spot.score >= SURE for spot in found):
            found += self._look(picture, min(CLOSER, max(height, width)))
        return _apart(found)

    def _look(self, picture: Picture, long: int) -> list[Spot]:
        height, width = picture.shape[:2]
        scale = long / max(height, width)
        inner = max(1, round(width * scale)), max(1, round(height * scale))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = cv2.resize(picture, inner, interpolation=way)
        below, beside = -inner[1] % SIDES, -inner[0] % SIDES
        grey = (127, 127, 127)
        whole = cv2.copyMakeBorder(small, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=grey)
        (out,) = self._network.run(numbers(np.ascontiguousarray(whole.transpose(2, 0, 1)[None])))
        return _peaks(out[0], numbers([width / inner[0], height / inner[1]]))


def _peaks(out: Numbers, scale: Numbers) -> list[Spot]:
    heat = 1 / (1 + np.exp(-out[0]))
    highest = cv2.dilate(heat, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((heat >= MAYBE) & (heat == highest))
    order = np.argsort(-heat[rows, columns])[:MOST]
    spots = []
    for row, column in zip(rows[order], columns[order], strict=True):
        told = out[1:, row, column]
        cell = numbers([column + 0.5, row + 0.5])
        corners = (told[:8].reshape(4, 2) + cell) * STRIDE * scale
        two_rows, paper = 1 / (1 + np.exp(-told[8:10]))
        spots.append(
            Spot(_corners(corners), float(heat[row, column]), float(two_rows), float(paper))
        )
    return spots


def _corners(points: Numbers) -> Corners:
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def _apart(spots: list[Spot]) -> list[Spot]:
    """Of spots that lie on each other the likeliest."""
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda one: -one.score):
        if all(_overlap(spot, other) < OVERLAP for other in kept):
            kept.append(spot)
    return kept[:MOST]


def _overlap(one: Spot, other: Spot) -> float:
    """The shared area as a share of the smaller one's."""
    a, b = numbers(one.corners), numbers(other.corners)
    shared, _ = cv2.intersectConvexConvex(cv2.convexHull(a), cv2.convexHull(b))
    least = min(cv2.contourArea(cv2.convexHull(a)), cv2.contourArea(cv2.convexHull(b)))
    return float(shared / least) if least > 0 else 1.0
