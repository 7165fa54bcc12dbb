"""How vehicles come by: when, how fast, which way; each passage a plain record.

``distance`` 1 is far away, 0 at the camera's feet; the scale in pixels a millimetre falls with it
as perspective has it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from hwsim.sights.numbers import Plate, any_plate, paper_plate

FAR, NEAR = 0.085, 0.62
"""Pixels a millimetre, in a frame 1280 wide: where vehicles appear, and where they have passed."""

Story = Literal[
    "approach",
    "departure",
    "tailgating",
    "reversing",
    "parked",
    "no_plate",
    "paper",
    "walker",
    "rider",
    "shadow",
]
STORIES: tuple[Story, ...] = get_args(Story)
PLATELESS: frozenset[Story] = frozenset({"no_plate", "walker", "rider", "shadow"})
NO_VEHICLE: frozenset[Story] = frozenset({"walker", "rider", "shadow"})

Direction = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Leg:
    """``seconds`` of going from one distance to another."""

    seconds: float
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Passage:
    """One vehicle, from ``at`` seconds of the film on.

    ``direction``: the event that must come; ``may``: that may come as well, of a vehicle that
    turned back, or at all, of a rider on two wheels.  Of a walker and a shadow nothing may come.
    """

    number: int
    at: float
    story: Story
    legs: tuple[Leg, ...]
    plate: Plate | None
    rear: bool
    side: float
    direction: Direction | None
    may: Direction | None = None

    @property
    def seconds(self) -> float:
        return sum(leg.seconds for leg in self.legs)

    def scale(self, at: float) -> float | None:
        """Pixels a millimetre at ``at`` seconds of the film; None: not there."""
        since = at - self.at
        if since < 0:
            return None
        for leg in self.legs:
            if since <= leg.seconds:
                share = since / leg.seconds if leg.seconds else 1.0
                return scale_of(leg.begins + (leg.ends - leg.begins) * share)
            since -= leg.seconds
        return None


def scale_of(distance: float) -> float:
    return 1 / (1 / NEAR + (1 / FAR - 1 / NEAR) * distance)


def distance_of(scale: float) -> float:
    return (1 / scale - 1 / NEAR) / (1 / FAR - 1 / NEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """``direction``: which way vehicles go that come nearer.  ``stories``: with equal weight.

    ``park_s``: how long a parked one stands, a quarter more or less.  ``until_s``: nobody begins
    later; 0: without end.
    """

    stories: Sequence[Story] = (
        "approach",
        "approach",
        "departure",
        "tailgating",
        "no_plate",
        "paper",
    )
    every_s: float = 8.0
    direction: Direction = "in"
    park_s: float = 22.0
    until_s: float = 0.0


class Drives:
    """The passages of a film, in the order in which they begin."""

    def __init__(self, traffic: Traffic, dice: random.Random) -> None:
        self._traffic, self._dice = traffic, dice
        self._number = 0

    def all(self) -> Iterator[Passage]:
        at = 1.0
        while not self._traffic.until_s or at < self._traffic.until_s:
            story = self._dice.choice(self._traffic.stories)
            group = self._tell(story, at)
            yield from group
            ends = max(one.at + one.seconds for one in group)
            at = max(at + self._traffic.every_s, ends + self._dice.uniform(1.5, 3.0))

    def _tell(self, story: Story, at: float) -> list[Passage]:
        first = self._one(story, at)
        if story != "tailgating":
            return [first]
        second = self._one(story, at + self._dice.uniform(1.3, 2.0), first.side)
        return [first, replace(second, legs=first.legs)]  # as fast: it cannot drive through it

    def _one(self, story: Story, at: float, side: float | None = None) -> Passage:
        dice = self._dice
        self._number += 1
        come: Direction = self._traffic.direction
        back: Direction = "out" if come == "in" else "in"
        return Passage(
            number=self._number,
            at=at,
            story=story,
            legs=_legs(story, self._traffic.park_s, dice),
            plate=_plate(story, dice),
            rear=story == "departure",
            side=dice.uniform(-250, 250) if side is None else side,
            direction=None if story in NO_VEHICLE else (back if story == "departure" else come),
            may=back if story == "reversing" else come if story == "rider" else None,
        )


def _plate(story: Story, dice: random.Random) -> Plate | None:
    if story in PLATELESS:
        return None
    return paper_plate(dice) if story == "paper" else any_plate(dice)


def _legs(story: Story, park_s: float, dice: random.Random) -> tuple[Leg, ...]:
    pace = dice.uniform(3.2, 5.5)  # seconds from far to the camera
    if story == "departure":
        return (Leg(pace, 0.0, 1.0),)
    if story == "reversing":
        turn = distance_of(dice.uniform(0.22, 0.30))
        there = pace * (1 - turn)
        return (Leg(there, 1.0, turn), Leg(1.5, turn, turn), Leg(there * 1.3, turn, 1.0))
    if story == "parked":
        stop = distance_of(dice.uniform(0.20, 0.34))
        first = Leg(pace * (1 - stop), 1.0, stop)
        return (
            first,
            Leg(park_s * dice.uniform(0.75, 1.25), stop, stop),
            Leg(pace * stop + 0.5, stop, 0.0),
        )
    return (Leg(pace, 1.0, 0.0),)
