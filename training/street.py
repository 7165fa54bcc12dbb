"""Views for the finder: a window of 320 x 320, and where plates are in it.

From photos with their plates (as they are, or another plate in the old one's place, or none), and
from any pictures without plates, with plates put on drawn bumpers; beside them lettering, badges
and stickers that are no plates.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from training import draw, lens, photos, texts
from training.arrays import Matrix, Picture, Plane, Points, floated, floats, through_jpeg
from training.glyphs import Glyphs

SIDE = 320
NARROW, WIDE = 20, 280  # pixels that a plate is across in a view


@dataclass(frozen=True, slots=True)
class Target:
    """``known`` False: a plate of which it does not matter whether it is found."""

    corners: Points
    rows: int = 1
    paper: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class View:
    picture: Picture
    targets: list[Target]


@dataclass(frozen=True)
class Photo:
    """``halves``: the picture, half of it, half of that."""

    halves: list[Picture]
    plates: list[tuple[Points, str]]  # kind: single-row, double-row, new-energy, unlabelled


def photographs(rows: Sequence[photos.Labelled], most: int = 1600) -> list[Photo]:
    """Each photo once, no side longer than ``most``."""
    by_file: dict[str, list[photos.Labelled]] = {}
    for row in rows:
        if row.corners is not None:
            by_file.setdefault(row.name, []).append(row)
    return [_photo(group, most) for group in by_file.values()]


def _photo(group: list[photos.Labelled], most: int) -> Photo:
    picture = group[0].picture
    share = min(1.0, most / max(picture.shape[:2]))
    if share < 1:
        picture = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    halves = [picture]
    for _ in range(2):
        halves.append(cv2.resize(halves[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    return Photo(
        halves, [(one.corners * share, one.kind) for one in group if one.corners is not None]
    )


@dataclass(frozen=True)
class Street:
    glyphs: Glyphs
    palettes: dict[str, list[draw.Palette]]
    photos: Sequence[Photo]
    scenes: Sequence[Picture]

    def view(self, dice: random.Random) -> View:
        chance = dice.random()
        view = self._photographed(dice) if chance < 0.6 and self.photos else self._made(dice)
        return View(_harmed(view.picture, dice), view.targets)

    def _photographed(self, dice: random.Random) -> View:
        photo = dice.choice(self.photos)
        corners, _ = dice.choice(photo.plates)
        flip = dice.random() < 0.35  # lettering in a mirror is none: then other plates come
        turn = _window(corners, photo.halves[0].shape[1], flip, dice)
        picture = _warped(photo.halves, turn, dice)
        replaced = flip or dice.random() < 0.35
        targets = []
        for there, kind in photo.plates:
            moved = cv2.perspectiveTransform(there[None], turn)[0]
            if flip:
                moved = moved[[1, 0, 3, 2]]
            if not _inside(moved):
                continue
            if kind == "unlabelled":
                targets.append(Target(moved, known=False))
            elif replaced and dice.random() < 0.2:
                _painted_over(picture, moved, dice)
            elif replaced:
                targets.append(self._put(picture, moved, dice))
            else:
                targets.append(Target(moved, rows=2 if kind == "double-row" else 1))
        self._distract(picture, targets, dice, 0.3)
        return View(picture, targets)

    def _made(self, dice: random.Random) -> View:
        picture = _scenery(self.scenes, dice)
        targets: list[Target] = []
        for _ in range(dice.choices((0, 1, 2, 3), weights=(3, 4, 2, 1))[0]):
            corners = _somewhere(dice)
            if any(_near(corners, one.corners) for one in targets):
                continue
            _bumper(picture, corners, dice)
            targets.append(self._put(picture, corners, dice))
        self._distract(picture, targets, dice, 0.7)
        return View(picture, targets)

    def _put(self, picture: Picture, corners: Points, dice: random.Random) -> Target:
        """Another plate in the place of ``corners``, as high as its kind is."""
        text = texts.any_text(dice)
        palette = None
        known = self.palettes.get(text.colour)
        if known and dice.random() < 0.5:
            palette = dice.choice(known)
        drawn = draw.draw(text, self.glyphs, dice, palette)
        height, width = drawn.plane.shape[:2]
        fitted = _shaped(corners, width / height)
        plane = drawn.plane
        across = float(np.hypot(*(fitted[1] - fitted[0])))
        if across < 0.6 * width:  # area averaging, as lenses do
            share = max(0.1, 1.2 * across / width)
            plane = cv2.resize(plane, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        plane = _lit(plane, dice)
        turn = lens.matrix((plane.shape[1], plane.shape[0]), fitted)
        mask = cv2.warpPerspective(np.ones(plane.shape[:2], np.float32), turn, (SIDE, SIDE))
        mask = cv2.GaussianBlur(mask, (3, 3), 0)[:, :, None]
        over = cv2.warpPerspective(plane, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
        picture[:] = np.clip(picture * (1 - mask) + over * mask, 0, 255).astype(np.uint8)
        return Target(fitted, rows=text.rows, paper=text.colour == "paper")

    def _distract(
        self,
        picture: Picture,
        targets: list[Target],
        dice: random.Random,
        share: float,
    ) -> None:
        while dice.random() < share:
            share *= 0.7
            corners = _somewhere(dice)
            if not any(_near(corners, one.corners) for one in targets):
                _sign(picture, corners, self.glyphs, dice)


def _window(corners: Points, across: int, flip: bool, dice: random.Random) -> Matrix:
    """From photo to view: this plate somewhere in it, at a size and a tilt of its own."""
    width = max(8.0, float(np.hypot(*(corners[1] - corners[0]))))
    wanted = float(np.exp(dice.uniform(np.log(NARROW), np.log(WIDE))))
    scale = min(wanted / width, 2.5)
    angle = np.deg2rad(dice.gauss(0, 5))
    stretch = dice.uniform(0.88, 1.12)
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[cos * stretch, -sin, 0], [sin * stretch, cos, 0], [0, 0, 1.0]])
    if flip:
        turn = turn @ np.array([[-1, 0, across], [0, 1, 0], [0, 0, 1.0]])
    middle = (turn @ np.append(corners.mean(0), 1.0))[:2]
    turn[:2, 2] += np.array([dice.uniform(0.1, 0.9), dice.uniform(0.1, 0.9)]) * SIDE - middle
    turn[2, :2] = [dice.gauss(0, 1e-4), dice.gauss(0, 1e-4)]
    return turn


def _warped(halves: list[Picture], turn: Matrix, dice: random.Random) -> Picture:
    """What lies beyond the photo is grey."""
    scale = float(np.sqrt(abs(np.linalg.det(turn[:2, :2]))))
    level = min(len(halves) - 1, max(0, int(np.floor(np.log2(max(1.0, 0.85 / scale))))))
    turn = turn @ np.diag([2.0**level, 2.0**level, 1.0])
    grey = dice.randrange(256)
    return cv2.warpPerspective(
        halves[level], turn, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderValue=(grey, grey, grey)
    )


def _inside(corners: Points) -> bool:
    """Most of it is in the view."""
    x, y = corners.mean(0)
    return bool(4 <= x < SIDE - 4 and 4 <= y < SIDE - 4)


def _near(a: Points, b: Points) -> bool:
    low, high = np.maximum(a.min(0), b.min(0)), np.minimum(a.max(0), b.max(0))
    return bool((high - low > -6).all())


def _somewhere(dice: random.Random) -> Points:
    width = float(np.exp(dice.uniform(np.log(NARROW), np.log(WIDE))))
    height = width / dice.uniform(2.6, 3.6)
    half = floats([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * floats([width / 2, height / 2])
    half[:, 0] += dice.gauss(0, 0.15) * half[:, 1]
    half[:, 1] += dice.gauss(0, 0.10) * half[:, 0]
    half[:, 1] *= 1 + dice.gauss(0, 0.05) * np.sign(half[:, 0])
    return half + floats([dice.uniform(0.08, 0.92) * SIDE, dice.uniform(0.08, 0.92) * SIDE])


def _shaped(corners: Points, aspect: float) -> Points:
    """As wide as before, and as high as the plate's kind asks for, about the same middle."""
    across = (corners[1] - corners[0] + corners[2] - corners[3]) / 2
    down = (corners[3] - corners[0] + corners[2] - corners[1]) / 2
    was = float(np.hypot(*across)) / max(1e-3, float(np.hypot(*down)))
    grow = was / aspect * 1.0 if was < 3.9 else 3.1 / aspect
    upper, lower = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
    left, right = (corners[3] - corners[0]) / 2 * grow, (corners[2] - corners[1]) / 2 * grow
    return floats([upper - left, lower - right, lower + right, upper + left])


