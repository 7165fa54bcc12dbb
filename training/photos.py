"""Real photos to tune with, and which of them no model ever sees.

A folder with ``labels.csv``: ``file, plate, colour, kind, corners`` (eight numbers, top-left,
top-right, bottom-right, bottom-left; empty where the picture is one plate); see README.md.
"""

import csv
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from training.arrays import Picture, Plane, floated, floats, loaded
from training.draw import Palette

HELD_OUT = 0.3
"""Share of photos that no model is trained on, chosen by name."""


@dataclass(frozen=True)
class Labelled:
    """``corners``: 4 x 2, or None where the picture is one plate; ``text`` "" if not known."""

    file: Path
    name: str
    text: str
    colour: str
    kind: str
    corners: Plane | None

    @property
    def held_out(self) -> bool:
        return held_out(self.name)

    @cached_property
    def picture(self) -> Picture:
        return loaded(self.file)


def held_out(name: str) -> bool:
    digest = hashlib.sha256(Path(name).name.encode()).digest()
    return int.from_bytes(digest[:4], "big") < HELD_OUT * 2**32


def labelled(folder: Path) -> list[Labelled]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        return [_of(folder, row) for row in csv.DictReader(file)]


def _of(folder: Path, row: dict[str, str]) -> Labelled:
    numbers = [float(one) for one in row["corners"].split()]
    return Labelled(
        file=folder / row["file"],
        name=row["file"],
        text=row["plate"],
        colour=row["colour"],
        kind=row["kind"],
        corners=floats(numbers).reshape(4, 2) if numbers else None,
    )


def straight(one: Labelled, size: tuple[int, int], margin: float) -> Picture:
    """The plate set straight, with a ``margin`` around it as a share of its size."""
    if one.corners is None:
        return one.picture
    width, height = size
    x, y = width * margin, height * margin
    to = floats([[x, y], [width - x, y], [width - x, height - y], [x, height - y]])
    turn = cv2.getPerspectiveTransform(one.corners, to)
    return cv2.warpPerspective(
        one.picture, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def palette(picture: Picture) -> Palette | None:
    """Ground and ink of a plate set straight: the two clusters of its inner colours."""
    height, width = picture.shape[:2]
    inner = picture[height // 5 : -height // 5, width // 12 : -width // 12].reshape(-1, 3)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    nobody = np.empty((0,), np.int32)  # no labels to begin with
    _, labels, centres = cv2.kmeans(floated(inner), 2, nobody, stop, 2, cv2.KMEANS_PP_CENTERS)
    shares = np.bincount(labels.ravel(), minlength=2) / len(inner)
    ground, ink = centres[int(shares.argmax())], centres[int(shares.argmin())]
    if np.abs(ground - ink).sum() < 40:
        return None
    return Palette(_colour(ground), _colour(ink))


def _colour(three: Plane) -> tuple[float, float, float]:
    blue, green, red = (float(one) for one in three)
    return blue, green, red
