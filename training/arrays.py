"""Pictures as OpenCV's own types know them."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

Picture = MatLike
"""Height x width x 3, blue, green, red, bytes."""

Plane = MatLike
"""The same in float32, 0 to 255, between two harms."""

Points = MatLike
"""N x 2, x and y in pixels, float32."""

Matrix = MatLike
"""3 x 3, a change of perspective."""


def floats(of: npt.ArrayLike) -> npt.NDArray[np.float32]:
    return np.asarray(of, np.float32)


class Unreadable(ValueError):
    """No picture: take it out of the folder."""


def loaded(file: Path, way: int = cv2.IMREAD_COLOR) -> Picture:
    """Unreadable."""
    picture = cv2.imdecode(np.fromfile(file, np.uint8), way)
    if picture is None:
        raise Unreadable(f"{file}: no picture")
    return picture


def through_jpeg(picture: Picture, quality: int) -> Picture:
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return picture if back is None else back


def floated(picture: Picture) -> Plane:
    return picture.astype(np.float32)
