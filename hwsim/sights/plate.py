"""Plates of the simulated world: GA 36's layout, written with the fonts of the system.

Single row 440 x 140 mm, characters 45 x 90; new-energy 480 x 140; two rows 440 x 220, characters
80 x 60 above and 65 x 110 below.  Nobody's plate: texts are drawn by dice.
"""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from hwsim.sights.arrays import Picture, floats

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
PX_PER_MM = 0.5
HEAVY = "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed-Bold.ttf"
CHINESE = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
INK = {"blue": (250, 250, 250), "yellow": (18, 18, 18), "green": (22, 22, 18),
       "white": (22, 22, 22), "black": (245, 245, 245), "paper": (40, 40, 40)}  # fmt: skip
GROUND = {"blue": (170, 70, 20), "yellow": (20, 175, 235), "green": (140, 205, 110),
          "white": (235, 238, 238), "black": (30, 25, 25), "paper": (225, 230, 232)}  # fmt: skip


class NoFont(Exception):
    """Debian's fonts-wqy-zenhei and fonts-dejavu-core are not here."""


@dataclass(frozen=True, slots=True)
class Plate:
    """``kind``: single-row, double-row, new-energy or paper.  ``colour`` of a paper one: white."""

    text: str
    colour: str
    kind: str

    @property
    def size_mm(self) -> tuple[int, int]:
        if self.kind == "double-row":
            return (440, 220)
        return (480 if self.kind == "new-energy" else 440, 140)


def any_plate(dice: random.Random) -> Plate:
    """As a gate of a community sees them, more or less."""
    head = dice.choice(PROVINCES) + dice.choice(LETTERS)
    chance = dice.random()
    if chance < 0.55:
        return Plate(head + _tail(dice, 5, 2), "blue", "single-row")
    if chance < 0.80:
        small = dice.choice("DF") + dice.choice(DIGITS + LETTERS) + _tail(dice, 4, 0)
        return Plate(head + small, "green", "new-energy")
    if chance < 0.90:
        return Plate(head + _tail(dice, 5, 1), "yellow", "double-row")
    if chance < 0.96:
        return Plate(head + _tail(dice, 5, 1), "yellow", "single-row")
    return Plate(head + _tail(dice, 4, 0) + "警", "white", "single-row")


def paper_plate(dice: random.Random) -> Plate:
    head = dice.choice(PROVINCES) + dice.choice(LETTERS)
    return Plate(head + _tail(dice, 4, 0) + "临", "white", "paper")


def _tail(dice: random.Random, length: int, most: int) -> str:
    places = set(dice.sample(range(length), dice.randint(0, most)))
    return "".join(dice.choice(LETTERS if at in places else DIGITS) for at in range(length))


def draw(plate: Plate) -> Picture:
    """Of 0.5 pixels a millimetre, clean and new."""
    width, height = (round(mm * PX_PER_MM) for mm in plate.size_mm)
    paint = "paper" if plate.kind == "paper" else plate.colour
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = GROUND[paint]
    if plate.kind == "new-energy":
        fade = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
        shade = floats((235, 240, 230)) * (1 - fade) + floats((110, 185, 60)) * fade
        picture[:] = shade.astype(np.uint8)
    ink = INK[paint]
    cv2.rectangle(picture, (2, 2), (width - 3, height - 3), ink, 1)
    for sign, (x, y, across, tall) in zip(plate.text, _cells(plate), strict=True):
        red = sign == "警"
        _write(picture, sign, (x, y, across, tall), (45, 35, 190) if red else ink)
    if plate.kind == "single-row":
        cv2.circle(picture, (round(134.5 * PX_PER_MM), height // 2), 2, ink, -1)
    return picture


def _cells(plate: Plate) -> list[tuple[float, float, float, float]]:
    """x, y, width and height of each sign, in millimetres."""
    if plate.kind == "double-row":
        upper = [(x, 15.0, 80.0, 60.0) for x in (110.0, 250.0)]
        return upper + [(27.0 + 80 * at, 90.0, 65.0, 110.0) for at in range(5)]
    green = plate.kind == "new-energy"
    widths = [45.0] + [43.0 if green else 45.0] * (len(plate.text) - 1)
    cells, x = [], 15.5
    for at, width in enumerate(widths):
        cells.append((x, 25.0, width, 90.0))
        x += width + ((49.0 if green else 34.0) if at == 1 else (9.0 if green else 12.0))
    return cells


def _write(
    picture: Picture, sign: str, cell: tuple[float, float, float, float], ink: tuple[int, ...]
) -> None:
    x, y, across, tall = (round(mm * PX_PER_MM) for mm in cell)
    shape = _fitted(sign, across, tall).astype(np.float32)[:, :, None] / 255
    there = picture[y : y + tall, x : x + across]
    there[:] = (there * (1 - shape) + floats(ink) * shape).astype(np.uint8)


@cache
def _fitted(sign: str, across: int, tall: int) -> npt.NDArray[np.uint8]:
    shape = _glyph(sign)
    if shape.shape[0] > 3 * shape.shape[1]:  # a 1 keeps the width of its stroke
        bar = max(2, round(shape.shape[1] * tall / shape.shape[0]))
        out = np.zeros((tall, across), np.uint8)
        left = (across - bar) // 2
        out[:, left : left + bar] = cv2.resize(shape, (bar, tall), interpolation=cv2.INTER_AREA)
        return out
    return np.asarray(cv2.resize(shape, (across, tall), interpolation=cv2.INTER_AREA), np.uint8)


def _glyph(sign: str) -> npt.NDArray[np.uint8]:
    fonts = CHINESE if ord(sign) > 255 else (HEAVY, *CHINESE)
    font = next((font for font in fonts if Path(font).exists()), None)
    if font is None:
        raise NoFont("apt-get install fonts-wqy-zenhei fonts-dejavu-core 缺少字体")
    image = Image.new("L", (240, 240), 0)
    ImageDraw.Draw(image).text((60, 40), sign, 255, font=ImageFont.truetype(font, 110))
    shape = np.asarray(image)
    ys, xs = np.nonzero(shape > 60)
    return np.asarray(shape[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1])
