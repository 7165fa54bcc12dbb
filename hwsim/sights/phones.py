"""Phones held before a gate's camera: a code on a screen, as lens and light make it.

``python -m hwsim.sights.phones --count 100 --seed 1 --out DIR`` writes ``00000.jpg`` and so on, and
``truth.jsonl``: ``{"file","payload_hex"}``; with ``--attempts N`` each of N people holds a phone
for a second of video, ``{"file","payload_hex","attempt","t"}``.  Harsh on purpose: at two pixels a
module, defocused, in motion and with moire many frames cannot be read by anything.
"""

import argparse
import json
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from hwsim.sights import optics
from hwsim.sights.arrays import Picture, floats
from hwsim.sights.codes import Code, modules

MODULE_PX = 12  # of the clean picture of a code
QUIET = 4  # modules around it
SHARE = 0.72  # of the screen's width that the code takes
FOCAL_PX = 1000.0
SIZE = (1280, 720)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # of base45, RFC 9285


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """Degrees, pixels and shares.  ``at``: the middle of the code, as shares of the frame."""

    px_per_module: float = 4.0
    tilt: float = 0.0
    axis: float = 0.0
    roll: float = 0.0
    at: tuple[float, float] = (0.5, 0.5)
    contrast: float = 0.9
    exposure: float = 1.0
    dark_mode: bool = False
    moire: float = 0.0
    moire_period: float = 5.0
    glare: float = 0.0
    motion: float = 0.0
    motion_angle: float = 0.0
    defocus: float = 0.7
    noise: float = 4.0
    jpeg: int = 80
    grain: int = 1  # seeds noise, background and moire


def any_shot(dice: random.Random) -> Shot:
    """The mix: from easy to hopeless."""
    return Shot(
        px_per_module=math.exp(dice.uniform(math.log(2), math.log(6))),
        tilt=dice.uniform(0, 40),
        axis=dice.uniform(0, 360),
        roll=dice.uniform(-180, 180) if dice.random() < 0.1 else dice.gauss(0, 8),
        at=(dice.uniform(0.35, 0.65), dice.uniform(0.38, 0.62)),
        contrast=dice.uniform(0.55, 1.0),
        exposure=dice.choice((0.35, 0.7, 1.0, 1.15, 1.5)),
        dark_mode=dice.random() < 0.06,
        moire=dice.uniform(0.05, 0.35) if dice.random() < 0.4 else 0.0,
        moire_period=dice.uniform(2.5, 14),
        glare=dice.uniform(0.2, 1.0) if dice.random() < 0.35 else 0.0,
        motion=abs(dice.gauss(0, 1)) * 2 if dice.random() < 0.6 else 0.0,
        motion_angle=dice.uniform(0, 180),
        defocus=dice.uniform(0.5, 1.4),
        noise=dice.uniform(2, 9),
        jpeg=dice.randint(55, 92),
        grain=dice.getrandbits(31),
    )


def any_payload(dice: random.Random) -> bytes:
    """A credential of the length that gates see: base45, 80 to 200 characters."""
    return ("BK1:" + "".join(dice.choices(ALPHABET, k=dice.randint(76, 196)))).encode()


