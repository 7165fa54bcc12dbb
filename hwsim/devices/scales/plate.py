"""The plate of a scale: how a weight comes, wobbles, lies and goes.  Physics, no protocol."""

import math
import random
from dataclasses import dataclass

RISE_S, SETTLE_S, FALL_S = 0.5, 1.3, 0.4
SWING_HZ, CALM_S = 3.0, 0.3  # a bin on four load cells, by eye


@dataclass(frozen=True, slots=True)
class Lying:
    """Something that was put on the plate ``began`` seconds into the world."""

    kg: float
    began: float
    hold_s: float
    overshoot: float  # as a part of the weight

    @property
    def settled(self) -> float:
        return self.began + RISE_S + SETTLE_S

    @property
    def lifted(self) -> float:
        return self.settled + self.hold_s

    @property
    def gone(self) -> float:
        return self.lifted + FALL_S + SETTLE_S

    def weight(self, now: float) -> float:
        if now < self.began + RISE_S:
            return self.kg * _smooth((now - self.began) / RISE_S)
        if now < self.settled:
            return self.kg * (1 + self.overshoot * _swing(now - self.began - RISE_S))
        if now < self.lifted:
            return self.kg
        if now < self.lifted + FALL_S:
            return self.kg * (1 - _smooth((now - self.lifted) / FALL_S))
        swing = _swing(now - self.lifted - FALL_S)
        return self.kg * self.overshoot * -0.2 * swing if now < self.gone else 0.0


def _smooth(x: float) -> float:
    return x * x * (3 - 2 * x)


def _swing(seconds: float) -> float:
    return math.exp(-seconds / CALM_S) * math.sin(2 * math.pi * SWING_HZ * seconds)


class Plate:
    """``division``: the least difference that the scale shows, kg."""

    def __init__(self, dice: random.Random, division: float) -> None:
        self._dice, self.division = dice, division
        self.rests = 0.0  # what lies there all the time
        self.lying: Lying | None = None

    def free(self, now: float) -> bool:
        return self.lying is None or now >= self.lying.gone

    def load(self, kg: float, hold_s: float, now: float) -> Lying:
        self.lying = Lying(self.shown(kg), now, hold_s, self._dice.uniform(0.05, 0.2))
        return self.lying

    def weight(self, now: float) -> float:
        """What the scale shows, rounded to its division, kg."""
        return self.shown(self.rests + (self.lying.weight(now) if self.lying else 0.0))

    def shown(self, kg: float) -> float:
        return round(round(kg / self.division) * self.division, 6) + 0.0

    def stable(self, now: float) -> bool:
        lying = self.lying
        return (
            lying is None
            or now < lying.began
            or lying.settled <= now < lying.lifted
            or now >= lying.gone
        )
