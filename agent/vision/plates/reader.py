"""Plates in a picture: found, set straight, read; or told as unsure rather than guessed."""

from itertools import product

import cv2
import numpy as np

from agent.model import plates as grammar
from agent.vision.found import Corners, FoundPlate, Guess, Kind
from agent.vision.pictures import Picture
from agent.vision.plates import straight
from agent.vision.plates.network import Numbers, network
from agent.vision.plates.reading import Reader, Reading, together
from agent.vision.plates.spots import SURE, Finder, Spot

CLEAR = 0.97  # probability of a text that needs no second look
TRUSTED = 0.96  # of one that is told as sure
LEGIBLE = 0.10  # of one that is told at all
ABSENT = 0.9  # the reader's word that it is no plate, against a finder that is sure
DOUBTED = 0.3  # the same, where the finder is not
CERTAIN = 0.85  # the finder's score of a plate that need not be legible
TWO_ROWS = 0.5
FLAT = 2.5  # width by height: single rows are longer (440 by 140 mm), two rows are not (440 by 220)

MARGIN = (0.01, 0.025)  # shares of width and height: as the reader was trained, on average
SHIFTS = (
    (0.02, 0.05),
    (0.02, 0.1),
    (0.02, 0.15),
    (0.02, -0.06),
    (0.1, 0.0),
    (0.1, 0.08),
    (0.1, -0.06),
    (-0.05, 0.05),
)
"""Of two rows: how much larger, and how much lower, in shares of the plate's height."""
TILTS = (0.0, -0.1, 0.1)
"""And how much lower at the left, higher at the right: finders see the frame of a tilted plate."""
AROUND = ((0.025, 0.07), (-0.01, -0.02), (0.01, 0.0))
"""Cuts that are read beside the first where it was not clear."""


class PlateReader:
    """For one thread.  The weights are shared by all of a process."""

    def __init__(self) -> None:
        self._finder = Finder(network("finder"))
        self._reader = Reader(network("reader"))

    def look(self, picture: Picture) -> list[FoundPlate]:
        """All plates of a whole picture, likeliest first."""
        if min(picture.shape[:2]) < 16:
            return []
        picture = _in_colour(picture)
        found = []
        for spot in self._finder.find(picture):
            reading, two_rows = self._read(picture, spot)
            if _is_plate(spot, reading):
                found.append(_told(spot.corners, spot.score, reading, two_rows=two_rows))
        return found

    def crop(self, picture: Picture) -> FoundPlate:
        """The whole picture is one plate, cut out by somebody."""
        picture = _in_colour(picture)
        corners = straight.whole(picture)
        spot = Spot(corners, 1.0, 0.5, 0.0)
        reading, two_rows = self._read(picture, spot)
        if not two_rows:
            corners = straight.inside(straight.grown(corners, *MARGIN), reading.corners)
        return _told(corners, 1.0, reading, two_rows=two_rows)

    def _read(self, picture: Picture, spot: Spot) -> tuple[Reading, bool]:
        """And whether it has two rows."""
        rows = [spot.two_rows > TWO_ROWS]
        if 0.1 < spot.two_rows < 0.9 and spot.aspect < FLAT:
            rows = [False, True]
        readings = [(self._several(picture, spot, two), two) for two in rows]
        return max(readings, key=lambda pair: _best(pair[0])[1])

    def _several(self, picture: Picture, spot: Spot, two_rows: bool) -> Reading:
        corners = spot.corners
        first_at = straight.grown(corners, *MARGIN)
        (first,) = self._reader.read([straight.cut(picture, first_at, two_rows=two_rows)])
        gone = ABSENT if spot.score >= SURE else DOUBTED
        if _best(first)[1] >= CLEAR or first.absent >= gone:
            return first
        if two_rows:
            return self._shifted(picture, corners, first)
        anew = _anew(first_at, first.corners)
        cuts = [straight.cut(picture, straight.grown(anew, *around)) for around in AROUND]
        return together([first, *self._reader.read(cuts)])

    def _shifted(self, picture: Picture, corners: Corners, first: Reading) -> Reading:
        """Two rows: where the cut runs between them decides, so the clearest cuts win."""
        places = [straight.lower(straight.grown(corners, 0.01, grow), by) for grow, by in SHIFTS]
        tilted = [straight.tilted(place, by) for place, by in product(places, TILTS)]
        cuts = [straight.cut(picture, place, two_rows=True) for place in tilted]
        return _agreed([first, *self._reader.read(cuts)])


