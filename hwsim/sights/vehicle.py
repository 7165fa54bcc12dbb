"""Vehicles from before or behind, drawn once each at two millimetres a pixel."""

import random
from dataclasses import dataclass

import cv2

from hwsim.sights import fronts
from hwsim.sights.arrays import Picture, floats
from hwsim.sights.numbers import Plate
from hwsim.sights.plate import PX_PER_MM, draw

PLATE_MM = 450  # of its middle above the road
BODIES_MM = ((1860, 1480), (1900, 1500), (1950, 1720), (2050, 2150))  # saloons, a high one, a van
YAW = 0.05  # the share by which a side that is turned away gets smaller
ROLL = 1.5  # degrees: the camera, or a bent bracket
MARGIN = 0.03

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sprite:
    """``pictures``: of the full size and its halves, black where ``masks`` are 0 and no vehicle is.

    ``size``: pixels of the first one.  ``lamps``: pixels in it.
    """

    pictures: tuple[Picture, ...]
    masks: tuple[Picture, ...]
    lamps: tuple[Point, ...]
    rear: bool

    @property
    def size(self) -> tuple[int, int]:
        height, width = self.masks[0].shape[:2]
        return width, height

    def fitted(self, scale: float) -> tuple[Picture, Picture]:
        """Picture and mask, ``scale`` times the full size; from the nearest larger one."""
        level = 0
        while level + 1 < len(self.masks) and scale < 0.5 ** (level + 1):
            level += 1
        size = max(8, round(self.size[0] * scale)), max(8, round(self.size[1] * scale))
        way = cv2.INTER_AREA if scale < 0.5**level else cv2.INTER_LINEAR
        picture = cv2.resize(self.pictures[level], size, interpolation=way)
        return picture, cv2.resize(self.masks[level], size, interpolation=way)


def sprite(plate: Plate | None, dice: random.Random, *, rear: bool = False) -> Sprite:
    body_mm = dice.choice(BODIES_MM)
    paint = dice.choice(fronts.PAINTS)
    picture, mask = fronts.body(tuple(round(mm * PX_PER_MM) for mm in body_mm), paint)
    lamps = fronts.lamps(picture, rear=rear)
    if rear:
        fronts.boot(picture, paint, dice)
    else:
        fronts.grille(picture, dice)
        fronts.stickers(picture, dice)
    if plate is not None:
        _hang(picture, draw(plate), dice)
    return _stacked(*_turned(picture, mask, lamps, dice), rear=rear)


def rider(dice: random.Random) -> Sprite:
    """Somebody on a scooter, from before."""
    picture, mask = fronts.scooter(dice)
    lamp = (picture.shape[1] / 2, 0.52 * picture.shape[0])
    return _stacked(*_turned(picture, mask, (lamp,), dice), rear=False)


def _hang(picture: Picture, plate: Picture, dice: random.Random) -> None:
    height, width = picture.shape[:2]
    tall, across = plate.shape[:2]
    top = round(height - PLATE_MM * PX_PER_MM - tall / 2)
    left = (width - across) // 2 + dice.randint(-12, 12)
    picture[top - 3 : top + tall + 3, left - 3 : left + across + 3] = (35, 35, 35)
    picture[top : top + tall, left : left + across] = plate


def _turned(
    picture: Picture, mask: Picture, lamps: tuple[Point, ...], dice: random.Random
) -> tuple[Picture, Picture, tuple[Point, ...]]:
    """As from a camera that does not stand straight before it."""
    height, width = mask.shape[:2]
    turn = _perspective((width, height), dice.uniform(-YAW, YAW), dice.uniform(-ROLL, ROLL))
    flat = cv2.copyTo(picture, mask)  # black around it
    seen = cv2.warpPerspective(flat, turn, (width, height), flags=cv2.INTER_LINEAR)
    cut = cv2.warpPerspective(mask, turn, (width, height), flags=cv2.INTER_LINEAR)
    moved = cv2.perspectiveTransform(floats(lamps).reshape(-1, 1, 2), turn).reshape(-1, 2)
    return seen, cut, tuple((float(x), float(y)) for x, y in moved)


def _perspective(size: tuple[int, int], yaw: float, roll: float) -> Picture:
    width, height = size
    x0, y0, x1, y1 = MARGIN * width, MARGIN * height, (1 - MARGIN) * width, height - 1
    corners = floats(((0, 0), (width, 0), (width, height), (0, height)))
    left, right = max(0.0, yaw) * height, max(0.0, -yaw) * height
    there = floats(((x0, y0 + left), (x1, y0 + right), (x1, y1 - right / 3), (x0, y1 - left / 3)))
    around = cv2.getRotationMatrix2D((width / 2, height), roll, 1.0)
    rolled = there @ floats(around[:, :2]).T + floats(around[:, 2])
    return cv2.getPerspectiveTransform(corners, floats(rolled))


def _stacked(picture: Picture, mask: Picture, lamps: tuple[Point, ...], *, rear: bool) -> Sprite:
    pictures, masks = [picture], [mask]
    for _ in range(2):
        size = masks[-1].shape[1] // 2, masks[-1].shape[0] // 2
        pictures.append(cv2.resize(pictures[-1], size, interpolation=cv2.INTER_AREA))
        masks.append(cv2.resize(masks[-1], size, interpolation=cv2.INTER_AREA))
    return Sprite(tuple(pictures), tuple(masks), lamps, rear)
