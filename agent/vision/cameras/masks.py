"""Where nobody looks, and where somebody does: polygons in fractions of the picture.

Masks are blackened before anything sees a frame or stores it: windows and doors of homes are not
ours to watch.  A region bounds what starts a burst and what counts as seen.
"""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from agent.config.settings import Polygon
from agent.vision.pictures import Picture

BLACK: Final = (0, 0, 0)
GROW = 1  # pixels: a mask's edge pixel is hidden, whatever rounding makes of it

Points = npt.NDArray[np.int32]


class Masks:
    """Polygons of the same camera; kept in pixels for the few sizes that one camera has."""

    def __init__(self, polygons: Sequence[Polygon]) -> None:
        self._polygons = tuple(polygons)
        self._sized: dict[tuple[int, int], list[Points]] = {}

    def burn(self, picture: Picture) -> None:
        """Black, in place.  Grey or colour, any size."""
        if not self._polygons:
            return
        for points in self._pixels((picture.shape[1], picture.shape[0])):
            cv2.fillPoly(picture, [points], BLACK)
            cv2.polylines(picture, [points], isClosed=True, color=BLACK, thickness=1 + 2 * GROW)

    def _pixels(self, size: tuple[int, int]) -> list[Points]:
        if size not in self._sized:
            if len(self._sized) >= 8:  # a camera that changes its size for ever
                self._sized.clear()
            self._sized[size] = [in_pixels(polygon, size) for polygon in self._polygons]
        return self._sized[size]


NO_MASKS: Final = Masks(())


class Region:
    """Where a camera's lane or reader is; () is everywhere."""

    def __init__(self, polygon: Polygon) -> None:
        self.polygon = polygon

    def holds(self, x: float, y: float) -> bool:
        """A point, in fractions of the picture; its edge is inside."""
        if not self.polygon:
            return True
        contour: npt.NDArray[Any] = np.asarray(self.polygon, np.float32)
        return cv2.pointPolygonTest(contour, (x, y), measureDist=False) >= 0

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels, the latter two outside; never empty."""
        if not self.polygon:
            return (0, 0, width, height)
        xs, ys = zip(*self.polygon, strict=True)
        left, top = int(min(xs) * width), int(min(ys) * height)
        right, bottom = int(np.ceil(max(xs) * width)), int(np.ceil(max(ys) * height))
        left, top = min(left, width - 1), min(top, height - 1)
        return (left, top, max(left + 1, right), max(top + 1, bottom))

    def stencil(self, width: int, height: int) -> Picture:
        """255 inside, 0 outside; height x width."""
        if not self.polygon:
            return np.full((height, width), 255, np.uint8)
        stencil = np.zeros((height, width), np.uint8)
        cv2.fillPoly(stencil, [in_pixels(self.polygon, (width, height))], (255,))
        return stencil


def in_pixels(polygon: Polygon, size: tuple[int, int]) -> Points:
    """Of a picture of this width and height."""
    points: Points = np.floor(np.asarray(polygon, np.float64) * size).astype(np.int32)
    return points
