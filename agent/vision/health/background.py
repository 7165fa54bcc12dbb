"""What always stands before a camera: the edges that stay.

Light changes and vehicles pass, walls and kerbs do not.  Edges are told by how far they stand out
from what is around them, so that a wall in the shade has as many as one in the sun; those that were
there most of the time are the background.  A vehicle, even a parked lorry, hides a part of it, and
a camera that was turned finds it nowhere.
"""

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision.health.measures import slopes
from agent.vision.pictures import Picture

LEARN: Final = 40  # looks, before anything is said
REMEMBER: Final = 300  # looks: shadows wander across a picture in hours, not in minutes
AROUND: Final = (15, 15)  # pixels of a thumbnail
STANDS_OUT: Final = 1.5  # times the mean slope around
LEAST_SLOPE: Final = 10  # grey levels: less is noise
MOSTLY: Final = 0.5  # of the time
CELLS: Final = (3, 4)  # rows and columns that are judged one by one
LEAST_EDGE: Final = 12  # pixels of background in a cell, to judge it
SAME: Final = 0.5  # agreement beyond chance, 0 to 1; drawn scenes in rain have 0.6 and more
FITS: Final = 0.5  # of the cells, at least: then what is new among them may be learned
FEW: Final = 3  # cells that can be judged, at least
_NEAR: Final = np.ones((3, 3), np.uint8)  # a pole in the wind moves a camera by a pixel

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


class Background:
    """Of one camera in one kind of light.  ``look`` about once a second, always the same size.

    Upright and level edges are judged apart: a camera that is turned to the side still finds the
    level ones where they were.
    """

    def __init__(self) -> None:
        self._kinds = (_Edges(), _Edges())

    def look(self, thumb: Picture) -> float | None:
        """The share of cells that still show what they did, 0 to 1; None while it learns, and
        where too little can be seen.  What does not fit is not learned."""
        upright, level = edges_of(thumb)
        told = [kind.look(edges) for kind, edges in zip(self._kinds, (upright, level), strict=True)]
        return min((fits for fits in told if fits is not None), default=None)


class _Edges:
    """Those of one direction."""

    def __init__(self) -> None:
        self._often: Floats | None = None
        self._looks = 0

    def look(self, edges: Flags) -> float | None:
        if self._often is None:
            self._often = np.zeros(edges.shape, np.float32)
        fits = _fits(self._often > MOSTLY, edges) if self._looks >= LEARN else None
        if self._looks < LEARN or (fits is not None and fits >= FITS):
            self._looks = min(self._looks + 1, REMEMBER)
            self._often += (edges.astype(np.float32) - self._often) / self._looks
        return fits


def edges_of(thumb: Picture) -> tuple[Flags, Flags]:
    """Upright ones and level ones."""
    smooth = np.asarray(cv2.blur(thumb, (2, 2)), np.uint8)
    across, down = slopes(smooth)
    slope = cv2.add(across, down)
    stands: Flags = (slope > cv2.blur(slope, AROUND, None) * STANDS_OUT) & (slope >= LEAST_SLOPE)
    return stands & (across >= down), stands & (across < down)


def _fits(stays: Flags, edges: Flags) -> float | None:
    if np.count_nonzero(edges) < np.count_nonzero(stays) / 4:  # fog, darkness
        return None
    near: Flags = cv2.dilate(edges.astype(np.uint8), _NEAR).astype(np.bool_)
    cells = [
        _agreement(one, other) >= SAME
        for one, other in zip(_cells(stays), _cells(near), strict=True)
        if np.count_nonzero(one) >= LEAST_EDGE
    ]
    return sum(cells) / len(cells) if len(cells) >= FEW else None


def _agreement(stays: Flags, near: Flags) -> float:
    """How many of the edges are found again, beyond what chance finds (Cohen's kappa)."""
    found, chance = float(near[stays].mean()), float(near.mean())
    return (found - chance) / (1 - chance) if chance < 1 else 0.0


def _cells(flags: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    rows = np.array_split(flags, CELLS[0], axis=0)
    return [cell for row in rows for cell in np.array_split(row, CELLS[1], axis=1)]
