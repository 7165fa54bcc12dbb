"""Learns from what every code shows how this picture shows dark and bright modules.

Finder, timing and alignment patterns are known before anything is read: from them comes the filter
that best takes blur, motion and light out of this one code.  What it makes clear teaches it once
more.  The filter is linear, over samples half a module apart, two modules around.

Then the other way round: from what all modules are thought to be it is learned how much light each
spills to its neighbours, and that is taken away, a few times over.
"""

from math import isqrt
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from agent.vision.codes import layout
from agent.vision.codes.grid import Strengths
from agent.vision.found import Corners
from agent.vision.pictures import Picture

PX: Final = 4  # a module
MARGIN: Final = 4  # modules around the code
REACH: Final = 4  # half modules each way
TAPS: Final = (2 * REACH + 1) ** 2
LIGHT: Final = 6 * PX + 1  # pixels: what a place is compared with
LEAST_SPREAD: Final = 4.0  # grey levels; less is noise
STIFF: Final = 10.0  # how much the filter minds being another than a look at the middle
PLAIN: Final = 0.8  # of that look
SURER: Final = 1.5  # strengths before they teach
STIFF_ALL: Final = (STIFF * np.eye(TAPS + 1)).astype(np.float32)
STIFF_PLAIN: Final = STIFF_ALL[:, TAPS // 2 : TAPS // 2 + 1] * np.float32(PLAIN)

NEAR: Final = 2  # modules that light spills over
OWN: Final = (2 * NEAR + 1) ** 2 // 2  # among those around a module: itself
LOOKS: Final = [(REACH + y) * (2 * REACH + 1) + REACH + x for y in (-1, 0, 1) for x in (-1, 0, 1)]
ROUNDS: Final = 4
STIFF_SPILL: Final = np.eye((2 * NEAR + 1) ** 2 + 1, dtype=np.float32)
STIFF_NOISE: Final = np.float32(1e-3) * np.eye(len(LOOKS), dtype=np.float32)
NOTHING: Final = np.empty((0, 0), np.float32)
TINY: Final = 1e-6

Known = npt.NDArray[np.bool_]


def equalised(grey: Picture, corners: Corners, version: int) -> Strengths:
    """Strengths of the modules; ``corners``: right to within a third of a module."""
    samples = _samples(_straight(grey, corners, 17 + 4 * version), 17 + 4 * version)
    there, dark = layout.fixed(version)
    known = there.ravel()
    shown = np.where(dark, -1, 1)[there].astype(np.float32)
    hoped = _through(samples, _learnt(samples[known], shown, np.ones_like(shown)))
    hoped = np.clip(hoped * SURER, -1, 1)
    hoped[known] = shown
    # every other module is enough, a checkerboard of them
    strengths = _through(samples, _learnt(samples[::2], np.sign(hoped[::2]), np.abs(hoped[::2])))
    looks = np.ascontiguousarray(samples[:, LOOKS])
    return _unspilt(looks, strengths, known, shown).reshape(there.shape)


def _unspilt(looks: Strengths, strengths: Strengths, known: Known, shown: Strengths) -> Strengths:
    """``looks``: modules x 9, in a module's middle and half a module around.

    As strong as before.
    """
    thought = np.clip(strengths * SURER, -1, 1)
    clear = strengths
    for _ in range(ROUNDS):
        thought[known] = shown
        around = _around(thought)
        square = cv2.gemm(around, around, 1, STIFF_SPILL, 1, flags=cv2.GEMM_1_T)
        spill = _solved(square, cv2.gemm(around, looks, 1, NOTHING, 0, flags=cv2.GEMM_1_T))
        rest = np.asarray(cv2.gemm(around, spill, -1, looks, 1), np.float32)
        noise = cv2.gemm(rest, rest, 1 / len(rest), STIFF_NOISE, 1, flags=cv2.GEMM_1_T)
        weights = _solved(noise, spill[OWN][:, None])[:, 0]
        clear = ((rest + thought[:, None] * spill[OWN]) * weights).sum(1)
        thought = (thought + np.tanh(clear)) / 2
    share = np.abs(strengths).mean() / max(TINY, float(np.abs(clear).mean()))
    return np.asarray(clear * share, np.float32)


def _around(thought: Strengths) -> Strengths:
    """Modules x 26: each with its 24 neighbours, and a one.  What is around a code is bright."""
    side = isqrt(len(thought))
    framed = np.pad(thought.reshape(side, side), NEAR, constant_values=1)
    windows = np.lib.stride_tricks.sliding_window_view(framed, (2 * NEAR + 1, 2 * NEAR + 1))
    ones = np.ones((len(thought), 1), np.float32)
    return np.concatenate([windows.reshape(len(thought), -1), ones], 1)


def _solved(square: MatLike, goal: MatLike) -> Strengths:
    return np.asarray(cv2.solve(square, goal, flags=cv2.DECOMP_CHOLESKY)[1], np.float32)


def _through(samples: Strengths, filter_: Strengths) -> Strengths:
    return np.asarray((samples * filter_[:, 0]).sum(1), np.float32)


def _learnt(samples: Strengths, signs: Strengths, trust: Strengths) -> Strengths:
    """Least squares, drawn towards a plain look at the module's middle.

    OpenCV's, because numpy's would wake a thread on each core for it.
    """
    weighted = samples * trust[:, None]
    square = cv2.gemm(weighted, samples, 1, STIFF_ALL, 1, flags=cv2.GEMM_1_T)
    goal = cv2.gemm(weighted, signs[:, None], 1, STIFF_PLAIN, 1, flags=cv2.GEMM_1_T)
    return _solved(square, goal)


def _straight(grey: Picture, corners: Corners, modules: int) -> Strengths:
    low, high = MARGIN * PX - 0.5, (MARGIN + modules) * PX - 0.5
    flat = np.asarray([[low, low], [high, low], [high, high], [low, high]], np.float32)
    turn = cv2.getPerspectiveTransform(np.asarray(corners, np.float32), flat)
    side = (modules + 2 * MARGIN) * PX
    way, edge = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
    seen = cv2.warpPerspective(grey, turn, (side, side), flags=way, borderMode=edge)
    return np.asarray(seen, np.float32)


def _samples(flat: Strengths, modules: int) -> Strengths:
    """Modules x taps and a one, in units of what surroundings differ by."""
    size = (LIGHT, LIGHT)
    mean = cv2.blur(flat, size)
    spread = np.sqrt(np.maximum(cv2.blur(flat * flat, size) - mean * mean, LEAST_SPREAD**2))
    light = cv2.blur((flat - mean) / spread, (PX // 2, PX // 2), anchor=(0, 0))
    half = light[PX // 2 - 1 :: PX // 2, PX // 2 - 1 :: PX // 2]
    first = 2 * MARGIN - REACH
    windows = np.lib.stride_tricks.sliding_window_view(half, (2 * REACH + 1, 2 * REACH + 1))
    chosen = windows[first::2, first::2][:modules, :modules].reshape(modules * modules, TAPS)
    return np.concatenate([chosen, np.ones((len(chosen), 1), np.float32)], 1)
