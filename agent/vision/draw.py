"""What was seen, drawn on a copy of the picture.

Corners are where they were found, a dot at the first of them.  Plates have their own colour, codes
are magenta; what nobody is sure of has a broken line.  What stands in a code is anybody's text, so
of it a short printable beginning is drawn, with its length and hash.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision.found import Corners, FoundCode, FoundPlate
from agent.vision.pictures import Picture

Ink = tuple[int, int, int]
"""Blue, green, red."""

PLATE_INKS: dict[str, Ink] = {
    "blue": (255, 128, 32),
    "yellow": (0, 215, 255),
    "green": (96, 220, 64),
    "white": (255, 255, 255),
    "black": (64, 64, 64),
}
CODE_INK: Ink = (255, 64, 255)
PAPER: Ink = (24, 24, 24)
PEN: Ink = (255, 255, 255)
ROOMY = 320  # pixels across: what is smaller is enlarged, or its label would hide it
MOST_TEXT = 24  # characters of a code
QUALITY = 85  # of JPEG
GAP = 4  # pixels around a label
FAR = 30_000  # pixels: more than any picture is wide
MOST_DASHES = 400

Points = npt.NDArray[Any]
"""Points or one of them, x and y last."""


def draw(
    picture: Picture, plates: Sequence[FoundPlate], codes: Sequence[FoundCode] = ()
) -> Picture:
    """A copy in blue, green, red, enlarged by a whole factor if it is small."""
    times = max(1, -(-ROOMY // picture.shape[1]))
    paper = _paper(picture, times)
    for code in codes:
        _outline(paper, _scaled(code.corners, times), CODE_INK, broken=False)
    for plate in plates:
        broken = plate.unsure or plate.text is None
        _outline(paper, _scaled(plate.corners, times), PLATE_INKS[plate.colour], broken=broken)
    for code in codes:
        _label(paper, _scaled(code.corners, times), code_label(code), CODE_INK)
    for plate in plates:
        _label(paper, _scaled(plate.corners, times), plate_label(plate), PLATE_INKS[plate.colour])
    return paper


def small(picture: Picture, width: int) -> bytes:
    """JPEG, at most ``width`` pixels across, for previews."""
    height, across = picture.shape[:2]
    if across > width:
        size = (width, max(1, round(height * width / across)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return jpeg(picture)


def jpeg(picture: Picture) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise ValueError(f"no JPEG of a picture of {picture.shape}")
    return data.tobytes()


def plate_label(plate: FoundPlate) -> str:
    if plate.text is None:
        return "?"
    return f"{plate.text}{'?' if plate.unsure else ''} {plate.confidence:.0%}"


def code_label(code: FoundCode) -> str:
    """Length, hash, and a beginning in printable ASCII."""
    begins = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in code.payload[:MOST_TEXT])
    more = "…" if len(code.payload) > MOST_TEXT else ""
    return f"{len(code.payload)} B {sha256(code.payload).hexdigest()[:8]} {begins}{more}".rstrip()


def _paper(picture: Picture, times: int) -> Picture:
    colour = picture if picture.ndim == 3 else cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    return np.ascontiguousarray(colour.repeat(times, axis=0).repeat(times, axis=1), np.uint8)


def _scaled(corners: Corners, times: int) -> Points:
    """In whole pixels.  Far outside is as good as a little outside, and fits OpenCV's numbers."""
    quad: Points = np.clip(np.asarray(corners) * times, -FAR, FAR).round().astype(np.int32)
    return quad


def _outline(paper: Picture, quad: Points, ink: Ink, *, broken: bool) -> None:
    thick = max(2, round(_letter(paper) / 10))
    for begin, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        for one, other in _dashes(begin, end, 6 * thick) if broken else [(begin, end)]:
            cv2.line(paper, _at(one), _at(other), PAPER, thick + 2, cv2.LINE_AA)
            cv2.line(paper, _at(one), _at(other), ink, thick, cv2.LINE_AA)
    cv2.circle(paper, _at(quad[0]), 2 * thick + 1, ink, cv2.FILLED, cv2.LINE_AA)


def _dashes(begin: Points, end: Points, length: int) -> Iterator[tuple[Points, Points]]:
    """Every second piece; at most as many as an edge of a large picture has."""
    pieces = int(min(MOST_DASHES, max(1.0, np.hypot(*(end - begin)) / length))) | 1
    at = begin + np.linspace(0, 1, pieces + 1)[:, None] * (end - begin)
    yield from zip(at[:-1:2], at[1::2], strict=True)


def _label(paper: Picture, quad: Points, text: str, ink: Ink) -> None:
    """Above the outline; below where there is no room; somewhere in the picture in any case."""
    letter, (high, wide) = _letter(paper), paper.shape[:2]
    _, _, across, deep = cv2.getTextSize((0, 0), text, (0, 0), _font(), letter)
    left = int(np.clip(quad[:, 0].min(), 0, max(0, wide - across - GAP)))
    bottom = quad[:, 1].min() - GAP
    if bottom < deep + GAP:
        bottom = quad[:, 1].max() + deep + 3 * GAP
    bottom = int(np.clip(bottom, deep + GAP, high))
    cv2.rectangle(paper, (left, bottom - deep - GAP), (left + across + GAP, bottom), PAPER, -1)
    cv2.line(paper, (left, bottom), (left + across + GAP, bottom), ink, 2)
    cv2.putText(paper, text, (left + 2, bottom - GAP - letter // 8), PEN, _font(), letter)


def _letter(paper: Picture) -> int:
    """How high letters are, in pixels."""
    high, wide = paper.shape[:2]
    return max(14, min(int(high), int(wide)) // 32)


def _at(point: Points) -> tuple[int, int]:
    return (round(float(point[0])), round(float(point[1])))


@cache
def _font() -> cv2.FontFace:
    """OpenCV's own, which has Chinese since its version 5; unpacked once, 9 MB."""
    return cv2.FontFace("sans")
