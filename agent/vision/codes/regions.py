"""Where in a frame a code may be that nobody detected: where there are many edges of both ways."""

from dataclasses import dataclass

import cv2
import numpy as np

from agent.vision.pictures import Picture

SCALE = 4  # the search runs on a quarter of the size
LEAST = 15  # pixels of that quarter on a side
FILL = 0.35  # share of the box that has texture
LONG = 3.0  # a code is no strip
MOST = 2
PAD, PAD_PX = 0.15, 3
LARGEST = 900_000  # pixels; larger is no part but the whole


@dataclass(frozen=True, slots=True)
class Region:
    x: int
    y: int
    width: int
    height: int

    def of(self, grey: Picture) -> Picture:
        return grey[self.y : self.y + self.height, self.x : self.x + self.width]


def textured(grey: Picture) -> list[Region]:
    """Likeliest first, two at most."""
    height, width = grey.shape[:2]
    if min(height, width) < SCALE * LEAST:
        return []
    size = (width // SCALE, height // SCALE)
    energy = _energy(np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8))
    top = float(energy.max())
    if top <= 0:
        return []
    level = cv2.convertScaleAbs(energy, alpha=255 / top)
    _, mask = cv2.threshold(level, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    boxes = []
    for x, y, across, tall, area in stats[1:count]:
        if min(across, tall) < LEAST or area < FILL * across * tall:
            continue
        if max(across, tall) > LONG * min(across, tall):
            continue
        mean = float(energy[y : y + tall, x : x + across].mean())
        boxes.append((float(area) * mean, _padded((x, y, across, tall), (width, height))))
    boxes.sort(key=lambda pair: -pair[0])
    kept = [box for _, box in boxes if box.width * box.height < LARGEST]
    return kept[:MOST]


def _energy(small: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The weaker of the two directions: stripes have one only."""
    sides = []
    for dx, dy in ((1, 0), (0, 1)):
        edges = cv2.Sobel(small, cv2.CV_16S, dx, dy, ksize=3)
        sides.append(cv2.blur(cv2.convertScaleAbs(edges), (9, 9)))
    return np.asarray(cv2.min(sides[0], sides[1]), np.float32)


def _padded(box: tuple[int, int, int, int], frame: tuple[int, int]) -> Region:
    x, y, width, height = (int(one) * SCALE for one in box)
    wide, tall = round(width * PAD) + PAD_PX * SCALE, round(height * PAD) + PAD_PX * SCALE
    left, top = max(0, x - wide), max(0, y - tall)
    right, low = min(frame[0], x + width + wide), min(frame[1], y + height + tall)
    return Region(left, top, right - left, low - top)
