"""What is measured of a grey picture.  Pure.  What masks have blackened counts for nothing."""

from typing import Final

import cv2
import numpy as np

from agent.vision.pictures import Picture

BLACK_LEVEL: Final = 20  # grey: video black is 16 (ITU-R BT.601), and a lens cap adds some noise
WHITE_LEVEL: Final = 250
BRIGHT_SHARE, WHITE_SHARE = 0.002, 0.6
"""Of the pixels: a dark street has a lamp, a window or a reflection; a sky fills half a picture."""

BLOCKS: Final = (8, 8)
STEEP_SHARE: Final = 0.005  # of the pixels: nearly every picture has so many on some edge
STROKE_SHARE: Final = 0.05  # of the pixels of a plate, at least, lie on an edge of each way
LEAST_SPAN: Final = 24  # grey levels from dark to bright, of a picture with anything in it


def is_black(grey: Picture) -> bool:
    """Nothing but black: no light, or something over the lens."""
    return float(np.mean(grey > BLACK_LEVEL)) < BRIGHT_SHARE


def is_white(grey: Picture) -> bool:
    """Most of it is burnt out.  Headlights do that too, and pass."""
    seen = int(np.count_nonzero(grey))
    return bool(np.count_nonzero(grey >= WHITE_LEVEL) > WHITE_SHARE * max(1, seen))


def changed_share(one: Picture, other: Picture) -> float:
    """Of an 8 x 8 division of the picture, the share of parts in which any pixel differs."""
    seen = int(np.count_nonzero(_most_by_block(cv2.max(one, other))))
    return int(np.count_nonzero(_most_by_block(cv2.absdiff(one, other)))) / max(1, seen)


def steepness(grey: Picture) -> float | None:
    """How steep the steepest edges are, as a share of the picture's own contrast per pixel.

    Where an edge is smeared over n pixels it is about 2/n, in bright light and in dim, in fog and
    in rain: contrast is divided out.  None where there is too little contrast to tell.
    """
    dark, bright = _levels(grey, 0.005, 1 - STEEP_SHARE)
    if bright - dark < LEAST_SPAN:
        return None
    across, down = slopes(grey)
    (steep,) = _levels(np.asarray(cv2.add(across, down), np.uint8), 1 - STEEP_SHARE)
    return steep / (bright - dark)


def crispness(lettering: Picture) -> float | None:
    """The same of a piece of lettering, which has edges both ways: of the worse of both, since
    what moves is smeared one way.  None where there is too little contrast to tell."""
    dark, bright = _levels(lettering, 0.05, 1 - STROKE_SHARE)
    if bright - dark < LEAST_SPAN:
        return None
    steep = min(_levels(slope, 1 - STROKE_SHARE)[0] for slope in slopes(lettering))
    return steep / (bright - dark)


def slopes(grey: Picture) -> tuple[Picture, Picture]:
    """Grey levels over two pixels, across and down; the Scharr kernel's weights sum to 16."""
    across, down = (cv2.Scharr(grey, cv2.CV_16S, *way) for way in ((1, 0), (0, 1)))
    return _levelled(across), _levelled(down)


def _levelled(slope: cv2.typing.MatLike) -> Picture:
    return np.asarray(cv2.convertScaleAbs(slope, alpha=1 / 16), np.uint8)


def _levels(grey: Picture, *shares: float) -> list[int]:
    """The grey levels below which these shares of the pixels lie."""
    counts = np.cumsum(cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel())
    return [int(np.searchsorted(counts, share * counts[-1])) for share in shares]


def _most_by_block(grey: cv2.typing.MatLike) -> Picture:
    rows, columns = (_starts(size, parts) for size, parts in zip(grey.shape, BLOCKS, strict=True))
    banded = np.maximum.reduceat(np.asarray(grey, np.uint8), rows, axis=0)
    return np.asarray(np.maximum.reduceat(banded, columns, axis=1), np.uint8)


def _starts(length: int, parts: int) -> list[int]:
    return [length * part // parts for part in range(parts)]
