"""A film of a lane: each frame is a function of the seed and the time alone."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np

from hwsim.sights.air import Air, Weather, glow
from hwsim.sights.arrays import Picture
from hwsim.sights.drive import Drives, Passage, Traffic
from hwsim.sights.lane import Lane
from hwsim.sights.vehicle import Sprite, rider, sprite

SHUTTER_S = {False: 0.004, True: 0.012}
"""By day and by night; how far a vehicle moves meanwhile is its blur."""


@dataclass
class Road:
    seed: int
    traffic: Traffic = field(default_factory=Traffic)
    weather: Weather = field(default_factory=Weather)
    size: tuple[int, int] = (1280, 720)

    def __post_init__(self) -> None:
        self._lane = Lane(self.size)
        dice = random.Random(f"{self.seed}/lane")
        self._empty = self._lane.background(self.weather, dice)
        self._air = Air(self.weather, self.size, dice)
        self._drives = Drives(self.traffic, random.Random(f"{self.seed}/drives")).all()
        self._known: list[Passage] = []
        self._next: Passage | None = None
        self._sprites = lru_cache(6)(self._sprite)

    def passages(self, until: float) -> list[Passage]:
        """All that begin before ``until``, seconds of the film."""
        while True:
            if self._next is None:
                self._next = next(self._drives, None)
            if self._next is None or self._next.at >= until:
                return [one for one in self._known if one.at < until]
            self._known.append(self._next)
            self._next = None

    def frame(self, at: float) -> Picture:
        frame = self._empty.copy()
        there = [
            (scale, one) for one in self.passages(at + 1e-6) if (scale := one.scale(at)) is not None
        ]
        for scale, one in sorted(there, key=lambda pair: pair[0]):  # the far ones first
            self._paint(frame, one, scale, at)
        return self._air.through(frame, at)

    def frames(self, seconds: float, fps: float) -> Iterator[tuple[float, Picture]]:
        for number in range(round(seconds * fps)):
            yield number / fps, self.frame(number / fps)

    def _sprite(self, number: int) -> Sprite:
        one = next(one for one in self._known if one.number == number)
        dice = random.Random(f"{self.seed}/{number}")
        return rider(dice) if one.story == "rider" else sprite(one.plate, dice, rear=one.rear)

    def _paint(self, frame: Picture, one: Passage, scale: float, at: float) -> None:
        x, y = self._lane.foot(scale, one.side)
        if one.story == "walker":
            _walk(frame, (x + 400 * scale * math.sin(at), y), scale * self._lane.zoom)
            return
        if one.story == "shadow":
            _shade(frame, (x, y), scale * self._lane.zoom)
            return
        thing = self._sprites(one.number)
        smaller = scale * self._lane.zoom * 2  # a sprite has half a pixel a millimetre
        before = one.scale(at - SHUTTER_S[self.weather.night])
        moved = 0.0 if before is None else abs(self._lane.foot(before, one.side)[1] - y)
        _paste(frame, thing, (x, y), smaller, moved, night=self.weather.night)
        if self.weather.night:
            self._shine(frame, thing, (x, y), smaller)

    def _shine(
        self, frame: Picture, thing: Sprite, at: tuple[float, float], smaller: float
    ) -> None:
        width, height = thing.size
        for lamp in thing.lamps:
            place = (at[0] + (lamp[0] - width / 2) * smaller, at[1] + (lamp[1] - height) * smaller)
            if thing.rear:
                glow(frame, place, 26 * smaller, 120)
            else:
                glow(frame, place, 70 * smaller, 255)


def _paste(
    frame: Picture,
    thing: Sprite,
    at: tuple[float, float],
    smaller: float,
    moved: float,
    *,
    night: bool,
) -> None:
    """``at``: the middle of its feet.  ``moved``: pixels while the shutter was open."""
    picture, mask = thing.fitted(smaller)
    if night:  # its own lamps and the gate's light what is near
        picture = cv2.convertScaleAbs(picture, alpha=0.35 + 0.35 * min(1.0, smaller))
    smear = round(moved)
    if smear > 1:
        picture, mask = cv2.blur(picture, (1, smear)), cv2.blur(mask, (1, smear))
    height, width = mask.shape[:2]
    _blend(frame, picture, mask, round(at[0] - width / 2), round(at[1] - height))


def _blend(frame: Picture, picture: Picture, mask: Picture, x: int, y: int) -> None:
    """``picture`` is black where ``mask`` is 0."""
    left, top = max(0, -x), max(0, -y)
    right = min(picture.shape[1], frame.shape[1] - x)
    low = min(picture.shape[0], frame.shape[0] - y)
    if right <= left or low <= top:
        return
    there = frame[y + top : y + low, x + left : x + right]
    behind = cv2.cvtColor(cv2.bitwise_not(mask[top:low, left:right]), cv2.COLOR_GRAY2BGR)
    there[:] = cv2.add(cv2.multiply(there, behind, scale=1 / 255), picture[top:low, left:right])


def _shade(frame: Picture, at: tuple[float, float], scale: float) -> None:
    """Of a tree, or of somebody outside the picture: a dark place on the road."""
    x, y = round(at[0]), round(at[1])
    wide, tall = round(1600 * scale), round(420 * scale)
    part = frame[max(0, y - tall) : max(0, y + tall), max(0, x - wide) : max(0, x + wide)]
    if part.size:
        dark = np.full(part.shape[:2], 255, np.uint8)
        centre = (min(x, wide), min(y, tall))
        cv2.ellipse(dark, centre, (wide, tall), 0, 0, 360, (150,), -1)
        soft = cv2.cvtColor(cv2.blur(dark, (15, 15)), cv2.COLOR_GRAY2BGR)
        part[:] = cv2.multiply(part, soft, scale=1 / 255)


def _walk(frame: Picture, at: tuple[float, float], scale: float) -> None:
    """Somebody in a dark coat."""
    x, y = round(at[0]), round(at[1])
    tall, wide = round(1700 * scale), max(2, round(420 * scale))
    cv2.ellipse(frame, (x, y - tall // 2), (wide // 2, tall // 2), 0, 0, 360, (60, 50, 45), -1)
    cv2.circle(frame, (x, y - tall), max(2, round(120 * scale)), (130, 150, 190), -1)
