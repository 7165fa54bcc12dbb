"""The lane before a gate as its camera sees it, and where on it a vehicle appears how large.

A pinhole at 1.3 m above the road: at ``scale`` pixels a millimetre the road lies 1300 * scale below
the horizon.  A plate of 440 mm is 40 pixels across at 0.09 and 160 at 0.364.
"""

import random
from dataclasses import dataclass

import cv2
import numpy as np

from hwsim.sights.air import Weather
from hwsim.sights.arrays import Picture, as_bytes

CAMERA_MM = 1300

SIGNS = ("STOP", "24H", "P 3", "EXIT", "5 km/h", "SHOP 88", "TEL 0731 88")


@dataclass(frozen=True, slots=True)
class Lane:
    """``zoom``: pixels of the frame per pixel of one that is 1280 wide."""

    size: tuple[int, int]

    @property
    def zoom(self) -> float:
        return self.size[0] / 1280

    @property
    def horizon(self) -> float:
        return 0.22 * self.size[1]

    def foot(self, scale: float, side: float) -> tuple[float, float]:
        """Where a vehicle stands in the frame; ``side``: millimetres right of the middle."""
        pixels = scale * self.zoom
        return self.size[0] / 2 + side * pixels, self.horizon + CAMERA_MM * pixels

    def background(self, weather: Weather, dice: random.Random) -> Picture:
        width, height = self.size
        frame = np.empty((height, width, 3), np.uint8)
        top = round(self.horizon)
        frame[:top] = (200, 185, 165)
        frame[top:] = (105, 108, 108)
        _wall(frame, top, dice)
        _road(frame, top)
        _signs(frame, top, dice)
        rng = np.random.default_rng(dice.getrandbits(32))
        rough = cv2.GaussianBlur(
            rng.normal(0, 14, (height, width, 1)).astype(np.float32), (0, 0), 1.2
        )
        lit = frame + rough.reshape(height, width, 1)
        return as_bytes(lit * 0.22 if weather.night else lit)


def _wall(frame: Picture, top: int, dice: random.Random) -> None:
    height, width = frame.shape[:2]
    brick = (85, 110, 150)
    left = [(0, top // 3), (width // 3, top), (width // 5, height // 2), (0, height)]
    cv2.fillPoly(frame, [np.asarray(left, np.int32)], brick)
    for _ in range(14):  # a hedge
        at = (width - dice.randrange(width // 4), top + dice.randrange(max(1, height // 3)))
        shade = (40 + dice.randrange(30), 90 + dice.randrange(60), 50 + dice.randrange(30))
        cv2.circle(frame, at, dice.randint(width // 40, width // 16), shade, -1)


def _road(frame: Picture, top: int) -> None:
    height, width = frame.shape[:2]
    road = [(width * 0.42, top), (width * 0.58, top), (width * 1.1, height), (-width * 0.1, height)]
    cv2.fillPoly(frame, [np.asarray(road, np.int32)], (88, 88, 90))
    for left, right in ((0.425, -0.08), (0.575, 1.08)):
        ends = (round(width * left), top), (round(width * right), height)
        cv2.line(frame, *ends, (210, 215, 215), max(2, width // 320))


def _signs(frame: Picture, top: int, dice: random.Random) -> None:
    """Lettering on coloured boards: no plates."""
    width = frame.shape[1]
    for at in range(2):
        word = dice.choice(SIGNS)
        colour = dice.choice(((180, 80, 20), (30, 160, 220), (40, 40, 190), (60, 140, 60)))
        scale = width / 1280 * dice.uniform(0.7, 1.1)
        (across, tall), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
        x = round(width * (0.06 if at == 0 else 0.74))
        y = top + round(dice.uniform(0.1, 0.5) * top) + tall
        cv2.rectangle(frame, (x - 12, y - tall - 10), (x + across + 12, y + 12), colour, -1)
        cv2.putText(frame, word, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, (250, 250, 250), 2)
