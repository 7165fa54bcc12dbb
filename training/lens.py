"""What a camera makes of a plate: perspective, light, blur, few pixels, noise, JPEG."""

import random
from dataclasses import dataclass

import cv2
import numpy as np

from training.arrays import Matrix, Picture, Plane, Points, floats, through_jpeg
from training.draw import Drawn


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees and shares; ``left`` to ``bottom``: the margin around the plate as a share of the
    picture, negative where the cut goes through the plate."""

    turn: float
    shear: float
    perspective: float
    left: float
    right: float
    top: float
    bottom: float


def any_pose(dice: random.Random, *, rows: int = 1) -> Pose:
    """Mostly as a detector's corners leave it; some as a clumsy cut around a tilted plate.

    Two rows are read only where corners are known: a cut askew would mix them.
    """
    turn = dice.choices((2.0, 5.0, 9.0), weights=(6, 3, 1))[0] if rows == 1 else 1.5
    wide = rows == 1 and dice.random() < 0.15
    across = (-0.03, 0.12) if wide else (-0.035, 0.05)
    tall = (-0.04, 0.25) if wide else (-0.07, 0.12)
    return Pose(
        turn=dice.gauss(0, turn),
        shear=dice.gauss(0, 0.10 if rows == 1 else 0.05),
        perspective=dice.gauss(0, 0.05 if rows == 1 else 0.03),
        left=dice.uniform(*across),
        right=dice.uniform(*across),
        top=dice.uniform(*tall),
        bottom=dice.uniform(*tall),
    )


def corners_in(pose: Pose, plate: tuple[int, int], out: tuple[int, int]) -> Points:
    """Where the plate's corners (of ``plate`` width x height) come to lie in a cut of ``out``."""
    width, height = plate
    half = floats([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * floats([width / 2, height / 2])
    points = half.copy()
    points[:, 0] += pose.shear * half[:, 1]
    points[:, 1] *= 1 + pose.perspective * np.sign(half[:, 0])
    angle = np.deg2rad(pose.turn)
    cos, sin = np.cos(angle), np.sin(angle)
    points = points @ floats([[cos, sin], [-sin, cos]])
    points = (points - points.min(0)) / (points.max(0) - points.min(0))
    points[:, 0] = (pose.left + points[:, 0] * (1 - pose.left - pose.right)) * out[0]
    points[:, 1] = (pose.top + points[:, 1] * (1 - pose.top - pose.bottom)) * out[1]
    return floats(points)


def matrix(plate: tuple[int, int], corners: Points) -> Matrix:
    width, height = plate
    flat = floats([[0, 0], [width, 0], [width, height], [0, height]])
    return cv2.getPerspectiveTransform(flat, corners)


def seen(drawn: Drawn, corners: Points, out: tuple[int, int], dice: random.Random) -> Plane:
    """The plate on some bumper."""
    height, width = drawn.plane.shape[:2]
    bumper = np.empty((out[1], out[0], 3), np.float32)
    bumper[:] = [dice.uniform(5, 210)] * 3 if dice.random() < 0.7 else [
        dice.uniform(0, 220) for _ in range(3)
    ]  # fmt: skip
    if dice.random() < 0.6:
        rough = np.random.default_rng(dice.getrandbits(32)).normal(
            0, dice.uniform(5, 50), (dice.randint(2, 6), dice.randint(2, 14), 3)
        )
        bumper += cv2.resize(rough.astype(np.float32), out)
    return cv2.warpPerspective(
        drawn.plane,
        matrix((width, height), corners),
        out,
        dst=bumper,
        flags=cv2.INTER_AREA if out[0] >= width else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_TRANSPARENT,
    )


def harmed(plane: Plane, dice: random.Random, *, real: bool = False) -> Picture:
    """``real``: a photo has been harmed by a camera already; it gets less."""
    rng = np.random.default_rng(dice.getrandbits(32))
    plane = _light(plane, dice, real=real)
    if dice.random() < (0.25 if real else 0.75):
        plane = _few_pixels(plane, dice, least=0.55 if real else 0.3)
    if dice.random() < (0.12 if real else 0.3):
        plane = cv2.GaussianBlur(plane, (0, 0), dice.uniform(0.4, 1.0 if real else 1.7))
    if dice.random() < (0.08 if real else 0.22):
        plane = smeared(plane, dice)
    if dice.random() < (0.25 if real else 0.5):
        noise = rng.normal(0, dice.triangular(1, 6 if real else 14, 1), plane.shape)
        plane = plane + floats(noise)
    picture = np.clip(plane, 0, 255).astype(np.uint8)
    if dice.random() < (0.15 if real else 0.45):
        return through_jpeg(picture, dice.randint(35 if real else 22, 92))
    return picture


def _light(plane: Plane, dice: random.Random, *, real: bool) -> Plane:
    height, width = plane.shape[:2]
    if dice.random() < 0.3:
        ends = dice.uniform(0.45, 1.3), dice.uniform(0.45, 1.3)
        if dice.random() < 0.6:
            plane = plane * np.linspace(*ends, width, dtype=np.float32)[None, :, None]
        else:
            plane = plane * np.linspace(*ends, height, dtype=np.float32)[:, None, None]
    if dice.random() < 0.12:
        plane = plane * _shadow(width, height, dice)
    if dice.random() < 0.06:
        plane = plane + _glare(width, height, dice)
    spread = 0.12 if real else 0.25
    balance = floats([dice.uniform(1 - spread, 1 + spread) for _ in range(3)])
    contrast = dice.uniform(0.6, 1.15) if real else dice.uniform(0.38, 1.2)
    lift = dice.uniform(0, 70) if contrast < 0.8 else dice.uniform(-12, 15)
    plane = plane * balance * contrast + lift
    if not real and dice.random() < 0.15:
        plane = plane * dice.uniform(0.3, 0.7)
    if dice.random() < 0.12:  # night, infrared, a bad camera
        grey = plane.mean(2, keepdims=True)
        keep = dice.uniform(0, 0.5)
        plane = grey * (1 - keep) + plane * keep
    return np.clip(plane, 0, 255)


def _shadow(width: int, height: int, dice: random.Random) -> Plane:
    mask = np.ones((height, width, 1), np.float32)
    x = dice.randint(0, width)
    edge = [[x, 0], [width, 0], [width, height], [x + dice.randint(-30, 30), height]]
    cv2.fillPoly(mask, [np.asarray(edge, np.int32)], dice.uniform(0.35, 0.8))
    return mask


def _glare(width: int, height: int, dice: random.Random) -> Plane:
    ys, xs = np.mgrid[:height, :width].astype(np.float32)
    away = ((xs - dice.uniform(0, width)) / width) ** 2 * 9 + (
        (ys - dice.uniform(0, height)) / height
    ) ** 2
    return floats(dice.uniform(60, 200) * np.exp(-away * dice.uniform(2, 8)))[:, :, None]


def _few_pixels(plane: Plane, dice: random.Random, least: float) -> Plane:
    height, width = plane.shape[:2]
    share = dice.uniform(least, 1)
    small = (max(30, round(width * share)), max(9, round(height * share * dice.uniform(0.8, 1.2))))
    down = cv2.INTER_AREA if dice.random() < 0.6 else cv2.INTER_LINEAR
    up = dice.choice((cv2.INTER_LINEAR,) * 4 + (cv2.INTER_CUBIC,) * 3 + (cv2.INTER_NEAREST,))
    return cv2.resize(
        cv2.resize(plane, small, interpolation=down), (width, height), interpolation=up
    )


def smeared(plane: Plane, dice: random.Random) -> Plane:
    size = dice.choice((3, 5, 7, 9))
    line = np.zeros((size, size), np.float32)
    ends = (0, dice.randrange(size)), (size - 1, dice.randrange(size))
    if dice.random() < 0.3:
        ends = (dice.randrange(size), 0), (dice.randrange(size), size - 1)
    cv2.line(line, *ends, 1.0, 1)
    return cv2.filter2D(plane, -1, line / line.sum())
