"""Draws plates after GA 36, in millimetres at ``SCALE`` pixels each, never two alike.

Single row 440 x 140: characters 45 x 90 from x 15.5, y 25, gap 12, and 34 at the dot.
New-energy 480 x 140: the first 45 wide, the others 43, gap 9, and 49 after the second.
Two rows 440 x 220: 80 x 60 at x 110 and 250, y 15; 65 x 110 from x 27, step 80, y 90.
"""

import itertools
import random
from dataclasses import dataclass

import cv2
import numpy as np

from training.arrays import Plane, floats
from training.glyphs import Glyphs, fitted
from training.texts import Text

SCALE = 0.5
RED = (45.0, 35.0, 190.0)
INK = {"blue": (250, 250, 250), "yellow": (18, 18, 18), "green": (22, 22, 18),
       "white": (22, 22, 22), "black": (245, 245, 245), "paper": (30, 30, 30)}  # fmt: skip
GROUND = {"blue": (185, 75, 20), "yellow": (20, 175, 235), "white": (235, 238, 238),
          "black": (30, 25, 25), "paper": (225, 230, 232)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """Millimetres."""

    x: float
    y: float
    width: float
    height: float
    place: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """``centres``: of the characters, in pixels of ``plane``."""

    text: Text
    plane: Plane
    centres: Plane


@dataclass(frozen=True, slots=True)
class Palette:
    """Ground and ink of a plate that a real camera saw."""

    ground: tuple[float, float, float]
    ink: tuple[float, float, float]


def size_mm(text: Text) -> tuple[int, int]:
    if text.rows == 2:
        return (440, 220)
    return (480 if len(text.text) == 8 else 440, 140)


def cells(text: Text) -> list[Cell]:
    if text.rows == 2:
        upper = [Cell(x, 15, 80, 60, "up") for x in (110, 250)]
        return upper + [Cell(27 + 80 * at, 90, 65, 110, "down") for at in range(5)]
    if text.colour == "green":
        return _row(15.5, [45] + [43] * 7, 9, {1: 49}, "green")
    if len(text.text) == 8:  # 武警
        return _row(15.5, [43] * 8, 9, {2: 49}, "single")
    split = {"使": 0 if text.text[0] == "使" else 2}.get("使" if "使" in text.text else "", 1)
    return _row(15.5, [45] * 7, 12, {split: 34}, "single")


def _row(x: float, widths: list[int], gap: float, gaps: dict[int, int], place: str) -> list[Cell]:
    row = []
    for at, width in enumerate(widths):
        row.append(Cell(x, 25, width, 90, place))
        x += width + gaps.get(at, gap)
    return row


def draw(text: Text, glyphs: Glyphs, dice: random.Random, palette: Palette | None = None) -> Drawn:
    width, height = (round(mm * SCALE) for mm in size_mm(text))
    ink = floats(palette.ink if palette else _near(INK[text.colour], dice, 14))
    plane = _ground(text, (width, height), dice, palette)
    _frame(plane, ink, dice)
    font = (
        dice.randrange(100) if dice.random() < (0.9 if text.colour == "paper" else 0.12) else None
    )
    # only provinces by a font is commoner than all: the photos show several makers' shapes
    some = dice.randrange(100) if dice.random() < 0.06 else None
    brush = _Brush(plane, glyphs, dice)
    centres = []
    laid = cells(text)
    for at, (character, cell) in enumerate(zip(text.text, laid, strict=True)):
        chosen = font if font is not None else (some if ord(character) > 255 else None)
        paint = floats(RED) if at in text.red else ink
        centres.append(brush.put(character, cell, paint, chosen))
    if text.rows == 1 and text.colour not in ("green", "paper") and dice.random() < 0.95:
        _dot(plane, laid, ink)
    _bolts(plane, dice)
    _dirt(plane, dice)
    return Drawn(text, plane, np.array(centres, np.float32))


def _near(colour: tuple[int, ...], dice: random.Random, spread: float) -> tuple[float, ...]:
    return tuple(min(255.0, max(0.0, one + dice.uniform(-spread, spread))) for one in colour)


def _ground(
    text: Text, size: tuple[int, int], dice: random.Random, palette: Palette | None
) -> Plane:
    width, height = size
    plane = np.empty((height, width, 3), np.float32)
    if text.colour == "green":
        top = floats(_near((235, 240, 230), dice, 25))
        bottom = floats(_near((120, 190, 60), dice, 40))
        fade = (np.linspace(0, 1, height, dtype=np.float32) ** dice.uniform(0.6, 1.6))[
            :, None, None
        ]
        plane[:] = top * (1 - fade) + bottom * fade
        if text.text[-1] in "DF" and dice.random() < 0.8:  # a large one: its left part is yellow
            plane[:, : round(width * 0.27)] = _near((60, 200, 225), dice, 30)
    elif palette is not None:
        plane[:] = palette.ground
    else:
        spread = 20 if text.colour in ("white", "paper") else 38
        plane[:] = _near(GROUND[text.colour], dice, spread)
    return plane


def _frame(plane: Plane, ink: Plane, dice: random.Random) -> None:
    if dice.random() < 0.85:
        inset = round(dice.uniform(1, 4))
        height, width = plane.shape[:2]
        cv2.rectangle(
            plane,
            (inset, inset),
            (width - inset - 1, height - inset - 1),
            tuple(map(float, ink)),
            1,
        )


@dataclass(frozen=True, slots=True)
class _Brush:
    plane: Plane
    glyphs: Glyphs
    dice: random.Random

    def put(self, character: str, cell: Cell, ink: Plane, font: int | None) -> tuple[float, float]:
        """Its middle, in pixels."""
        size = max(4, round(cell.width * SCALE)), round(cell.height * SCALE)
        shape = fitted(self.glyphs.sized(character, cell.place, size, font=font), self.dice)
        part = shape.astype(np.float32)[:, :, None] / 255
        x = round(cell.x * SCALE + self.dice.uniform(-1.2, 1.2))
        y = round(cell.y * SCALE + self.dice.uniform(-1, 1))
        x = max(0, min(self.plane.shape[1] - size[0], x))
        y = max(0, min(self.plane.shape[0] - size[1], y))
        there = self.plane[y : y + size[1], x : x + size[0]]
        there[:] = there * (1 - part) + ink * part
        return (x + size[0] / 2, y + size[1] / 2)


def _dot(plane: Plane, laid: list[Cell], ink: Plane) -> None:
    gaps = [(b.x - a.x - a.width, a.x + a.width) for a, b in itertools.pairwise(laid)]
    gap, left = max(gaps)
    centre = (round((left + gap / 2) * SCALE), round(70 * SCALE))
    cv2.circle(plane, centre, max(2, round(5 * SCALE)), tuple(map(float, ink)), -1)


def _bolts(plane: Plane, dice: random.Random) -> None:
    height, width = plane.shape[:2]
    for x in (0.22, 0.78) if dice.random() < 0.7 else ():
        for y in (0.07,) if dice.random() < 0.5 else (0.07, 0.93):
            at = (round(x * width + dice.uniform(-6, 6)), round(y * height))
            cv2.circle(plane, at, round(dice.uniform(2, 4)), _near((150, 150, 150), dice, 70), -1)


def _dirt(plane: Plane, dice: random.Random) -> None:
    if dice.random() > 0.3:
        return
    height, width = plane.shape[:2]
    for _ in range(dice.randint(1, 6)):
        at = (dice.randrange(width), dice.randrange(height))
        axes = (dice.randint(1, 14), dice.randint(1, 5))
        colour = _near((90, 110, 120), dice, 60)
        cv2.ellipse(plane, at, axes, dice.randint(0, 180), 0, 360, colour, -1)
