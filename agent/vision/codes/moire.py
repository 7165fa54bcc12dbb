"""Takes moire out of a part of a frame: a grating that a screen's and a camera's pixels make.

A grating is a high peak in the spectrum.  A code has low ones and loses a hundredth by it.  A
grating multiplies the light, so it is taken out of the logarithm.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision.pictures import Picture

PEAK: Final = 5.0  # of the power around
SPREAD: Final = 5 / 3  # bins, of a Gaussian: gratings are bent
WIDE: Final = 5  # bins that go with a peak
AROUND: Final = 31  # bins that it is compared with
SLOW: Final = 6  # periods in the picture; fewer are light and shadow
DARKEST: Final = 8.0  # grey levels, added before the logarithm is taken

Floats = npt.NDArray[np.float32]


def without_moire(part: Picture) -> Picture:
    """The same picture where there is none."""
    height, width = part.shape
    below = cv2.getOptimalDFTSize(height) - height
    beside = cv2.getOptimalDFTSize(width) - width
    light = cv2.log(np.asarray(part, np.float32) + np.float32(DARKEST))
    mean = cv2.mean(light)[0]
    whole = cv2.copyMakeBorder(light - mean, 0, below, 0, beside, cv2.BORDER_REFLECT)
    spectrum = cv2.dft(whole, flags=cv2.DFT_COMPLEX_OUTPUT)
    peaks = _peaks(np.asarray(spectrum, np.float32))
    if not peaks.any():
        return part
    grown = cv2.dilate(peaks, np.ones((WIDE, WIDE), np.uint8))
    kept = 1 - cv2.GaussianBlur(grown.astype(np.float32), (0, 0), 1.0)
    flags = cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
    clean = cv2.dft(spectrum * np.fft.ifftshift(kept)[..., None], flags=flags)
    back = cv2.exp(clean[:height, :width] + mean) - DARKEST
    return np.asarray(np.clip(back, 0, 255), np.uint8)


def _peaks(spectrum: Floats) -> npt.NDArray[np.uint8]:
    """1 where there is one, the slow ones in the middle."""
    power = np.fft.fftshift((spectrum * spectrum).sum(2))
    near = cv2.GaussianBlur(power, (0, 0), SPREAD)
    around = cv2.blur(power, (AROUND, AROUND))
    peaks = np.asarray(near > PEAK * around, np.uint8)
    height, width = peaks.shape
    cv2.circle(peaks, (width // 2, height // 2), SLOW, (0,), cv2.FILLED)
    return peaks
