"""A street before a gate, drawn in numbers: by day and by night, in rain, with cars and lorries."""

from collections.abc import Callable, Iterator
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision.cameras.frame import Frame

SIZE = (640, 360)
SECOND = 1_000_000_000
Floats = npt.NDArray[np.float32]
Weather = Callable[[Floats, float], Floats]
"""Changes the light that falls into the lens, at a time in seconds."""


class Street:
    """The same ``seed`` is the same street; each frame has noise of its own."""

    def __init__(self, seed: int = 1, noise: float = 2.0) -> None:
        self._dice = np.random.default_rng(seed)
        self.scene = self._built()
        self._noise = self._dice.normal(0, noise, self.scene.shape).astype(np.float32)

    def frame(self, seconds: float, weather: Weather) -> Frame:
        light = weather(self.scene.copy(), seconds)
        noise = np.roll(self._noise, int(self._dice.integers(self._noise.size)))
        grey = np.clip(light + noise, 0, 255).astype(np.uint8)
        return Frame(cv2.merge([grey, grey, grey]), round(seconds * SECOND), 1)

    def frames(self, begin: float, end: float, weather: Weather, fps: float = 1) -> Iterator[Frame]:
        for turn in range(round((end - begin) * fps)):
            yield self.frame(begin + turn / fps, weather)

    def _built(self) -> Floats:
        """Sky, houses with windows, road with a kerb and lines."""
        wide, high = SIZE
        scene = np.full((high, wide), 185, np.float32)
        scene[high * 2 // 3 :] = 95
        left = 0
        while left < wide:
            top, broad = self._dice.integers((20, 50), (120, 130))
            self._house(scene[top : high * 2 // 3, left : left + broad])
            left += int(broad) + 6
        for x in range(0, wide, 60):
            cv2.line(scene, (x, high - 40), (x + 30, high - 30), 210, 4)
        cv2.line(scene, (0, high * 2 // 3), (wide, high * 2 // 3 + 8), 40, 3)
        return scene

    def _house(self, wall: Floats) -> None:
        """A third of its windows are lit, or reflect, or have their shutters down."""
        wall[:] = self._dice.integers(60, 160)
        across, down, size = self._dice.integers((14, 22, 6), (27, 40, 12))
        for x in range(8, wall.shape[1] - int(size), int(across)):
            for y in range(10, wall.shape[0] - 20, int(down)):
                wall[y : y + size, x : x + size] = self._dice.integers(20, 220)


def day(light: Floats, _: float) -> Floats:
    return light


def night(light: Floats, _: float) -> Floats:
    """A lamp lights a part of the road; the rest is nearly dark."""
    return light * _lamp()


def headlights(light: Floats, seconds: float) -> Floats:
    """Every half minute a car looks into the camera for five seconds."""
    lit = night(light, seconds)
    if seconds % 30 < 5:
        for x in (260, 380):
            cv2.circle(lit, (x, 230), 90, 255, -1)
        lit += 60
    return lit


def rain(light: Floats, seconds: float) -> Floats:
    """Less contrast, and streaks that are elsewhere in each frame."""
    wet = 110 + (light - 110) * 0.55
    dice = np.random.default_rng(round(seconds * 1000))
    for x, y in dice.integers((0, 0), SIZE, (150, 2)):
        cv2.line(wet, (int(x), int(y)), (int(x) + 3, int(y) + 18), 215, 1)
    return wet


def cars(light: Floats, seconds: float) -> Floats:
    """One passes every eight seconds, close by."""
    _car(light, int(seconds % 8 * 130) - 200, 200, 260, 120)
    return light


def lorry(light: Floats, _: float) -> Floats:
    """It stands at the barrier for as long as it likes."""
    _car(light, 90, 60, 400, 280)
    return light


def clouds(light: Floats, seconds: float) -> Floats:
    """The sun goes and comes; while it is there a pole's shadow wanders."""
    sun = 0.5 + 0.5 * np.cos(seconds / 60)
    x = 100 + seconds / 5
    if sun > 0.4:
        cv2.line(light, (int(x), 359), (int(x) + 80, 130), 30, 14)
    return light * np.float32(0.5 + 0.55 * sun)


def blurred(by: float) -> Weather:
    return lambda light, _: np.asarray(cv2.GaussianBlur(light, (0, 0), by), np.float32)


def fog(light: Floats, _: float) -> Floats:
    return 170 + (light - 170) * np.float32(0.25)


def turned(right: int, down: int) -> Weather:
    matrix = np.array([[1, 0, -right], [0, 1, -down]], np.float32)

    def turn(light: Floats, _: float) -> Floats:
        moved = cv2.warpAffine(light, matrix, SIZE, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(moved, np.float32)

    return turn


def both(one: Weather, other: Weather) -> Weather:
    return lambda light, seconds: other(one(light, seconds), seconds)


def flat(level: float) -> Weather:
    return lambda light, _: np.full_like(light, level)


@cache
def _lamp() -> Floats:
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float32)
    bell = np.exp(-((x - 420) ** 2 + (y - 200) ** 2) / (2 * 110**2))
    return np.asarray(0.08 + 0.5 * bell, np.float32)


def _car(light: Floats, left: int, top: int, wide: int, high: int) -> None:
    cv2.rectangle(light, (left, top), (left + wide, top + high), 60, -1)
    cv2.rectangle(light, (left + 20, top + 10), (left + wide - 20, top + high // 3), 150, -1)
    cv2.rectangle(light, (left + 30, top + high - 30), (left + 90, top + high - 12), 200, -1)
