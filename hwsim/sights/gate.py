"""The camera over a lane: its film, and the truth of who came by."""

import random

from hwsim.sights.air import Weather
from hwsim.sights.arrays import Picture
from hwsim.sights.codes import Code
from hwsim.sights.drive import Passage, Traffic
from hwsim.sights.film import told
from hwsim.sights.road import Road
from hwsim.sights.show import Spec
from hwsim.sights.signs import font


class RoadScene:
    def __init__(self, spec: Spec) -> None:
        """NoFont."""
        font()
        options = spec.options
        traffic = Traffic(
            stories=tuple(options["stories"]),
            every_s=options["every_s"],
            direction=options["direction"],
            park_s=options["park_s"],
            until_s=options["until_s"],
        )
        weather = Weather(night=options["night"], rain=options["rain"], flicker=options["flicker"])
        seed = random.Random(spec.seed).getrandbits(31)
        self._road = Road(seed, traffic, weather, (spec.width, spec.height))
        self._coming: set[int] = set()
        self._gone: set[int] = set()

    def frame(self, at: float) -> Picture:
        return self._road.frame(at)

    def happened(self, at: float) -> list[dict[str, object]]:
        """``coming`` when a passage begins, and what it was once it is over."""
        begun = self._road.passages(at)
        new = [one for one in begun if one.number not in self._coming]
        over = [one for one in begun if one.number not in self._gone and at > one.at + one.seconds]
        self._coming |= {one.number for one in new}
        self._gone |= {one.number for one in over}
        return [*(_coming(one) for one in new), *(_passage(one) for one in over)]

    def show(self, code: Code, at: float) -> bool:
        del code, at
        return False


def _coming(one: Passage) -> dict[str, object]:
    return {"what": "coming", "passage": one.number, "story": one.story}


def _passage(one: Passage) -> dict[str, object]:
    return {"what": "walked" if one.direction is None else "passage", **told(one)}
