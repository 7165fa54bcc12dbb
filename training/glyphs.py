"""The shapes of characters: bitmaps of GA 36 from a folder, and the system's fonts.

The folder holds one dark glyph on white per file, named by the height of the plate in millimetres
and the character: ``140_A.jpg``, ``220_京.jpg``, ``220_up_A.jpg``, ``220_down_A.jpg``,
``green_A.jpg``.
"""

import random
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.arrays import Picture, loaded

Ink = Picture
"""255 where there is ink."""

CHINESE = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
LATIN = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed-Bold.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
MOST_FONTS = 4
PREFIXES = {"single": ("140_",), "green": ("green_", "140_"), "up": ("220_up_", "220_", "140_"),
            "down": ("220_down_", "220_", "140_")}  # fmt: skip


@dataclass(frozen=True)
class Glyphs:
    """``bitmaps`` by file name without its ending."""

    bitmaps: dict[str, Ink]
    _sized: dict[tuple[str, str, tuple[int, int], int | None], Ink] = field(default_factory=dict)

    @staticmethod
    def of(folder: Path) -> "Glyphs":
        """From the folder and those in it; FileNotFoundError if there are none."""
        bitmaps: dict[str, Ink] = {}
        for file in sorted(folder.rglob("*_*.jpg")):
            grey = loaded(file, cv2.IMREAD_GRAYSCALE)
            # between ink and paper a soft edge; JPEG's crumbs beyond are white
            bitmaps[file.stem] = np.clip((220.0 - grey) * (255.0 / 160.0), 0, 255).astype(np.uint8)
        if not bitmaps:
            raise FileNotFoundError(f"{folder}: no glyphs like 140_A.jpg")
        return Glyphs(bitmaps)

    def sized(self, character: str, place: str, size: tuple[int, int], *, font: int | None) -> Ink:
        """``size``: width, height.  ``place``, ``font``: as for ``ink``."""
        key = (character, place, size, None if font is None else font % MOST_FONTS)
        if key not in self._sized:
            self._sized[key] = _stretched(self.ink(character, place, font=font), size)
        return self._sized[key]

    def ink(self, character: str, place: str, *, font: int | None) -> Ink:
        """``place``: single, green, up or down.  ``font``: a number that chooses a font of the
        system instead of the bitmaps."""
        if font is not None:
            fonts = _there(CHINESE if ord(character) > 255 else LATIN)
            if fonts:
                return _written(character, fonts[font % len(fonts)])
        for prefix in PREFIXES[place]:
            found = self.bitmaps.get(prefix + character)
            if found is not None:
                return found
        fonts = _there(CHINESE)
        return _written(character, fonts[0])


@cache
def _there(fonts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(font for font in fonts if Path(font).exists())


@cache
def _written(character: str, font: str) -> Ink:
    image = Image.new("L", (240, 240), 0)
    ImageDraw.Draw(image).text((60, 40), character, 255, font=ImageFont.truetype(font, 110))
    ink = np.asarray(image)
    ys, xs = np.nonzero(ink > 60)
    return ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1].copy()


def fitted(ink: Ink, dice: random.Random) -> Ink:
    """Now and then a little bolder or thinner, as paint is."""
    chance = dice.random()
    if chance < 0.18:
        return cv2.dilate(ink, np.ones((2, 2), np.uint8))
    if chance < 0.32:
        return cv2.erode(ink, np.ones((2, 2), np.uint8))
    return ink


def _stretched(ink: Ink, size: tuple[int, int]) -> Ink:
    width, height = size
    if ink.shape[0] <= 3 * ink.shape[1]:
        return cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    bar = max(2, round(ink.shape[1] * height / ink.shape[0]))  # the 1 of a font keeps its width
    left = (width - bar) // 2
    out = np.zeros((height, width), np.uint8)
    out[:, left : left + bar] = cv2.resize(ink, (bar, height), interpolation=cv2.INTER_AREA)
    return out
