"""A door's camera: nobody there, until somebody holds a phone before it for a while."""

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from hwsim.sights import optics
from hwsim.sights.arrays import Picture, as_bytes
from hwsim.sights.codes import Code
from hwsim.sights.phones import Shot, any_shot, phone_frame

MOST_WAITING = 64  # people in the queue


class Spec(Protocol):
    """Of the camera's process, as far as this scene cares."""

    @property
    def seed(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def options(self) -> Mapping[str, Any]: ...


class Shows:
    def __init__(self, spec: Spec) -> None:
        self._size = (spec.width, spec.height)
        self._hold_s = float(spec.options["hold_s"])
        self._between_s = float(spec.options["between_s"])
        self._harsh = bool(spec.options["harsh"])
        self._dice = random.Random(spec.seed)
        rng = np.random.default_rng(self._dice.getrandbits(31))
        self._empty = optics.room(self._size, rng)
        self._noise = rng.normal(0, 3, (self._size[1] + 64, self._size[0] + 64, 1))
        self._queue: deque[Code] = deque()
        self._now: tuple[Code, Shot, float] | None = None  # the code, how it is held, since when
        self._free_at = 0.0

    def happened(self, at: float) -> list[dict[str, object]]:
        del at
        return []

    def show(self, code: Code, at: float) -> bool:
        del at
        if len(self._queue) >= MOST_WAITING:
            return False
        self._queue.append(code)
        return True

    def frame(self, at: float) -> Picture:
        self._turn_over(at)
        if self._now is None:
            return self._nobody(at)
        code, shot, since = self._now
        settled = min(1.0, (at - since) / 0.6)
        held = replace(
            shot,
            tilt=max(0.0, shot.tilt + self._dice.gauss(0, 2)),
            roll=shot.roll + self._dice.gauss(0, 1.5),
            motion=max(0.0, shot.motion * (0.5 + abs(self._dice.gauss(0, 0.6)))),
            motion_angle=self._dice.uniform(0, 180),
            defocus=shot.defocus * (1.3 - 0.35 * settled),
            grain=self._dice.getrandbits(31),
        )
        return phone_frame(code, held, self._size)

    def _turn_over(self, at: float) -> None:
        if self._now is not None and at - self._now[2] > self._hold_s:
            self._now, self._free_at = None, at + self._between_s
        if self._now is None and self._queue and at >= self._free_at:
            self._now = (self._queue.popleft(), self._held(), at)

    def _held(self) -> Shot:
        shot = any_shot(self._dice)
        if self._harsh:
            return shot
        return replace(  # as people hold it who want to come in
            shot,
            px_per_module=max(2.6, shot.px_per_module),
            exposure=max(0.7, shot.exposure),
            glare=shot.glare * 0.6,
            moire=shot.moire * 0.7,
            defocus=min(1.1, shot.defocus),
            motion=min(2.5, shot.motion),
        )

    def _nobody(self, at: float) -> Picture:
        step = round(at * 1000)
        x, y = step * 31 % 64, step * 17 % 64
        width, height = self._size
        return as_bytes(self._empty + self._noise[y : y + height, x : x + width])
