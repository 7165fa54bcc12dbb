"""The parts of a vehicle's face: body, glass, lamps, grille and badges, boot, stickers.

Places are shares of the picture, so that each body's face fits its size.
"""

import random
from collections.abc import Sequence

import cv2
import numpy as np

from hwsim.sights.arrays import Picture

Colour = tuple[int, int, int]  # blue, green, red
PAINTS: tuple[Colour, ...] = (
    (235, 235, 235), (40, 40, 42), (150, 150, 155), (40, 40, 160), (130, 60, 30),
    (60, 90, 60), (30, 120, 190), (90, 70, 60), (200, 190, 175), (20, 20, 60),
)  # fmt: skip
BODY = (
    *((0.10, 0.42), (0.20, 0.08), (0.30, 0.02), (0.70, 0.02), (0.80, 0.08), (0.90, 0.42)),
    *((0.985, 0.50), (0.99, 0.86), (0.90, 0.92), (0.90, 1.0), (0.76, 1.0), (0.76, 0.92)),
    *((0.24, 0.92), (0.24, 1.0), (0.10, 1.0), (0.10, 0.92), (0.01, 0.86), (0.015, 0.50)),
)
TYRE: Colour = (25, 25, 25)
LETTERS = "ABCEGLMNORSTUVX"
RIDER_PX = (400, 900)  # width and height: 0.8 x 1.8 m


def _polygon(
    picture: Picture, points: Sequence[tuple[float, float]], colour: Sequence[int]
) -> None:
    height, width = picture.shape[:2]
    scaled = [(round(x * width), round(y * height)) for x, y in points]
    cv2.fillPoly(picture, [np.asarray(scaled, np.int32)], colour, cv2.LINE_AA)


def _box(picture: Picture, begin: tuple[float, float], end: tuple[float, float], c: Colour) -> None:
    (x0, y0), (x1, y1) = begin, end
    _polygon(picture, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), c)


def body(size: tuple[int, ...], paint: Colour) -> tuple[Picture, Picture]:
    """Picture and mask of ``size`` (width, height), with glass and tyres."""
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    mask = np.zeros((height, width), np.uint8)
    _polygon(picture, BODY, paint)
    _polygon(mask, BODY, (255,))
    shade = np.linspace(1.08, 0.75, height, dtype=np.float32)[:, None, None]
    picture[:] = np.clip(picture * shade, 0, 255).astype(np.uint8)
    _box(picture, (0.10, 0.90), (0.24, 1.0), TYRE)
    _box(picture, (0.76, 0.90), (0.90, 1.0), TYRE)
    _polygon(picture, ((0.03, 0.83), (0.97, 0.83), (0.95, 0.91), (0.05, 0.91)), (45, 45, 45))
    _polygon(picture, ((0.15, 0.42), (0.24, 0.10), (0.76, 0.10), (0.85, 0.42)), (70, 60, 50))
    _polygon(picture, ((0.20, 0.40), (0.27, 0.14), (0.45, 0.14), (0.36, 0.40)), (95, 85, 75))
    return picture, mask


def lamps(picture: Picture, *, rear: bool) -> tuple[tuple[float, float], ...]:
    """Their middles, pixels."""
    height, width = picture.shape[:2]
    colour = (40, 30, 170) if rear else (225, 225, 215)
    axes = (width // 12, height // 20)
    places = [(round(x * width), round(0.55 * height)) for x in (0.11, 0.89)]
    for place in places:
        cv2.ellipse(picture, place, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    return tuple((float(x), float(y)) for x, y in places)


def grille(picture: Picture, dice: random.Random) -> None:
    height, width = picture.shape[:2]
    _polygon(picture, ((0.28, 0.50), (0.72, 0.50), (0.66, 0.62), (0.34, 0.62)), (30, 30, 30))
    for y in range(round(0.51 * height), round(0.62 * height), 9):
        ends = (round(0.30 * width), y), (round(0.70 * width), y)
        cv2.line(picture, *ends, (110, 110, 110), 2)
    centre = (width // 2, round(0.545 * height))
    if dice.random() < 0.5:
        for at in range(4):  # rings that have been read as letters
            cv2.circle(picture, (centre[0] - 40 + at * 26, centre[1]), 18, (200, 200, 200), 3)
    else:
        cv2.circle(picture, centre, 24, (205, 205, 205), 5)


def stickers(picture: Picture, dice: random.Random) -> None:
    """What is stuck behind the windscreen: inspection marks, a telephone number for parking."""
    for at in range(dice.randint(0, 3)):
        x = 0.66 + 0.045 * at
        _box(picture, (x, 0.13), (x + 0.035, 0.18), (70, 150, 60) if at % 2 else (180, 90, 40))
    if dice.random() < 0.5:
        _box(picture, (0.30, 0.35), (0.48, 0.40), (60, 190, 235))
        number = "1" + "".join(dice.choices("0123456789", k=10))
        _text(picture, number, (0.305, 0.39), 0.75, (20, 20, 20))


def boot(picture: Picture, paint: Colour, dice: random.Random) -> None:
    height, width = picture.shape[:2]
    edge = tuple(max(0, part - 35) for part in paint)
    ends = (round(0.16 * width), round(0.62 * height)), (round(0.84 * width), round(0.62 * height))
    cv2.line(picture, *ends, edge, 3)
    word = "".join(dice.choices(LETTERS, k=dice.randint(3, 6)))
    _text(picture, word, (0.66, 0.59), 0.9, (190, 190, 190))
    if dice.random() < 0.4:
        _box(picture, (0.10, 0.76), (0.27, 0.81), (240, 240, 240))
        _text(picture, "BABY IN CAR", (0.105, 0.80), 0.7, (40, 40, 190))


def _text(
    picture: Picture, text: str, at: tuple[float, float], size: float, colour: Colour
) -> None:
    height, width = picture.shape[:2]
    place = round(at[0] * width), round(at[1] * height)
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 2, cv2.LINE_AA)


def scooter(dice: random.Random) -> tuple[Picture, Picture]:
    """Picture and mask of somebody riding one."""
    width, height = RIDER_PX
    picture = np.zeros((height, width, 3), np.uint8)
    paint, coat = dice.choice(PAINTS), dice.choice(PAINTS)
    _box(picture, (0.43, 0.70), (0.57, 1.0), TYRE)
    _polygon(picture, ((0.30, 0.85), (0.34, 0.45), (0.66, 0.45), (0.70, 0.85)), paint)
    _box(picture, (0.08, 0.43), (0.92, 0.46), (50, 50, 52))
    _polygon(picture, ((0.22, 0.45), (0.32, 0.17), (0.68, 0.17), (0.78, 0.45)), coat)
    cv2.circle(picture, (width // 2, round(0.10 * height)), width // 6, (60, 90, 200), -1)
    cv2.circle(picture, (width // 2, round(0.52 * height)), width // 12, (225, 225, 215), -1)
    mask = np.where(picture.any(2), 255, 0).astype(np.uint8)
    return picture, mask
