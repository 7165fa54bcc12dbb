"""Samples for the reader: a cut of 160 x 40, what stands on it, and where.

Plates of two rows are laid side by side: the part above 5/12 of the height, stretched to the size
of the part below 1/3, at its left.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from training import draw, lens, photos, texts
from training.arrays import Picture, Plane, Points, floats
from training.glyphs import Glyphs

WIDTH, HEIGHT = 160, 40
TALL = 96  # of a cut with two rows, before they are laid side by side
UPPER, LOWER = 5 / 12, 1 / 3
MOST = 8  # characters
CLASS = {character: at + 1 for at, character in enumerate(texts.CHARACTERS)}
NO_PLATE = -1


@dataclass(frozen=True, slots=True)
class Sample:
    """``at``: the centres of the characters across the cut, as shares of its width (synthetic
    ones only).  ``corners``: shares of the cut, eight, or NaN.  ``colour``: NO_PLATE for none."""

    picture: Picture
    text: str
    at: tuple[float, ...]
    colour: int
    corners: Plane


UNKNOWN = np.full(8, np.nan, np.float32)


def laid_out(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    lower = picture[round(height * LOWER) :]
    upper = cv2.resize(picture[: round(height * UPPER)], (width, lower.shape[0]))
    return cv2.resize(np.hstack([upper, lower]), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


@dataclass(frozen=True)
class Source:
    """``palettes``: colours of real plates, by colour.  ``real``: plates of photos to tune with.
    ``scenes``: pictures without plates to cut nothing from."""

    glyphs: Glyphs
    palettes: dict[str, list[draw.Palette]]
    real: Sequence[photos.Labelled]
    scenes: Sequence[Picture]

    def synthetic(self, dice: random.Random) -> Sample:
        text = texts.any_text(dice)
        known = self.palettes.get(text.colour)
        palette = dice.choice(known) if known and dice.random() < 0.5 else None
        drawn = draw.draw(text, self.glyphs, dice, palette)
        plate = (drawn.plane.shape[1], drawn.plane.shape[0])
        out = (WIDTH, HEIGHT if text.rows == 1 else TALL)
        corners = lens.corners_in(lens.any_pose(dice, rows=text.rows), plate, out)
        plane = lens.seen(drawn, corners, out, dice)
        turned = cv2.perspectiveTransform(drawn.centres[None], lens.matrix(plate, corners))[0]
        across = turned[:, 0] / WIDTH
        shares = (corners / floats(out)).ravel()
        if text.rows == 2:
            picture = lens.harmed(laid_out(plane), dice)
            across = np.where(np.arange(len(across)) < 2, across / 2, 0.5 + across / 2)
            shares = UNKNOWN
        else:
            picture = lens.harmed(plane, dice)
        colour = texts.COLOURS.index(text.colour)
        return Sample(picture, text.text, tuple(map(float, across)), colour, shares)

    def photographed(self, dice: random.Random) -> Sample:
        one = dice.choice(self.real)
        colour = texts.COLOURS.index(one.colour)
        rows = 2 if one.kind == "double-row" else 1
        out = (WIDTH, HEIGHT if rows == 1 else TALL)
        plane = _cut(one, out, dice)
        if rows == 2:
            plane = laid_out(plane)
        text = one.text[0] + one.text[1].replace("O", "0") + one.text[2:]
        return Sample(lens.harmed(plane, dice, real=True), text, (), colour, UNKNOWN)

    def nothing(self, dice: random.Random) -> Sample:
        """Anything but a plate: a piece of a scene, lettering, a badge."""
        if self.scenes and dice.random() < 0.5:
            plane = _piece(dice.choice(self.scenes), dice)
        else:
            plane = _lettering(self.glyphs, dice)
        return Sample(lens.harmed(plane, dice), "", (), NO_PLATE, UNKNOWN)


def _cut(one: photos.Labelled, out: tuple[int, int], dice: random.Random) -> Plane:
    """Cut a little differently each time, as detectors do."""
    width, height = out
    if one.corners is None:
        rows, columns = one.picture.shape[:2]
        corners: Points = floats([[0, 0], [columns, 0], [columns, rows], [0, rows]])
        loose = 0.02
    else:
        corners, loose = one.corners, 0.035
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    grown = floats([
        corner
        + across * sx * dice.uniform(-0.6 * loose, 1.4 * loose)
        + down * sy * dice.uniform(-1.5 * loose, 2.5 * loose)
        for corner, (sx, sy) in zip(corners, ((-1, -1), (1, -1), (1, 1), (-1, 1)), strict=True)
    ])  # fmt: skip
    to = floats([[0, 0], [width, 0], [width, height], [0, height]])
    turn = cv2.getPerspectiveTransform(grown, to)
    big = np.hypot(*across) > 1.6 * width
    picture = one.picture
    if big:  # nearest pixels of a large photo would be noise
        share = 1.3 * width / float(np.hypot(*across))
        turn = cv2.getPerspectiveTransform(grown * share, to)
        picture = _shrunk(one, share)
    cut = cv2.warpPerspective(
        picture, turn, out, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return cut.astype(np.float32)


_SHRUNK: dict[tuple[str, float], Picture] = {}


def _shrunk(one: photos.Labelled, share: float) -> Picture:
    key = (one.name, share)
    if key not in _SHRUNK:
        _SHRUNK[key] = cv2.resize(
            one.picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA
        )
    return _SHRUNK[key]


def _piece(scene: Picture, dice: random.Random) -> Plane:
    height, width = scene.shape[:2]
    wide = dice.randint(min(48, width - 1), max(49, width // 2))
    tall = min(height - 1, max(12, round(wide / dice.uniform(1.5, 4.5))))
    wide = min(wide, width - 1)
    x, y = dice.randrange(width - wide), dice.randrange(height - tall)
    piece = scene[y : y + tall, x : x + wide]
    return cv2.resize(piece, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)


def _lettering(glyphs: Glyphs, dice: random.Random) -> Plane:
    """A sign or a badge: some letters, too few or too many for a plate, or none."""
    plane = np.empty((HEIGHT, WIDTH, 3), np.float32)
    plane[:] = [dice.uniform(0, 255) for _ in range(3)]
    ink = floats([dice.uniform(0, 255) for _ in range(3)])
    if dice.random() < 0.2:
        return _rings(plane, ink, dice)
    count = dice.choice((0, 1, 2, 3, 4, 5, 11, 12, 14))
    width = WIDTH / max(count, 1) if count > 5 else dice.uniform(14, 40)
    x = dice.uniform(0, 20) if count < 6 else 0.0
    for _ in range(count):
        tall = dice.uniform(0.5, 0.95) * HEIGHT
        letters = texts.PROVINCES if dice.random() < 0.2 else texts.LETTERS + texts.DIGITS
        ink_of = glyphs.ink(dice.choice(letters), "single", font=dice.randrange(100))
        shape = cv2.resize(ink_of, (max(3, round(width * 0.8)), round(tall)))
        top = round((HEIGHT - shape.shape[0]) * dice.random())
        left = round(x)
        x += width
        if left + shape.shape[1] > WIDTH:
            break
        part = shape.astype(np.float32)[:, :, None] / 255
        there = plane[top : top + shape.shape[0], left : left + shape.shape[1]]
        there[:] = there * (1 - part) + ink * part
    return plane


def _rings(plane: Plane, ink: Plane, dice: random.Random) -> Plane:
    radius = dice.randint(7, 16)
    step = round(radius * dice.uniform(1.2, 2.2))
    for at in range(dice.randint(1, 5)):
        centre = (dice.randint(5, 20) + radius + at * step, HEIGHT // 2)
        cv2.circle(plane, centre, radius, tuple(map(float, ink)), dice.randint(1, 4))
    return plane
