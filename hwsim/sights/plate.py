"""Plates of the simulated world, after the layout of GA 36: cells, line, dot and bolts.

Millimetres.  Single row 440 x 140: signs 45 x 90 from x 15.5, y 25, gap 12, and 34 at the dot.
New-energy 480 x 140: the first sign 45 wide, the others 43, gap 9, and 49 after the second.  Two
rows 440 x 220: 80 x 60 at x 110 and 250, y 15; 65 x 110 from x 27, step 80, y 90.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np

from hwsim.sights.arrays import Picture, floats
from hwsim.sights.numbers import Plate
from hwsim.sights.signs import written
from hwsim.sights.strokes import SHAPES, stroked

PX_PER_MM = 0.5

Colour = tuple[int, int, int]  # blue, green, red
RED: Colour = (45, 35, 190)
BOLT: Colour = (150, 152, 150)
INK = {"blue": (250, 250, 250), "yellow": (18, 18, 18), "green": (22, 22, 18),
       "white": (22, 22, 22), "black": (245, 245, 245), "paper": (40, 40, 40)}  # fmt: skip
GROUND = {"blue": (170, 70, 20), "yellow": (20, 175, 235), "green": (140, 205, 110),
          "white": (235, 238, 238), "black": (30, 25, 25), "paper": (225, 230, 232)}  # fmt: skip
FADE = ((235, 240, 230), (110, 185, 60))  # of a green plate, from above to below
HYBRID: Colour = (60, 200, 225)  # the left of a large green one


@dataclass(frozen=True, slots=True)
class Cell:
    x: float
    y: float
    width: int
    height: int


def draw(plate: Plate, px_per_mm: float = PX_PER_MM) -> Picture:
    """All of the plate, clean and new, blue-green-red.  NoFont."""
    width, height = (round(mm * px_per_mm) for mm in plate.size_mm)
    paint = "paper" if plate.kind == "paper" else plate.colour
    picture = _ground(plate, paint, (width, height), px_per_mm)
    laid = cells(plate)
    if plate.kind != "paper":
        _furniture(picture, plate, laid, px_per_mm)
    for sign, cell, red in zip(plate.text, laid, _reds(plate), strict=True):
        shape = _fitted(sign, (cell.width, cell.height), px_per_mm, thin=plate.colour == "green")
        _write(picture, shape, cell, RED if red else INK[paint], px_per_mm)
    return picture


def cells(plate: Plate) -> list[Cell]:
    """Where each sign of the text stands."""
    if plate.kind == "double-row":
        upper = [Cell(x, 15, 80, 60) for x in (110, 250)]
        return upper + [Cell(27 + 80 * at, 90, 65, 110) for at in range(5)]
    if plate.kind == "new-energy":
        return _row([45] + [43] * 7, 9, {1: 49})
    if len(plate.text) == 8:  # 武警
        return _row([43] * 8, 9, {2: 19})
    return _row([45] * 7, 12, {0 if plate.text[0] == "使" else 1: 34})


def _row(widths: list[int], gap: int, wider: dict[int, int]) -> list[Cell]:
    row, x = [], 15.5
    for at, width in enumerate(widths):
        row.append(Cell(x, 25, width, 90))
        x += width + wider.get(at, gap)
    return row


def _reds(plate: Plate) -> list[bool]:
    """Which signs are red on this plate."""
    if plate.colour not in ("white", "black"):
        return [False] * len(plate.text)
    army = plate.colour == "white" and plate.text[:2].isalpha() and plate.text[:2].isascii()
    return [sign in "警领使" or (army and at < 2) for at, sign in enumerate(plate.text)]


def _ground(plate: Plate, paint: str, size: tuple[int, int], px_per_mm: float) -> Picture:
    width, height = size
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = GROUND[paint]
    if plate.kind == "new-energy":
        down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
        picture[:] = (floats(FADE[0]) * (1 - down) + floats(FADE[1]) * down).astype(np.uint8)
        if plate.text[-1].isalpha():
            picture[:, : round(130 * px_per_mm)] = HYBRID
    return picture


def _furniture(picture: Picture, plate: Plate, laid: list[Cell], px_per_mm: float) -> None:
    """The line around it, the dot, and the bolts that hold it."""
    height, width = picture.shape[:2]
    ink = INK[plate.colour]
    inset, line = max(1, round(4 * px_per_mm)), max(1, round(2 * px_per_mm))
    cv2.rectangle(picture, (inset, inset), (width - 1 - inset, height - 1 - inset), ink, line)
    if plate.kind == "single-row":
        gaps = [(b.x - a.x - a.width, a.x + a.width) for a, b in pairwise(laid)]
        gap, left = max(gaps)
        centre = round((left + gap / 2) * px_per_mm), height // 2
        cv2.circle(picture, centre, max(1, round(5 * px_per_mm)), ink, -1, cv2.LINE_AA)
    for x in (0.24, 0.76):
        for y in (13.0, plate.size_mm[1] - 13.0):
            at = round(x * width), round(y * px_per_mm)
            cv2.circle(picture, at, max(1, round(5 * px_per_mm)), BOLT, -1, cv2.LINE_AA)


def _write(picture: Picture, shape: Picture, cell: Cell, ink: Colour, px_per_mm: float) -> None:
    left, top = round(cell.x * px_per_mm), round(cell.y * px_per_mm)
    part = floats(shape)[:, :, None] / 255
    there = picture[top : top + part.shape[0], left : left + part.shape[1]]
    there[:] = (there * (1 - part) + floats(ink) * part).astype(np.uint8)


@cache
def _fitted(sign: str, cell_mm: tuple[int, int], px_per_mm: float, *, thin: bool) -> Picture:
    size = round(cell_mm[0] * px_per_mm), round(cell_mm[1] * px_per_mm)
    if sign in SHAPES:
        return stroked(sign, cell_mm, size, thin=thin)
    return cv2.resize(written(sign, cell_mm), size, interpolation=cv2.INTER_AREA)