def _scenery(scenes: Sequence[Picture], dice: random.Random) -> Picture:
    if not scenes or dice.random() < 0.1:
        rng = np.random.default_rng(dice.getrandbits(32))
        rough = rng.integers(0, 256, (dice.randint(2, 12), dice.randint(2, 12), 3), np.uint8)
        return cv2.resize(rough, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    scene = dice.choice(scenes)
    height, width = scene.shape[:2]
    side = min(height, width, round(SIDE * float(np.exp(dice.uniform(-0.7, 1.6)))))
    x, y = dice.randrange(width - side + 1), dice.randrange(height - side + 1)
    piece = scene[y : y + side, x : x + side]
    if dice.random() < 0.5:
        piece = piece[:, ::-1]
    return np.ascontiguousarray(cv2.resize(piece, (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def _bumper(picture: Picture, corners: Points, dice: random.Random) -> None:
    """Something painted around and behind a plate: as wide as a vehicle, or just a frame."""
    middle = corners.mean(0)
    grow = floats([dice.uniform(1.05, 3.5), dice.uniform(1.15, 5)])
    if dice.random() < 0.25:
        return
    around = ((corners - middle) * grow + middle).astype(np.int32)
    colour = (
        [dice.uniform(0, 255)] * 3
        if dice.random() < 0.7
        else [dice.uniform(0, 255) for _ in range(3)]
    )
    layer = picture.copy()
    cv2.fillConvexPoly(layer, around, colour)
    for _ in range(dice.randint(0, 5)):  # the lines of a grille
        y = dice.randint(int(around[:, 1].min()), int(around[:, 1].max()) + 1)
        shade = [max(0.0, one * dice.uniform(0.3, 1.2)) for one in colour]
        ends = (int(around[:, 0].min()), y), (int(around[:, 0].max()), y + dice.randint(-4, 4))
        cv2.line(layer, *ends, shade, dice.randint(1, 4))
    cv2.addWeighted(layer, dice.uniform(0.6, 1), picture, 0.0, 0, picture)


def _painted_over(picture: Picture, corners: Points, dice: random.Random) -> None:
    """A vehicle that lost its plate."""
    middle = corners.mean(0)
    around = ((corners - middle) * 1.25 + middle).astype(np.int32)
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, around, 255)
    ring = cv2.dilate(mask, np.ones((9, 9), np.uint8)) & ~mask
    colour = cv2.mean(picture, ring)[:3]
    picture[mask > 0] = np.clip(floats(colour) * dice.uniform(0.7, 1.2), 0, 255).astype(np.uint8)


def _sign(picture: Picture, corners: Points, glyphs: Glyphs, dice: random.Random) -> None:
    """A shop's sign, a telephone number on a van, a badge: lettering that is no plate."""
    kind = dice.random()
    if kind < 0.2:
        x, y = (int(one) for one in corners.mean(0))
        radius = max(3, int((corners[1, 0] - corners[0, 0]) / 8))
        ink = [dice.uniform(0, 255) for _ in range(3)]
        for at in range(dice.randint(1, 4)):
            cv2.circle(picture, (x + round(1.6 * at * radius), y), radius, ink, dice.randint(1, 3))
        return
    plane = _board(glyphs, dice)
    plane = _lit(plane, dice)
    turn = lens.matrix(
        (plane.shape[1], plane.shape[0]), _shaped(corners, plane.shape[1] / plane.shape[0])
    )
    mask = cv2.warpPerspective(np.ones(plane.shape[:2], np.float32), turn, (SIDE, SIDE))[:, :, None]
    if kind < 0.5:  # the letters alone, painted on what is there
        mask = mask * (np.abs(plane - plane[0, 0]).sum(2).max() > 0)
    over = cv2.warpPerspective(plane, turn, (SIDE, SIDE), flags=cv2.INTER_AREA)
    picture[:] = np.clip(picture * (1 - mask) + over * mask, 0, 255).astype(np.uint8)


def _board(glyphs: Glyphs, dice: random.Random) -> Plane:
    """Never seven or eight signs on a ground of a plate's shape."""
    count = dice.choice((1, 2, 3, 4, 5, 10, 11, 12, 14))
    tall = 44
    plane = np.empty((tall + 12, 30 * count + 14, 3), np.float32)
    plane[:] = [dice.uniform(0, 255) for _ in range(3)]
    ink = floats([dice.uniform(0, 255) for _ in range(3)])
    chinese = dice.random() < 0.5
    letters = texts.PROVINCES + texts.LAST if chinese else texts.LETTERS + texts.DIGITS
    for at in range(count):
        shape = glyphs.sized(dice.choice(letters), "single", (26, tall), font=dice.randrange(100))
        part = shape.astype(np.float32)[:, :, None] / 255
        there = plane[6 : 6 + tall, 8 + 30 * at : 34 + 30 * at]
        there[:] = there * (1 - part) + ink * part
    return plane


def _lit(plane: Plane, dice: random.Random) -> Plane:
    contrast = dice.uniform(0.35, 1.15)
    lift = dice.uniform(0, 60) if contrast < 0.8 else dice.uniform(-10, 15)
    balance = floats([dice.uniform(0.85, 1.15) for _ in range(3)])
    plane = plane * contrast * balance + lift
    if dice.random() < 0.4:
        plane = cv2.GaussianBlur(plane, (0, 0), dice.uniform(0.4, 1.4))
    return plane


def _harmed(picture: Picture, dice: random.Random) -> Picture:
    cv2.setRNGSeed(dice.getrandbits(31))
    plane = floated(picture)
    if dice.random() < 0.6:
        contrast = dice.uniform(0.5, 1.25)
        lift = dice.uniform(-30, 45)
        plane = plane * contrast * floats([dice.uniform(0.8, 1.2) for _ in range(3)]) + lift
    if dice.random() < 0.15:
        plane = plane * dice.uniform(0.25, 0.7)
    if dice.random() < 0.12:
        grey = plane.mean(2, keepdims=True)
        plane = np.repeat(grey, 3, 2)
    if dice.random() < 0.2:
        plane = cv2.GaussianBlur(plane, (0, 0), dice.uniform(0.4, 1.3))
    if dice.random() < 0.1:
        plane = lens.smeared(plane, dice)
    if dice.random() < 0.3:
        noise = np.empty(plane.shape, np.float32)
        spread = np.full(3, dice.triangular(1, 12, 1))
        plane = plane + cv2.randn(noise, np.zeros(3), spread)
    picture = np.clip(plane, 0, 255).astype(np.uint8)
    if dice.random() < 0.3:
        return through_jpeg(picture, dice.randint(25, 90))
    return picture
