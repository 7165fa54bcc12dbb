"""What is found in a picture.

Corners are top-left, top-right, bottom-right, bottom-left as the thing is read, in pixels of the
picture, x to the right and y down; they may lie a little outside it.
"""

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]

Colour = Literal["blue", "yellow", "green", "white", "black"]

Kind = Literal["single-row", "double-row", "new-energy", "paper"]


@dataclass(frozen=True, slots=True)
class FoundCode:
    """``payload`` is what stands in it, any bytes at all: data, never text to trust."""

    payload: bytes
    corners: Corners
    format: str = "QRCode"


@dataclass(frozen=True, slots=True)
class Guess:
    """One place of a plate: what may stand there, likeliest first, probabilities of 0 to 1."""

    options: tuple[tuple[str, float], ...]

    @property
    def best(self) -> str:
        return self.options[0][0]

    @property
    def sure(self) -> float:
        return self.options[0][1]


@dataclass(frozen=True, slots=True)
class FoundPlate:
    """``text`` None: a plate is there, and what stands on it cannot be told.

    ``unsure``: ``text`` is the likeliest reading, and nobody should open a gate for it.
    ``confidence``: that all of ``text`` is right, 0 to 1.  ``guesses``: one per character of
    ``text``.  ``score``: that a plate is there at all, 0 to 1.
    """

    text: str | None
    colour: Colour
    kind: Kind
    confidence: float
    corners: Corners
    unsure: bool = False
    guesses: tuple[Guess, ...] = ()
    score: float = 1.0
