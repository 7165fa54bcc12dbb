"""Chinese signs of plates, by a font of the system, their strokes made as strong as letters'.

A font's square sign is squeezed into the plate's narrow cell; so its upright strokes get thinner
than its level ones, and are widened again.
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hwsim.sights.arrays import Picture

FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
EM = 400  # pixels a sign is made with
THICK = 0.085  # of the em: a stroke of such a font
STROKES_MM = (9.5, 8.5, 7.5, 6.5)  # of simple signs, down to those of many strokes
FULL = 0.5  # share of a cell that is ink, where strokes must be thinner
FINE = 4  # pixels a millimetre while a sign is fitted into its cell


class NoFont(Exception):
    """None of FONTS is here."""


def written(sign: str, cell_mm: tuple[int, int]) -> Picture:
    """255 where there is ink: a cell of ``cell_mm``, FINE pixels a millimetre.  NoFont."""
    across, tall = cell_mm
    shape = cv2.resize(
        _square(sign, font()), (across * FINE, tall * FINE), interpolation=cv2.INTER_AREA
    )
    stronger = shape
    for stroke in STROKES_MM:
        more = [max(0.0, stroke - THICK * length) * FINE for length in cell_mm]
        kernel = np.ones((1 + round(more[1]), 1 + round(more[0])), np.uint8)
        stronger = cv2.dilate(shape, kernel)
        if float(np.mean(stronger)) < 255 * FULL:
            break
    return stronger


def font() -> str:
    """NoFont."""
    for font in FONTS:
        if Path(font).exists():
            return font
    raise NoFont("no font with Chinese signs: apt-get install fonts-wqy-zenhei 缺少中文字体")


@cache
def _square(sign: str, font: str) -> Picture:
    """Cut to its ink."""
    image = Image.new("L", (2 * EM, 2 * EM), 0)
    face = ImageFont.truetype(font, EM)
    ImageDraw.Draw(image).text((EM // 2, EM // 2), sign, 255, font=face)
    shape = np.asarray(image)
    ys, xs = np.nonzero(shape > 60)
    return np.ascontiguousarray(shape[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1])
