"""How far two outlines are the same thing."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from cli.bench.eyes.labels import Quad

SLACK = 8.0  # pixels
SAME = 0.5  # of intersection over union
Hull = npt.NDArray[np.float32]


def overlap(one: Quad, other: Quad) -> float:
    """Intersection over union, 0 to 1."""
    a, b = _hull(one), _hull(other)
    common, _ = cv2.intersectConvexConvex(a, b)
    whole = cv2.contourArea(a) + cv2.contourArea(b) - common
    return common / whole if whole > 0 else 0.0


def holds_centre(found: Quad, labelled: Quad) -> bool:
    """Whether the label's centre lies in what was found, or at most ``SLACK`` outside."""
    x, y = np.mean(np.asarray(labelled, np.float64), axis=0)
    return cv2.pointPolygonTest(_hull(found), (float(x), float(y)), measureDist=True) >= -SLACK


def pairs(found: Sequence[Quad], labelled: Sequence[Quad]) -> Iterator[tuple[int, int]]:
    """Which is which, each at most once, the best first."""
    ranked = sorted(
        (
            (overlap(one, other), i, j)
            for i, one in enumerate(found)
            for j, other in enumerate(labelled)
            if holds_centre(one, other)
        ),
        reverse=True,
    )
    taken_found, taken_labels = set[int](), set[int]()
    for _, i, j in ranked:
        if i not in taken_found and j not in taken_labels:
            taken_found.add(i)
            taken_labels.add(j)
            yield i, j


def _hull(quad: Quad) -> Hull:
    return np.asarray(cv2.convexHull(np.asarray(quad, np.float32)), np.float32)
