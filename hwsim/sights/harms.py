"""What befalls cameras: each harm changes the frame, the film's time, or the server."""

import cv2
import numpy as np

from hwsim.sights.arrays import Picture, as_bytes


def harmed(frame: Picture, harms: set[str]) -> Picture:
    """``frame`` with those of ``harms`` that are seen in it."""
    if "move" in harms:
        height, width = frame.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), 11, 1.15)
        turn[:, 2] += (0.22 * width, -0.18 * height)
        frame = cv2.warpAffine(frame, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    if "blur" in harms:
        frame = cv2.GaussianBlur(frame, (0, 0), 9)
    if "over_exposed" in harms:
        frame = as_bytes(frame.astype(np.int16) * 3 + 190)
    if "black" in harms:
        frame = as_bytes(frame.astype(np.int16) // 60)
    return frame