def _agreed(readings: list[Reading]) -> Reading:
    """The text whose two clearest cuts are clearest together, and no surer than the less clear of
    them: of many, one is clear by chance.  The clearest where no two agree."""
    ranked = sorted(readings, key=lambda one: -_best(one)[1])
    by_text: dict[str, list[Reading]] = {}
    for reading in ranked:
        by_text.setdefault(_best(reading)[0], []).append(reading)
    pairs = [same[:2] for same in by_text.values() if len(same) > 1]
    if not pairs:
        return ranked[0]
    return max(pairs, key=lambda pair: sum(_best(one)[1] for one in pair))[1]


def _in_colour(picture: Picture) -> Picture:
    if len(picture.shape) == 3:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)


def _anew(corners: Corners, shares: Numbers) -> Corners:
    """Where the reader itself sees the corners; within reason."""
    if (abs(shares - [[0, 0], [1, 0], [1, 1], [0, 1]]) > [0.2, 0.35]).any():
        return corners
    return straight.inside(corners, shares)


def _is_plate(spot: Spot, reading: Reading) -> bool:
    """What cannot be read is a plate only where the finder has no doubt."""
    chance = _best(reading)[1]
    if chance < LEGIBLE:
        return spot.score >= CERTAIN and reading.absent < DOUBTED
    if spot.score >= SURE:
        return reading.absent < ABSENT
    return reading.absent < DOUBTED and chance >= 0.5


def _best(reading: Reading) -> tuple[str, float]:
    """The likeliest text that can stand on a plate of one of its likely colours."""
    for text, chance in reading.texts.items():
        plate = _spelt(text)
        if any(share >= 0.1 and _fits(plate, name) for name, share in reading.colours.items()):
            return plate, chance
    return "", 0.0


def _fits(text: str, colour: str) -> bool:
    return grammar.judge(text, colour) is None


def _spelt(text: str) -> str:
    """In second place 0 is a letter: the plates' O has the shape of 0 there."""
    if len(text) > 1 and text[1] == "0" and text[0] in grammar.PROVINCES:
        return text[0] + "O" + text[2:]
    return text


def _told(corners: Corners, score: float, reading: Reading, *, two_rows: bool) -> FoundPlate:
    text, chance = _best(reading)
    colour = _colour(reading, text)
    legible = chance >= LEGIBLE
    return FoundPlate(
        text=text if legible else None,
        colour="white" if colour == "paper" else colour,  # type: ignore[arg-type]
        kind=_kind(colour, text, two_rows=two_rows),
        confidence=round(chance if legible else 0.0, 4),
        corners=corners,
        unsure=chance < TRUSTED,
        guesses=_guesses(text, reading) if legible else (),
        score=round(score, 4),
    )


def _colour(reading: Reading, text: str) -> str:
    for colour, share in reading.colours.items():
        if share >= 0.1 and text and _fits(text, colour):
            return colour
    return next(iter(reading.colours))


def _kind(colour: str, text: str, *, two_rows: bool) -> Kind:
    if colour == "paper":
        return "paper"
    if two_rows:
        return "double-row"
    return "new-energy" if colour == "green" and len(text) == 8 else "single-row"


def _guesses(text: str, reading: Reading) -> tuple[Guess, ...]:
    """By place, from all texts of the same length."""
    places: list[dict[str, float]] = [{} for _ in text]
    for raw, chance in reading.texts.items():
        other = _spelt(raw)
        if len(other) == len(text):
            for place, sign in zip(places, other, strict=True):
                place[sign] = place.get(sign, 0.0) + chance
    return tuple(_guess(place, sign) for place, sign in zip(places, text, strict=True))


def _guess(place: dict[str, float], sign: str) -> Guess:
    whole = sum(place.values())
    order = sorted(place.items(), key=lambda item: (item[0] != sign, -item[1]))
    return Guess(tuple((one, round(chance / whole, 4)) for one, chance in order[:4]))