def screen(payload: Code | bytes, shot: Shot) -> tuple[Picture, Picture]:
    """A clean phone's screen, and where the code's corners are on it (4 x 2)."""
    whole = payload if isinstance(payload, Code) else Code(payload)
    code = modules(whole, "m" if len(whole.payload) % 2 else "l")
    count = len(code)
    side = (count + 2 * QUIET) * MODULE_PX
    picture = np.full((round(side / SHARE * 1.9), round(side / SHARE)), 250, np.uint8)
    left, top = (picture.shape[1] - side) // 2, round(picture.shape[0] * 0.22)
    big = cv2.resize(code, None, fx=MODULE_PX, fy=MODULE_PX, interpolation=cv2.INTER_NEAREST)
    inner = MODULE_PX * QUIET
    picture[top + inner : top + side - inner, left + inner : left + side - inner] = big
    _bars(picture, top + side)
    if shot.dark_mode:
        picture = 255 - picture
    x0, y0 = left + inner, top + inner
    x1, y1 = x0 + count * MODULE_PX, y0 + count * MODULE_PX
    return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), floats(
        [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    )


def _bars(picture: Picture, below: int) -> None:
    height, width = picture.shape[:2]
    picture[: height // 24] = 205
    for at in range(3):
        y = below + round(height * (0.03 + 0.05 * at))
        picture[y : y + height // 50, width // 6 : width * (5 - at) // 6] = 190
    picture[-height // 12 :] = 225


def phone_frame(payload: Code | bytes, shot: Shot, size: tuple[int, int] = SIZE) -> Picture:
    """One frame of the camera.  The same shot gives the same frame."""
    return _frame(payload, shot, size)[0]


def corners(payload: Code | bytes, shot: Shot, size: tuple[int, int] = SIZE) -> Picture:
    """Of the code in that frame: top-left, top-right, bottom-right, bottom-left."""
    flat, marks = screen(payload, shot)
    return floats(cv2.perspectiveTransform(marks[None], _turn(flat, marks, shot, size))[0])


def _frame(payload: Code | bytes, shot: Shot, size: tuple[int, int]) -> tuple[Picture, Picture]:
    flat, marks = screen(payload, shot)
    turn = _turn(flat, marks, shot, size)
    rng = np.random.default_rng(shot.grain)
    frame = optics.room(size, rng)
    frame = optics.laid(frame, optics.dimmed(flat, shot.contrast), turn)
    where = cv2.perspectiveTransform(marks[None], turn)[0]
    if shot.moire:
        optics.moire(frame, where, (shot.moire, shot.moire_period), rng)
    frame = frame * shot.exposure
    if shot.glare:
        optics.glare(frame, where, shot.glare, rng)
    frame = optics.blurred(frame, (shot.motion, shot.motion_angle), shot.defocus)
    return optics.sensed(frame, shot.noise, shot.jpeg, rng), where


def _turn(flat: Picture, marks: Picture, shot: Shot, size: tuple[int, int]) -> Picture:
    """From the screen to the frame: turned about an axis in its plane, seen by a pinhole."""
    height, width = flat.shape[:2]
    scale = shot.px_per_module / MODULE_PX
    points = floats([[0, 0], [width, 0], [width, height], [0, height]])
    middle = marks.mean(0)
    flat_points = (points - middle) * scale
    roll, tilt, axis = (math.radians(one) for one in (shot.roll, shot.tilt, shot.axis))
    spin = floats([[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]])
    rolled = flat_points @ spin.T
    along = floats([math.cos(axis), math.sin(axis)])
    across = floats([-along[1], along[0]])
    u, v = rolled @ along, rolled @ across
    x = u[:, None] * along + (v * math.cos(tilt))[:, None] * across
    away = FOCAL_PX / (FOCAL_PX + v * math.sin(tilt))
    seen = x * away[:, None] + floats([shot.at[0] * size[0], shot.at[1] * size[1]])
    return cv2.getPerspectiveTransform(points, floats(seen))


def attempt(
    payload: bytes, dice: random.Random, *, seconds: float = 1.0, fps: float = 10.0
) -> Iterator[tuple[float, Picture]]:
    """One person with one phone: it drifts and shakes, focus and exposure settle, glare moves."""
    first = any_shot(dice)
    drift = (dice.gauss(0, 0.05), dice.gauss(0, 0.05))
    nearer = dice.gauss(0, 0.15)
    for number in range(round(seconds * fps)):
        at = number / fps
        settled = min(1.0, 0.35 + at / 0.6)
        yield at, phone_frame(payload, _later(first, at, drift, nearer, settled, dice))


def _later(
    first: Shot,
    at: float,
    drift: tuple[float, float],
    nearer: float,
    settled: float,
    dice: random.Random,
) -> Shot:
    shake = dice.gauss(0, 0.4) if dice.random() < 0.75 else dice.gauss(0, 1.6)
    return replace(
        first,
        px_per_module=max(1.8, first.px_per_module * (1 + nearer * at)),
        tilt=max(0.0, first.tilt + dice.gauss(0, 3)),
        roll=first.roll + dice.gauss(0, 2),
        at=(first.at[0] + drift[0] * at, first.at[1] + drift[1] * at),
        exposure=1 + (first.exposure - 1) * (1.15 - 0.6 * settled),
        defocus=first.defocus * (1.3 - 0.35 * settled),
        motion=max(0.0, first.motion * (0.5 + abs(shake))),
        motion_angle=dice.uniform(0, 180),
        glare=first.glare * dice.uniform(0.6, 1.0),
        moire_period=max(2.5, first.moire_period * dice.uniform(0.85, 1.15)),
        grain=dice.getrandbits(31),
    )


def main() -> int:
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(prog="python -m hwsim.sights.phones", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--attempts", type=int, default=0)
    parser.add_argument("--fps", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    dice = random.Random(asked.seed)
    with (asked.out / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for number, line, frame in _all(asked, dice):
            name = f"{number:05d}.jpg"
            cv2.imwrite(str(asked.out / name), frame, [cv2.IMWRITE_JPEG_QUALITY, 95])
            truth.write(json.dumps({"file": name, **line}) + "\n")
    return 0


def _all(
    asked: argparse.Namespace, dice: random.Random
) -> Iterator[tuple[int, dict[str, object], Picture]]:
    if not asked.attempts:
        for number in range(asked.count):
            payload = any_payload(dice)
            yield number, {"payload_hex": payload.hex()}, phone_frame(payload, any_shot(dice))
        return
    number = 0
    for each in range(asked.attempts):
        payload = any_payload(dice)
        for at, frame in attempt(payload, dice, fps=asked.fps):
            line = {"payload_hex": payload.hex(), "attempt": each, "t": round(at, 3)}
            yield number, line, frame
            number += 1


if __name__ == "__main__":
    sys.exit(main())
