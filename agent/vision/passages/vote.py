"""What stands on a plate, after many frames: each place by itself, and abstention in doubt.

Probabilities are averaged and not multiplied: frames of one vehicle err alike (dirt, a bolt, the
sun), so ten frames are not ten witnesses.  What the average says is then sharpened as if by a few
independent frames, never by more.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import Final

from agent.model.plates import judge
from agent.vision.found import FoundPlate

WITNESSES: Final = 2.0  # independent frames that a vehicle's frames are worth, at most
PER_FRAME: Final = 0.3  # each further frame adds this much of one
TRUSTED: Final = 0.98  # of the whole text: below it nothing is opened
RIVAL: Final = 0.02  # share of a whole text that is worth telling as the runner-up
LENGTHS: Final = (7, 8)
HARDLY: Final = 0.001  # probability of a second sign that is not thought of
KEPT: Final = 8  # signs of one place that are carried on
FULL: Final = 100.0  # pixels of width from which on size adds nothing to what can be read
HEAVIEST: Final = 1.5
DOUBTED: Final = 0.5  # weight of a frame that its reader calls unsure
CERTAIN: Final = 0.998  # no single frame is surer of a sign than this
ALONE: Final = 0.97  # what one frame must say, if there is only that one


@dataclass(frozen=True, slots=True)
class Verdict:
    """``text`` None: nothing was legible.  ``unsure``: nobody should open a gate for it.
    ``chances``: of each sign, 0 to 1.  ``colour``, ``kind`` None: no frame was seen."""

    text: str | None = None
    confidence: float = 0.0
    unsure: bool = True
    runner_up: str | None = None
    colour: str | None = None
    kind: str | None = None
    chances: tuple[float, ...] = ()


NOTHING: Final = Verdict()


class Ballot:
    """Of one vehicle.  Its size is fixed, however many frames come."""

    def __init__(self) -> None:
        self._lengths = {length: _Length(length) for length in LENGTHS}
        self._colours: dict[str, float] = defaultdict(float)
        self._kinds: dict[str, float] = defaultdict(float)
        self._surest = 0.0
        self._elsewhere = 0.0  # weight of texts of other lengths, which no frame named

    def add(self, plate: FoundPlate, width: float, sharpness: float = 1.0) -> None:
        """``width``: of the plate, in pixels.  ``sharpness``: 1 is usual."""
        weight = min(width / FULL, HEAVIEST) ** 2 * min(max(sharpness, 0.1), 3.0)
        weight *= (0.05 + plate.confidence) * (DOUBTED if plate.unsure else 1.0)
        self._colours[plate.colour] += weight
        self._kinds[plate.kind] += weight
        if plate.text is None or len(plate.text) not in self._lengths:
            return
        places = _places(plate)
        whole = _whole(plate)
        self._lengths[len(plate.text)].add(places, weight, whole)
        self._elsewhere += weight * (1 - whole)
        if not plate.unsure:
            self._surest = max(self._surest, plate.confidence)

    @property
    def legible(self) -> int:
        """Frames with a text."""
        return sum(length.frames for length in self._lengths.values())

    def count(self) -> Verdict:
        if not self._kinds:
            return NOTHING
        kind, colour = _most(self._kinds), _most(self._colours)
        length, share = self._length()
        if not length.frames:
            return Verdict(colour=colour, kind=kind)
        power = min(WITNESSES, 1 + PER_FRAME * (self.legible - 1))
        ways = length.texts(power)
        text, chance = _first_that_fits(ways, "paper" if kind == "paper" else colour)
        confidence = chance * _sharpened(share, power)
        enough = length.frames > 1 or self._surest >= ALONE
        return Verdict(
            text=text,
            confidence=round(confidence, 4),
            unsure=confidence < TRUSTED or not enough or kind == "paper",
            runner_up=next((each for each, p in ways if each != text and p >= RIVAL), None),
            colour=colour,
            kind=kind,
            chances=length.chances(text),
        )

    def _length(self) -> tuple["_Length", float]:
        """The likeliest one, and its share."""
        best = max(self._lengths.values(), key=lambda each: each.likely)
        whole = self._elsewhere + sum(each.likely for each in self._lengths.values())
        return best, best.likely / whole if whole else 0.0


class _Length:
    """Frames whose text has this many signs."""

    def __init__(self, length: int) -> None:
        self.frames, self.weight = 0, 0.0
        self.likely = 0.0  # of the weight: that the text has this length at all
        self._places: list[dict[str, float]] = [{} for _ in range(length)]

    def add(self, places: Sequence[dict[str, float]], weight: float, whole: float) -> None:
        self.frames += 1
        self.weight += weight
        self.likely += weight * whole
        for kept, seen in zip(self._places, places, strict=True):
            for sign, chance in seen.items():
                kept[sign] = kept.get(sign, 0.0) + weight * chance
            while len(kept) > KEPT:
                del kept[min(kept, key=lambda sign: kept[sign])]

    def chances(self, text: str) -> tuple[float, ...]:
        pairs = zip(self._places, text, strict=True)
        return tuple(round(place.get(sign, 0.0) / self.weight, 4) for place, sign in pairs)

    def texts(self, power: float) -> list[tuple[str, float]]:
        """The likeliest texts with their probabilities, likeliest first."""
        ranked = [_ranked(place, self.weight, power) for place in self._places]
        doubtful = [number for number, pair in enumerate(ranked) if pair[1][1] >= HARDLY]
        ways = [_way(ranked, others) for others in _others(doubtful)]
        return sorted((way for way in ways if way[1] > 0), key=lambda way: -way[1])


def _whole(plate: FoundPlate) -> float:
    """Probability that the text has this many signs: what its reader says of all of it, where
    that is less than its signs promise."""
    promised = prod(guess.sure for guess in plate.guesses)
    return min(1.0, plate.confidence / promised) if plate.guesses and promised else 1.0


def _places(plate: FoundPlate) -> list[dict[str, float]]:
    """What may stand in each place, and how likely; together 1 at most."""
    text = plate.text or ""
    if len(plate.guesses) != len(text):
        each = min(CERTAIN, max(plate.confidence, 0.01) ** (1 / len(text)))
        return [{sign: each} for sign in text]
    return [
        {sign: min(CERTAIN, max(0.0, chance)) for sign, chance in guess.options}
        for guess in plate.guesses
    ]


def _ranked(place: dict[str, float], weight: float, power: float) -> list[tuple[str, float]]:
    """Two signs, likeliest first; what no frame named counts as one more sign."""
    shares = {sign: chance / weight for sign, chance in place.items()}
    rest = max(0.0, 1 - sum(shares.values()))
    whole = sum(share**power for share in shares.values()) + rest**power
    order = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    pairs = [(sign, share**power / whole) for sign, share in order[:2]]
    return pairs if len(pairs) > 1 else [*pairs, (pairs[0][0], 0.0)]


def _others(doubtful: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The places where the second sign is taken: none, one or two."""
    for count in range(3):
        yield from combinations(doubtful, count)


def _way(ranked: list[list[tuple[str, float]]], others: tuple[int, ...]) -> tuple[str, float]:
    text, chance = "", 1.0
    for number, place in enumerate(ranked):
        sign, share = place[number in others]
        text, chance = text + sign, chance * share
    return text, chance


def _first_that_fits(ways: list[tuple[str, float]], colour: str) -> tuple[str, float]:
    """The likeliest that can stand on such a plate; if there is none, one that is not trusted."""
    for text, chance in ways:
        if judge(text, colour) is None:
            return text, chance
    return ways[0][0], min(ways[0][1], TRUSTED / 2)


def _sharpened(share: float, power: float) -> float:
    for_it, against = share**power, (1 - share) ** power
    return float(for_it / (for_it + against))


def _most(votes: dict[str, float]) -> str:
    return max(sorted(votes), key=lambda each: votes[each])
