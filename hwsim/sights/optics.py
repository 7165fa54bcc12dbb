"""Light, lens and sensor between a phone's screen and a frame, all in float32 until the sensor."""

import cv2
import numpy as np

from hwsim.sights.arrays import Picture, as_bytes, floats


def room(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """A hall behind the phone: soft patches, edges of things, no code."""
    width, height = size
    patches = rng.uniform(30, 200, (5, 8, 3)).astype(np.float32)
    frame = cv2.resize(patches, size, interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        far = (x + int(rng.integers(20, 260)), y + int(rng.integers(20, 260)))
        colour = [float(one) for one in rng.uniform(20, 230, 3)]
        cv2.rectangle(frame, (x, y), far, colour, int(rng.integers(-1, 6)) or 1)
    return cv2.GaussianBlur(frame, (0, 0), 2.5)


def dimmed(screen: Picture, contrast: float) -> Picture:
    """``contrast`` about mid-grey."""
    return (screen.astype(np.float32) - 127.5) * contrast + 127.5


def laid(frame: Picture, flat: Picture, turn: Picture) -> Picture:
    """The screen in the frame; drawn at twice the size and averaged, as lenses do."""
    height, width = frame.shape[:2]
    corners = floats(
        [[0, 0], [flat.shape[1], 0], [flat.shape[1], flat.shape[0]], [0, flat.shape[0]]]
    )
    seen = cv2.perspectiveTransform(corners[None], turn)[0]
    low = np.maximum(np.floor(seen.min(0)) - 2, 0).astype(int)
    high = np.minimum(np.ceil(seen.max(0)) + 2, [width, height]).astype(int)
    if (high <= low).any():
        return frame
    twice = floats([[2, 0, -2 * low[0]], [0, 2, -2 * low[1]], [0, 0, 1]]) @ turn
    size = (int(2 * (high[0] - low[0])), int(2 * (high[1] - low[1])))
    over = cv2.warpPerspective(flat, twice, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones(flat.shape[:2], np.float32), twice, size)
    half = (size[0] // 2, size[1] // 2)
    over = cv2.resize(over, half, interpolation=cv2.INTER_AREA)
    part = cv2.resize(mask, half, interpolation=cv2.INTER_AREA)[:, :, None]
    there = frame[low[1] : high[1], low[0] : high[0]]
    there[:] = there * (1 - part) + over * part
    return frame


def moire(
    frame: Picture, where: Picture, grating: tuple[float, float], rng: np.random.Generator
) -> None:
    """Two slightly curved gratings over the code; ``grating``: amplitude, period in pixels."""
    strength, period = grating
    there, xs, ys = _around(frame, where, 1.3)
    if there is None:
        return
    pattern = np.ones_like(xs)
    for bend in (0.0, 90.0):
        angle = np.deg2rad(rng.uniform(-25, 25) + bend)
        along = xs * np.cos(angle) + ys * np.sin(angle)
        curve = 0.00035 * (xs * np.sin(angle) - ys * np.cos(angle)) ** 2 * rng.uniform(-1, 1)
        phase = rng.uniform(0, 6.28)
        pattern *= 1 + strength * np.sin(2 * np.pi * (along + curve) / period + phase)
    there[:] = there * pattern[:, :, None]


def glare(frame: Picture, where: Picture, strength: float, rng: np.random.Generator) -> None:
    """A lamp's reflection on the glass, and a veil over all of it."""
    there, xs, ys = _around(frame, where, 1.6)
    if there is None:
        return
    size = float(np.ptp(where[:, 0]))
    x, y = where.mean(0) + rng.uniform(-0.5, 0.5, 2) * size
    wide, tall = rng.uniform(0.12, 0.5, 2) * size
    blob = np.exp(-(((xs - x) / wide) ** 2 + ((ys - y) / tall) ** 2))
    there += (255 * strength * (blob + 0.12))[:, :, None].astype(np.float32)


def _around(frame: Picture, where: Picture, grow: float) -> tuple[Picture | None, Picture, Picture]:
    height, width = frame.shape[:2]
    middle = where.mean(0)
    low = np.floor((where.min(0) - middle) * grow + middle)
    high = np.ceil((where.max(0) - middle) * grow + middle)
    x0, y0 = (int(max(0, one)) for one in low)
    x1, y1 = int(min(width, high[0])), int(min(height, high[1]))
    if x1 <= x0 or y1 <= y0:
        return None, floats([]), floats([])
    ys, xs = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    return frame[y0:y1, x0:x1], xs, ys


def blurred(frame: Picture, motion: tuple[float, float], defocus: float) -> Picture:
    """``motion``: pixels, and degrees of its direction."""
    length, angle = motion
    if length >= 1:
        side = int(np.ceil(length)) | 1
        kernel = np.zeros((side + 2, side + 2), np.float32)
        middle = (side + 1) / 2
        step = np.deg2rad(angle)
        for at in np.linspace(-length / 2, length / 2, 4 * side):
            x, y = middle + at * np.cos(step), middle + at * np.sin(step)
            kernel[round(y), round(x)] += 1
        frame = cv2.filter2D(frame, -1, kernel / kernel.sum())
    return cv2.GaussianBlur(frame, (0, 0), max(0.1, defocus))


def sensed(frame: Picture, noise: float, jpeg: int, rng: np.random.Generator) -> Picture:
    """Noise that grows with light, eight bits, JPEG."""
    height, width = frame.shape[:2]
    grain = rng.standard_normal((height, width), np.float32)[:, :, None]
    frame = frame + grain * (noise * (0.6 + np.maximum(frame, 0) / 320))
    _, coded = cv2.imencode(".jpg", as_bytes(frame), [cv2.IMWRITE_JPEG_QUALITY, jpeg])
    back = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return as_bytes(frame) if back is None else back
