"""The pictures of a passage as they are kept: scene and plate, in no more bytes than asked.

What masks hide is black in them already (agent.vision.cameras.frame).
"""

from typing import Final

import cv2
import numpy as np

from agent.model.evidence import CROP, MOST_BYTES, SCENE, Shot
from agent.vision.found import Corners
from agent.vision.pictures import Picture

SCENE_WIDTH, CROP_WIDTH = 1280, 320
"""Pixels at most: a scene shows which vehicle it was, a crop what could be read."""

CROP_SHARE: Final = 0.2  # of the bytes
AROUND: Final = 0.4  # of the plate's own size, on each side
QUALITIES: Final = (85, 75, 65, 55, 45, 35, 25)  # of JPEG; the first that fits
SMALLER: Final = 0.7  # then in width and height, as often as it takes
LEAST_WIDTH: Final = 64


def shots(picture: Picture, corners: Corners | None, most: int) -> tuple[Shot, ...]:
    """``most`` bytes for all of them together; without ``corners`` the scene alone."""
    most = min(most, MOST_BYTES)
    crop = None
    if corners is not None:
        crop = packed(_cut(picture, corners), CROP_WIDTH, int(most * CROP_SHARE))
    scene = packed(picture, SCENE_WIDTH, most - len(crop or b""))
    pairs = ((SCENE, scene), (CROP, crop))
    return tuple(Shot(role, jpeg) for role, jpeg in pairs if jpeg is not None)


def packed(picture: Picture, width: int, most: int) -> bytes | None:
    """A JPEG of at most ``width`` pixels across and ``most`` bytes; None if that cannot be."""
    across = min(width, picture.shape[1])
    while across >= min(LEAST_WIDTH, picture.shape[1]):
        small = _resized(picture, across)
        for quality in QUALITIES:
            done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if done and data.size <= most:
                return data.tobytes()
        across = int(across * SMALLER)
    return None


def _cut(picture: Picture, corners: Corners) -> Picture:
    high, wide = picture.shape[:2]
    xs, ys = zip(*corners, strict=True)
    margin_x, margin_y = AROUND * (max(xs) - min(xs)), AROUND * (max(ys) - min(ys))
    left, right = _span(min(xs) - margin_x, max(xs) + margin_x, wide)
    top, bottom = _span(min(ys) - margin_y, max(ys) + margin_y, high)
    return picture[top:bottom, left:right]


def _span(begin: float, end: float, size: int) -> tuple[int, int]:
    """Inside, and never empty."""
    first = min(max(0, int(begin)), size - 1)
    return first, min(size, max(first + 1, int(np.ceil(end))))


def _resized(picture: Picture, across: int) -> Picture:
    high, wide = picture.shape[:2]
    if across == wide:
        return picture
    size = (across, max(1, round(high * across / wide)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
