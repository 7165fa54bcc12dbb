"""Pictures as OpenCV's own types know them: height x width x 3, blue, green, red, bytes."""

import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

Picture = MatLike


def floats(of: npt.ArrayLike) -> npt.NDArray[np.float32]:
    return np.asarray(of, np.float32)


def as_bytes(of: npt.NDArray[np.generic]) -> Picture:
    """Cut to what a byte can say."""
    return np.asarray(np.clip(of, 0, 255), np.uint8)
