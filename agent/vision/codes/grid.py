"""Reads the modules of a code that was seen but not read: bent cloth, blur, too few pixels.

The code is set straight by its four corners, eight pixels a module, and then a net is laid over it
whose knots may give: from the three finder patterns inward each knot moves to where the modules
around it are darkest and brightest, near where its neighbours stand.  What the net finds is a
strength for each module, below 0 dark; strengths of several frames of the same code can be added.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision.codes.soft import repaired
from agent.vision.codes.symbols import Symbol, pure
from agent.vision.found import Corners
from agent.vision.pictures import Picture

Strengths = npt.NDArray[np.float32]
"""Modules x modules, -1 dark to 1 bright."""

PX = 8  # a module
MARGIN = 4  # modules around the code
AROUND = 5  # modules on a side that a knot looks at
STEP = 2  # modules between two knots
TIE = 0.012  # how much a knot minds a pixel away from its neighbours
FOLLOW = 0.7  # how far it goes where it wants to
LEAST_CONTRAST = 12.0  # grey levels; less is noise
LEVELS = (0.0, 0.12, -0.12, 0.25, -0.25, 0.4)  # strength below which a module is dark
LARGEST = 57  # modules; version 10.  Beyond, a net costs more than another frame


@dataclass(frozen=True, slots=True)
class Net:
    """``reach``: pixels that a knot may move away from its neighbours."""

    reach: int = 2

    def strengths(self, grey: Picture, corners: Corners, modules: int) -> Strengths:
        flat = _straight(grey, corners, modules)
        light = _lighting(flat)
        down, right = self._moved(light, modules)
        middles = np.arange(MARGIN, MARGIN + modules, dtype=np.float32) * PX + PX / 2 - 0.5
        ys, xs = np.meshgrid(middles, middles, indexing="ij")
        return _floats(cv2.remap(light, _floats(xs + right), _floats(ys + down), cv2.INTER_LINEAR))

    def _moved(self, light: Strengths, modules: int) -> tuple[Strengths, Strengths]:
        """How far each module lies from where a flat code would have it, in pixels."""
        clear = _clearness(light, modules + 2 * MARGIN)
        places = [*range(MARGIN + 2, MARGIN + modules - 3, STEP), MARGIN + modules - 3]
        moves = np.zeros((len(places), len(places), 2), np.float32)
        known = np.zeros((len(places), len(places)), bool)
        penalty = _penalty(self.reach)
        for row, column in _inward(len(places)):
            around = np.s_[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
            near = known[around]
            hope = moves[around][near].mean(0) if near.any() else np.zeros(2, np.float32)
            wish = self._wish(clear, (places[row], places[column]), hope, penalty)
            moves[row, column] = wish * FOLLOW + hope * (1 - FOLLOW) if near.any() else wish
            known[row, column] = True
        return _between(moves[..., 0], places, modules), _between(moves[..., 1], places, modules)

    def _wish(
        self, clear: Strengths, place: tuple[int, int], hope: Strengths, penalty: Strengths
    ) -> Strengths:
        side = clear.shape[0]
        y, x = (at * PX + PX // 2 + round(float(by)) for at, by in zip(place, hope, strict=True))
        low, high = self.reach, side - self.reach - 1
        y, x = min(high, max(low, y)), min(high, max(low, x))
        reach = self.reach
        window = clear[y - reach : y + reach + 1, x - reach : x + reach + 1] - penalty
        up, left = divmod(int(window.argmax()), 2 * reach + 1)
        found = (
            y + up - reach - place[0] * PX - PX // 2,
            x + left - reach - place[1] * PX - PX // 2,
        )
        return _floats(found)


def decoded(strengths: Strengths, corners: Corners) -> Symbol | None:
    """Read by zxing-cpp from a clean drawing; its error correction is the judge, or ours that
    knows which modules were clear.

    Light that runs over makes dark modules thin, and shade makes them fat: hence several levels.
    """
    before: list[bytes] = []
    for level in LEVELS:
        dark = strengths < level
        if dark.tobytes() not in before:
            before.append(dark.tobytes())
            symbol = _drawn(dark, corners)
            if symbol is not None:
                return symbol
    whole = repaired(strengths)
    return None if whole is None else _drawn(whole, corners)


def corrected(strengths: Strengths, corners: Corners) -> Symbol | None:
    """As ``decoded``, for strengths that need no other level."""
    whole = repaired(strengths)
    return None if whole is None else _drawn(whole, corners)


def _drawn(dark: npt.NDArray[np.bool_], corners: Corners) -> Symbol | None:
    bits = np.where(dark, 0, 255).astype(np.uint8)
    framed = cv2.copyMakeBorder(bits, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=255)
    clean = cv2.resize(framed, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
    symbol = pure(np.asarray(clean, np.uint8))
    if symbol is None or symbol.payload is None:
        return None
    return Symbol(symbol.payload, corners, len(dark))


def _floats(of: npt.ArrayLike) -> Strengths:
    return np.asarray(of, np.float32)


def _straight(grey: Picture, corners: Corners, modules: int) -> Strengths:
    side = (modules + 2 * MARGIN) * PX
    low, high = MARGIN * PX, (MARGIN + modules) * PX
    to = _floats([[low, low], [high, low], [high, high], [low, high]])
    turn = cv2.getPerspectiveTransform(_floats(corners), to)
    flat = cv2.warpPerspective(
        grey, turn, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return _floats(flat)


def _lighting(flat: Strengths) -> Strengths:
    """-1 as dark as its surroundings get, 1 as bright: the same in sun, shade and glare."""
    smooth = cv2.GaussianBlur(flat, (0, 0), 0.18 * PX)
    wide = 8 * PX + 1
    middle = cv2.resize(
        cv2.boxFilter(flat, -1, (4, 4)), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA
    )
    quarter = wide // 4 | 1
    kernel = np.ones((quarter, quarter), np.uint8)
    low = cv2.blur(cv2.erode(middle, kernel), (quarter, quarter))
    high = cv2.blur(cv2.dilate(middle, kernel), (quarter, quarter))
    size = (flat.shape[1], flat.shape[0])
    low, high = cv2.resize(low, size), cv2.resize(high, size)
    return _floats((smooth - (low + high) / 2) / np.maximum(high - low, LEAST_CONTRAST) * 2)


def _clearness(light: Strengths, side: int) -> Strengths:
    """At each pixel: were it the middle of a module, how clear the modules around would be."""
    clear = np.minimum(np.abs(light), 1)
    phases = clear.reshape(side, PX, side, PX).transpose(0, 2, 1, 3).reshape(side, side, PX * PX)
    mean = cv2.boxFilter(
        np.ascontiguousarray(phases), -1, (AROUND, AROUND), borderType=cv2.BORDER_REFLECT
    )
    back = _floats(mean).reshape(side, side, PX, PX).transpose(0, 2, 1, 3)
    return _floats(back.reshape(side * PX, side * PX))


def _penalty(reach: int) -> Strengths:
    away = np.arange(-reach, reach + 1, dtype=np.float32) ** 2
    return _floats(TIE * (away[:, None] + away[None, :]))


def _inward(count: int) -> list[tuple[int, int]]:
    """Knots by how near they are to one of the three finder patterns."""
    last = count - 1
    finders = ((0, 0), (0, last), (last, 0))

    def away(knot: tuple[int, int]) -> int:
        return min((knot[0] - y) ** 2 + (knot[1] - x) ** 2 for y, x in finders)

    return sorted(((row, column) for row in range(count) for column in range(count)), key=away)


def _between(moves: Strengths, places: list[int], modules: int) -> Strengths:
    """From knots to modules."""
    smooth = cv2.blur(moves, (3, 3), borderType=cv2.BORDER_REPLICATE)
    at = np.interp(np.arange(MARGIN, MARGIN + modules), places, np.arange(len(places)))
    xs, ys = np.meshgrid(_floats(at), _floats(at))
    return _floats(cv2.remap(smooth, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
