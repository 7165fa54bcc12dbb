"""Cuts a plate out of a picture and sets it straight, as the reader wants it.

Plates of two rows are laid side by side: what is above 5/12 of the height, stretched to the size
of what is below 1/3, at its left (GA 36: characters at 15 to 75 and 90 to 200 of 220 mm).
"""

import cv2
import numpy as np

from agent.vision.found import Corners
from agent.vision.pictures import Picture
from agent.vision.plates.network import Numbers, numbers

WIDTH, HEIGHT, TALL = 160, 40, 96
UPPER, LOWER = 5 / 12, 1 / 3


def whole(picture: Picture) -> Corners:
    height, width = picture.shape[:2]
    return (0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))


def grown(corners: Corners, across: float, down: float) -> Corners:
    """Larger on every side by a share of the plate's width and height."""
    a, b, c, d = numbers(corners)
    x, y = (b - a + c - d) / 2 * across, (d - a + c - b) / 2 * down
    return _corners(np.stack([a - x - y, b + x - y, c + x + y, d - x + y]))


def lower(corners: Corners, by: float) -> Corners:
    """Moved down by a share of the plate's height."""
    a, b, c, d = numbers(corners)
    return _corners(
        np.stack([a + (d - a) * by, b + (c - b) * by, c + (c - b) * by, d + (d - a) * by])
    )


def tilted(corners: Corners, by: float) -> Corners:
    """Its left end moved down, its right end up, by a share of the plate's height."""
    a, b, c, d = numbers(corners)
    left, right = (d - a) * by, (c - b) * by
    return _corners(np.stack([a + left, b - right, c - right, d + left]))


def inside(corners: Corners, shares: Numbers) -> Corners:
    """Where in the picture the ``shares`` (4 x 2) of a cut between ``corners`` lie."""
    square = numbers([[0, 0], [1, 0], [1, 1], [0, 1]])
    turn = cv2.getPerspectiveTransform(square, numbers(corners))
    return _corners(cv2.perspectiveTransform(numbers(shares)[None], turn)[0])


def _corners(points: Numbers) -> Corners:
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def cut(picture: Picture, corners: Corners, *, two_rows: bool = False) -> Picture:
    """160 x 40."""
    size = (WIDTH, TALL if two_rows else HEIGHT)
    straight = _warped(picture, numbers(corners), size)
    return _laid_out(straight) if two_rows else straight


def _warped(picture: Picture, corners: Numbers, size: tuple[int, int]) -> Picture:
    picture, corners = _near(picture, corners, size[0])
    to = numbers([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]])
    turn = cv2.getPerspectiveTransform(corners, to)
    straight = cv2.warpPerspective(
        picture, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(straight, np.uint8)


def _near(picture: Picture, corners: Numbers, width: int) -> tuple[Picture, Numbers]:
    """The part of the picture around the plate, with no more pixels than the cut needs: a warp
    takes single pixels, and single pixels of a large plate are noise."""
    height, across = picture.shape[:2]
    pad = 4 + 0.1 * float(np.ptp(corners[:, 0]))
    low = np.maximum(np.floor(corners.min(0) - pad), 0).astype(int)
    high = np.minimum(np.ceil(corners.max(0) + pad), [across, height]).astype(int)
    if (high - low < 2).any():
        return picture, corners
    part = picture[low[1] : high[1], low[0] : high[0]]
    corners = corners - low.astype(np.float32)
    share = 1.3 * width / max(1.0, float(np.hypot(*(corners[1] - corners[0]))))
    if share < 0.8:
        small = cv2.resize(part, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8), corners * numbers(share)
    return part, corners


def _laid_out(straight: Picture) -> Picture:
    height, width = straight.shape[:2]
    lower = straight[round(height * LOWER) :]
    upper = cv2.resize(straight[: round(height * UPPER)], (width, lower.shape[0]))
    both = cv2.resize(np.hstack([upper, lower]), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(both, np.uint8)
