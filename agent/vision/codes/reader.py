"""Codes in one picture, the cheapest way first, within a bound of time.

1. zxing-cpp as fast as it goes; most pictures end here, and so do most that show no code.
2. A code that was seen but not read: a net over it (grid.py).
3. Textured regions, enlarged: zxing-cpp needs 2.5 pixels a module, twice the size moves that to 2.
   Without moire and sharpened; then by its finder patterns alone (finders.py, plane.py); of
   photos also as it is, sharpened more and softened.  A code that is seen now gets its net.
4. Of photos, for which there is more time: small ones as a whole, enlarged; dark ones stretched;
   large ones made smaller.

Where all that fails, a code that was seen a moment ago is followed to where it is now.

No text is ever guessed: what is told passed the code's own error correction.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import cv2
import numpy as np

from agent.vision.codes.equal import equalised
from agent.vision.codes.finders import Finder, finders
from agent.vision.codes.grid import LARGEST, Net, Strengths, corrected, decoded
from agent.vision.codes.moire import without_moire
from agent.vision.codes.plane import ALIKE, FAINT, Plane, followed, planes, refined
from agent.vision.codes.regions import Region, around, textured
from agent.vision.codes.sharper import CLEAN, sharper
from agent.vision.codes.symbols import Symbol, scan
from agent.vision.found import Corners, FoundCode
from agent.vision.pictures import Picture

FRAME_S, PHOTO_S = 0.05, 0.25
"""Seconds of processor time for a frame of a camera, and for a photo."""

MOST_PIXELS = 2_100_000  # of one call; a full HD frame.  Larger pictures are made smaller first
LEAST_SIDE = 10  # pixels of a picture that can hold a code
LEAST_AREA = 400.0  # pixels of a code that can be read at all
SEEN = 2  # codes that were seen but not read, in each look
NETS = (Net(reach=2), Net(reach=3))
ENLARGED = 360_000  # pixels that a region is enlarged to
VGA = 640 * 480  # pixels: no camera of a gate gives fewer, most photos of old phones do
AROUND = 0.3  # of a code's size: what is looked at beside it
SMALL = 160_000  # pixels: a picture that is enlarged as a whole
DARK = 96  # grey levels between the darkest and the brightest hundredth: little light

NOWHERE = Region(0, 0, 0, 0)

Way = Callable[[Picture], Picture]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Strengths of a code that could not be read, for another frame to add to."""

    strengths: Strengths
    corners: Corners

    @property
    def version(self) -> int:
        return (len(self.strengths) - 17) // 4

    def placed(self, at: Region, scale: float) -> "Attempt":
        a, b, c, d = ((x * scale + at.x, y * scale + at.y) for x, y in self.corners)
        return replace(self, corners=(a, b, c, d))


