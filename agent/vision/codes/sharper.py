"""Takes a lens's blur out of a part of a frame, as far as noise allows (Wiener's filter).

Phones are held nearer than a gate's lens is sharp; at 2.5 pixels a module a blur of 1.3 pixels
leaves a tenth of the contrast, and all of the information.
"""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision.pictures import Picture

SIDE = 15  # of the kernel, pixels
DEFOCUS = 1.3  # pixels, of a Gaussian
NOISE = 0.03  # to signal; what is usual
CLEAN = 0.006  # to signal, where there is much light


def sharper(part: Picture, noise: float = NOISE) -> Picture:
    return np.asarray(cv2.filter2D(part, -1, _kernel(DEFOCUS, noise)), np.uint8)


@cache
def _kernel(defocus: float, noise: float) -> npt.NDArray[np.float32]:
    """The filter's answer to one pixel, cut to ``SIDE``."""
    full = 64
    frequencies = np.fft.fftfreq(full)
    square = frequencies[:, None] ** 2 + frequencies[None, :] ** 2
    blur = np.exp(-2 * np.pi**2 * defocus**2 * square)
    answer = np.fft.fftshift(np.fft.ifft2(blur / (blur**2 + noise)).real)
    middle, half = full // 2, SIDE // 2
    kernel = answer[middle - half : middle + half + 1, middle - half : middle + half + 1]
    return np.asarray(kernel / kernel.sum(), np.float32)
