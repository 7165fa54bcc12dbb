"""Vehicles from before or behind, drawn once each at two millimetres a pixel."""

import random
from dataclasses import dataclass

import cv2
import numpy as np

from hwsim.sights.arrays import Picture
from hwsim.sights.plate import PX_PER_MM, Plate, draw

WIDTH_MM, HEIGHT_MM = 1900, 1500
PLATE_MM = 450  # of its middle above the road
PAINTS = ((235, 235, 235), (40, 40, 42), (150, 150, 155), (40, 40, 160), (130, 60, 30),
          (60, 90, 60), (30, 120, 190), (90, 70, 60))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sprite:
    """``mask``: 255 where the vehicle is.  ``lamps``: pixels."""

    picture: Picture
    mask: Picture
    lamps: tuple[tuple[int, int], ...]
    rear: bool


def sprite(plate: Plate | None, dice: random.Random, *, rear: bool = False) -> Sprite:
    width, height = (round(mm * PX_PER_MM) for mm in (WIDTH_MM, HEIGHT_MM))
    picture = np.zeros((height, width, 3), np.uint8)
    mask = np.zeros((height, width), np.uint8)
    paint = dice.choice(PAINTS)
    _body(picture, mask, paint)
    _glass(picture)
    lamps = _lamps(picture, rear=rear)
    if rear:
        _boot(picture, paint, dice)
    else:
        _grille(picture, dice)
    if plate is not None:
        _hang(picture, draw(plate))
    return Sprite(picture, mask, lamps, rear)


def _polygon(picture: Picture, points: list[tuple[float, float]], colour: tuple[int, ...]) -> None:
    height, width = picture.shape[:2]
    scaled = [(round(x * width), round(y * height)) for x, y in points]
    cv2.fillPoly(picture, [np.asarray(scaled, np.int32)], colour, cv2.LINE_AA)


BODY = [
    *((0.10, 0.42), (0.20, 0.08), (0.30, 0.02), (0.70, 0.02), (0.80, 0.08), (0.90, 0.42)),
    *((0.985, 0.50), (0.99, 0.86), (0.90, 0.92), (0.90, 1.0), (0.76, 1.0), (0.76, 0.92)),
    *((0.24, 0.92), (0.24, 1.0), (0.10, 1.0), (0.10, 0.92), (0.01, 0.86), (0.015, 0.50)),
]


def _body(picture: Picture, mask: Picture, paint: tuple[int, int, int]) -> None:
    _polygon(picture, BODY, paint)
    _polygon(mask, BODY, (255,))
    shade = np.linspace(1.08, 0.75, picture.shape[0], dtype=np.float32)[:, None, None]
    picture[:] = np.clip(picture * shade, 0, 255).astype(np.uint8)
    dark = (25, 25, 25)
    _polygon(picture, [(0.10, 0.90), (0.24, 0.90), (0.24, 1.0), (0.10, 1.0)], dark)
    _polygon(picture, [(0.76, 0.90), (0.90, 0.90), (0.90, 1.0), (0.76, 1.0)], dark)
    _polygon(picture, [(0.03, 0.83), (0.97, 0.83), (0.95, 0.91), (0.05, 0.91)], (45, 45, 45))


def _glass(picture: Picture) -> None:
    _polygon(picture, [(0.15, 0.42), (0.24, 0.10), (0.76, 0.10), (0.85, 0.42)], (70, 60, 50))
    _polygon(picture, [(0.20, 0.40), (0.27, 0.14), (0.45, 0.14), (0.36, 0.40)], (95, 85, 75))


def _lamps(picture: Picture, *, rear: bool) -> tuple[tuple[int, int], ...]:
    height, width = picture.shape[:2]
    colour = (40, 30, 170) if rear else (225, 225, 215)
    places = (
        (round(0.11 * width), round(0.55 * height)),
        (round(0.89 * width), round(0.55 * height)),
    )
    for place in places:
        cv2.ellipse(picture, place, (width // 12, height // 20), 0, 0, 360, colour, -1, cv2.LINE_AA)
    return places


def _grille(picture: Picture, dice: random.Random) -> None:
    height, width = picture.shape[:2]
    _polygon(picture, [(0.28, 0.50), (0.72, 0.50), (0.66, 0.62), (0.34, 0.62)], (30, 30, 30))
    for y in range(round(0.51 * height), round(0.62 * height), 9):
        ends = (round(0.30 * width), y), (round(0.70 * width), y)
        cv2.line(picture, *ends, (110, 110, 110), 2)
    centre = (width // 2, round(0.545 * height))
    if dice.random() < 0.5:
        for at in range(4):  # rings that have been read as letters
            cv2.circle(picture, (centre[0] - 40 + at * 26, centre[1]), 18, (200, 200, 200), 3)
    else:
        cv2.circle(picture, centre, 24, (205, 205, 205), 5)


def _boot(picture: Picture, paint: tuple[int, int, int], dice: random.Random) -> None:
    height, width = picture.shape[:2]
    edge = tuple(max(0, part - 35) for part in paint)
    ends = (round(0.16 * width), round(0.62 * height)), (round(0.84 * width), round(0.62 * height))
    cv2.line(picture, *ends, edge, 3)
    word = "".join(dice.choices("ABCEGLMNORSTUVX", k=dice.randint(3, 6)))
    at = (round(0.66 * width), round(0.59 * height))
    cv2.putText(picture, word, at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (190, 190, 190), 2, cv2.LINE_AA)


def _hang(picture: Picture, plate: Picture) -> None:
    height, width = picture.shape[:2]
    tall, across = plate.shape[:2]
    top = round(height - PLATE_MM * PX_PER_MM - tall / 2)
    left = (width - across) // 2
    picture[top - 3 : top + tall + 3, left - 3 : left + across + 3] = (35, 35, 35)
    picture[top : top + tall, left : left + across] = plate