class CodeReader:
    """For one thread.  ``budget_s``: of processor time; what has begun is ended."""

    def __init__(self, budget_s: float = FRAME_S) -> None:
        self._budget_s = budget_s
        self._ends = 0.0
        self._hurried = False  # a frame of a camera: the next comes at once
        self.attempts: list[Attempt] = []  # of the last picture

    def read(
        self, picture: Picture, near: Region | None = None, seen: Attempt | None = None
    ) -> list[FoundCode]:
        """All that the first look reads; of those that are hard to read the first that is.

        ``near``: where a code was a moment ago; ``seen``: one that was not read.
        """
        self.attempts = []
        self._ends = time.thread_time() + self._budget_s
        grey, scale = _grey(picture)
        if min(grey.shape[:2], default=0) < LEAST_SIDE:
            return []
        self._hurried = self._budget_s <= FRAME_S and grey.size > VGA
        hints = [] if near is None else [near.scaled(1 / scale)]
        found = self._read(grey, hints)
        if not found and not self.attempts and seen is not None and self._time:
            found = self._again(grey, seen.placed(NOWHERE, 1 / scale))
        self.attempts = [one.placed(NOWHERE, scale) for one in self.attempts]
        return [_scaled(one, scale).found() for one in found]

    def _read(self, grey: Picture, hints: Sequence[Region]) -> list[Symbol]:
        found = self._first(grey)
        if found:
            return found
        for region in (*hints, *self._worthwhile(grey)):
            part = region.of(grey)
            if not self._time or min(part.shape) < LEAST_SIDE:
                continue
            with self._placed(region):
                found = self._part(part, region.degrees)
            if found:
                return [_moved(one, region) for one in found]
        for other, factor in () if self._hurried else _others(grey):
            if not self._time:
                break
            found = self._first(other)
            if found:
                return [_scaled(one, factor) for one in found]
        return []

    def _worthwhile(self, grey: Picture) -> list[Region]:
        """Of a frame the likeliest alone, and if it looks like a code."""
        if self._hurried:
            return [one for one in textured(grey, 1) if one.compact]
        return textured(grey)

    @property
    def _time(self) -> bool:
        return time.thread_time() < self._ends

    def _first(self, grey: Picture) -> list[Symbol]:
        symbols = scan(grey)
        found = [one for one in symbols if one.payload is not None]
        failed = [one for one in symbols if one.payload is None and _area(one) >= LEAST_AREA]
        for one in sorted(failed, key=lambda one: -_area(one))[:SEEN]:
            if any(_within(one, other) for other in found):
                continue
            netted = self._netted(grey, one)
            if netted is not None:
                found.append(netted)
        return found

    def _netted(self, grey: Picture, seen: Symbol) -> Symbol | None:
        if not 0 < seen.modules <= LARGEST or not self._time:
            return None
        region = around(seen.corners, grey, AROUND)
        part = region.of(grey)
        corners = _moved(seen, Region(-region.x, -region.y, 0, 0)).corners
        with self._placed(region):
            plane = refined(part, corners, (seen.modules - 17) // 4)
            found = self._filtered(part, plane)
        for net in () if self._hurried else NETS:
            if found is not None or not self._time:
                break
            found = decoded(net.strengths(part, corners, seen.modules), corners)
        return None if found is None else _moved(found, region)

    def _filtered(self, part: Picture, plane: Plane) -> Symbol | None:
        strengths = self._note(part, plane)
        found = corrected(strengths, plane.corners)
        if found is not None:
            self.attempts.clear()
        return found

    def _note(self, part: Picture, plane: Plane) -> Strengths:
        strengths = equalised(part, plane.corners, plane.version)
        self.attempts.append(Attempt(strengths, plane.corners))
        return strengths

    def _part(self, part: Picture, degrees: float) -> list[Symbol]:
        part = without_moire(part)
        patterns = finders(part, degrees)
        upright = _inverted(part) if patterns and patterns[0].bright else part
        found = self._enlarged(upright, WAYS[:1])
        if not found and self._time:
            found = self._alike(upright, patterns)
        return found or self._enlarged(upright, () if self._hurried else WAYS[1:])

    def _alike(self, part: Picture, patterns: Sequence[Finder]) -> list[Symbol]:
        for plane in planes(part, patterns):
            if plane.alike < ALIKE:
                self._note(part, plane)
                break  # the likeliest that are left
            found = self._filtered(part, plane)
            if found is not None:
                return [found]
        return []

    def _again(self, grey: Picture, seen: Attempt) -> list[Symbol]:
        region = around(seen.corners, grey, AROUND)
        part = region.of(grey)
        if min(part.shape) < LEAST_SIDE:
            return []
        part = without_moire(part)
        before = seen.placed(Region(-region.x, -region.y, 0, 0), 1).corners
        with self._placed(region):
            plane = followed(part, before, seen.version)
            found = self._filtered(part, plane) if plane.alike >= FAINT else None
        return [] if found is None else [_moved(found, region)]

    def _enlarged(self, upright: Picture, ways: Sequence[Way]) -> list[Symbol]:
        factor = min(3.0, max(1.5, (ENLARGED / max(1, upright.size)) ** 0.5))
        for way in ways:
            if not self._time:
                return []
            better = way(upright)
            large = cv2.resize(better, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
            with self._placed(NOWHERE, 1 / factor):
                found = self._first(np.asarray(large, np.uint8))
            if found:
                return [_scaled(one, 1 / factor) for one in found]
        return []

    @contextmanager
    def _placed(self, at: Region, scale: float = 1.0) -> Iterator[None]:
        """What is noted meanwhile has its corners in a part of the picture, or in a larger one."""
        before = len(self.attempts)
        yield
        self.attempts[before:] = [one.placed(at, scale) for one in self.attempts[before:]]


def _grey(picture: Picture) -> tuple[Picture, float]:
    """And by what corners must be multiplied afterwards."""
    if not picture.size:
        return np.zeros((0, 0), np.uint8), 1.0
    grey = _one_channel(picture)
    pixels = grey.shape[0] * grey.shape[1]
    if pixels <= MOST_PIXELS:
        return np.asarray(grey, np.uint8), 1.0
    share = (MOST_PIXELS / pixels) ** 0.5
    smaller = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.uint8), 1 / share


def _one_channel(picture: Picture) -> Picture:
    if len(picture.shape) == 2:
        return picture
    if picture.shape[2] < 3:
        return np.ascontiguousarray(picture[:, :, 0])
    return np.asarray(cv2.cvtColor(picture[:, :, :3], cv2.COLOR_BGR2GRAY), np.uint8)


def _others(grey: Picture) -> Iterator[tuple[Picture, float]]:
    """Other pictures of the same, and what brings their corners back."""
    low, high = np.percentile(grey[::4, ::4], (1, 99))
    if high - low < DARK:
        yield _bytes((grey.astype(np.float32) - low) * (255 / max(8.0, high - low))), 1.0
    if grey.size <= SMALL:
        twice = np.asarray(
            cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8
        )
        yield twice, 0.5
        yield _softened(twice), 0.5
    else:
        yield _half(grey), 2.0
    yield _inverted(grey), 1.0


def _half(grey: Picture) -> Picture:
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.uint8)


def _bytes(of: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Picture:
    return np.asarray(np.clip(of, 0, 255), np.uint8)


def _as_it_is(grey: Picture) -> Picture:
    return grey


def _clean(grey: Picture) -> Picture:
    return sharper(grey, CLEAN)


def _softened(grey: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.9), np.uint8)


WAYS = (sharper, _clean, _as_it_is, _softened)


def _inverted(part: Picture) -> Picture:
    return np.asarray(255 - part, np.uint8)


def _area(one: Symbol) -> float:
    return float(cv2.contourArea(np.asarray(one.corners, np.float32)))


def _within(one: Symbol, other: Symbol) -> bool:
    """The middle of ``one`` lies in ``other``: parts of a code that was read."""
    x, y = np.asarray(one.corners).mean(0)
    outline = np.asarray(other.corners, np.float32)
    return cv2.pointPolygonTest(outline, (float(x), float(y)), measureDist=False) >= 0


def _scaled(one: Symbol, factor: float) -> Symbol:
    if factor == 1.0:
        return one
    a, b, c, d = ((x * factor, y * factor) for x, y in one.corners)
    return replace(one, corners=(a, b, c, d))


def _moved(one: Symbol, by: Region) -> Symbol:
    a, b, c, d = ((x + by.x, y + by.y) for x, y in one.corners)
    return replace(one, corners=(a, b, c, d))
