"""Light and weather between lens and lane, and what the lens and the sensor do to a frame."""

import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from hwsim.sights.arrays import Picture, as_bytes

TILE = 64  # pixels by which the noise is moved from frame to frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """``flicker``: share by which lamps make the exposure swing."""

    night: bool = False
    rain: bool = False
    flicker: float = 0.0
    noise: float = 3.0


class Air:
    """``dice``: of the scene; every frame's own harms come from its time alone."""

    def __init__(self, weather: Weather, size: tuple[int, int], dice: random.Random) -> None:
        self.weather, self._size = weather, size
        rng = np.random.default_rng(dice.getrandbits(32))
        width, height = size
        spread = weather.noise * (2.2 if weather.night else 1.0)
        noise = rng.normal(0, spread, (height + TILE, width + TILE, 1)).repeat(3, 2)
        self._lighter, self._darker = as_bytes(noise), as_bytes(-noise)
        self._rain = [_streaks(size, rng) for _ in range(4)] if weather.rain else []

    def through(self, frame: Picture, seconds: float) -> Picture:
        """The frame as the sensor gives it, at a time of the scene; ``frame`` is used up."""
        step = round(seconds * 1000)
        if self._rain:
            cv2.add(frame, self._rain[step // 40 % len(self._rain)], dst=frame)
        if self.weather.flicker:
            swing = 1 + self.weather.flicker * math.sin(seconds * 37.0)
            cv2.convertScaleAbs(frame, dst=frame, alpha=swing)
        x, y = (step * 31) % TILE, (step * 17) % TILE
        width, height = self._size
        cv2.add(frame, self._lighter[y : y + height, x : x + width], dst=frame)
        return cv2.subtract(frame, self._darker[y : y + height, x : x + width], dst=frame)


def _streaks(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    width, height = size
    layer: npt.NDArray[np.uint8] = np.zeros((height, width, 3), np.uint8)
    for _ in range(width * height // 6000):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        length = int(rng.integers(8, 28))
        cv2.line(layer, (x, y), (x + length // 6, y + length), (45, 45, 45), 1)
    return layer


def glow(frame: Picture, at: tuple[float, float], radius: float, strength: float) -> None:
    """A lamp that shines into the lens; only its surroundings are touched."""
    reach = max(2, round(radius * 2.5))
    x0, y0 = max(0, round(at[0]) - reach), max(0, round(at[1]) - reach)
    part = frame[y0 : round(at[1]) + reach, x0 : round(at[0]) + reach]
    if not part.size:
        return
    ys, xs = np.mgrid[: part.shape[0], : part.shape[1]]
    away = ((xs + x0 - at[0]) ** 2 + (ys + y0 - at[1]) ** 2) / radius**2
    light = (strength * np.exp(-away))[:, :, None]
    part[:] = np.minimum(part + light, 255).astype(np.uint8)
