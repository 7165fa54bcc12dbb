"""What stands on cuts of a plate: the reader's network, and its answer in probabilities."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.vision.pictures import Picture
from agent.vision.plates import letters
from agent.vision.plates.network import Network, Numbers, numbers

COLOURS = ("blue", "yellow", "green", "white", "black", "paper")
"""As the reader was trained."""

NOTHING = 0.9  # "absent" beyond which nobody cares what stands there
MOST = 12  # texts that are carried on


@dataclass(frozen=True, slots=True)
class Reading:
    """``texts``, ``colours``: probabilities, likeliest first.  ``absent``: that it is no plate.
    ``corners``: where the plate is in the cut, 4 x 2 shares of it."""

    texts: letters.Texts
    colours: dict[str, float]
    absent: float
    corners: Numbers


class Reader:
    def __init__(self, network: Network) -> None:
        self._network = network

    def read(self, cuts: Sequence[Picture]) -> list[Reading]:
        """``cuts``: 160 x 40 each."""
        stacked = np.stack(cuts).transpose(0, 3, 1, 2)
        steps, looks = self._network.run(numbers(np.ascontiguousarray(stacked)))
        shares = letters.softmax(steps)
        return [_reading(one, look) for one, look in zip(shares, looks, strict=True)]


def _reading(steps: Numbers, look: Numbers) -> Reading:
    count = len(COLOURS)
    colours = letters.softmax(look[:count])
    by_colour = {name: float(share) for name, share in zip(COLOURS, colours, strict=True)}
    absent = float(1 / (1 + np.exp(-look[count])))
    texts = letters.texts(steps) if absent < NOTHING else {}
    return Reading(_first(texts), _first(by_colour), absent, look[count + 1 :].reshape(4, 2))


def together(readings: Sequence[Reading]) -> Reading:
    """Of several cuts of one plate: the mean of what each believes."""
    if len(readings) == 1:
        return readings[0]
    texts: dict[str, float] = defaultdict(float)
    colours: dict[str, float] = defaultdict(float)
    for reading in readings:
        for text, chance in reading.texts.items():
            texts[text] += chance / len(readings)
        for colour, chance in reading.colours.items():
            colours[colour] += chance / len(readings)
    absent = sum(reading.absent for reading in readings) / len(readings)
    return Reading(_first(texts), _first(colours), absent, readings[0].corners)


def _first(chances: dict[str, float]) -> dict[str, float]:
    order = sorted(chances.items(), key=lambda item: (-item[1], item[0]))
    return dict(order[:MOST])
