"""A picture, and how one comes from a file: bounded, turned as its EXIF says, never trusted."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision import MOST_PIXELS

Picture = npt.NDArray[np.uint8]
"""Height x width x 3, blue-green-red, or height x width alone: grey."""

MOST_BYTES = 32 * 2**20  # of a file

# decoders write about broken pictures to stderr; we tell of them ourselves
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class Unreadable(ValueError):
    """No picture, or one that is too big: whoever gave it must give another."""


def from_bytes(data: bytes) -> Picture:
    """Blue, green, red.  Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"{len(data)} 字节,过大 bytes are too many, {MOST_BYTES} at most")
    if not data:
        raise Unreadable("空文件 the file is empty")
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as why:  # it throws for headers that promise too much
        raise Unreadable(f"图片损坏 the picture is broken: {why.err}") from why
    if picture is None:
        raise Unreadable("不是图片 no picture that we can read")
    if picture.shape[0] * picture.shape[1] > MOST_PIXELS:
        raise Unreadable(f"像素过多 too many pixels, {MOST_PIXELS} at most")
    return np.asarray(picture, np.uint8)


def from_file(path: Path) -> Picture:
    """Blue, green, red.  Unreadable."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as why:
        raise Unreadable(f"{why.strerror}") from why
    return from_bytes(data)
