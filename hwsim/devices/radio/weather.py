"""What a sensor measures: values that wander a little around what the scenario says."""

from collections.abc import Mapping

from hwsim.devices.base import CannotDo
from hwsim.orders import Set
from hwsim.radio.stand import RadioStand


class Weather:
    """``base`` by Linli's names; ``noise`` is the standard deviation, as a part of the value."""

    def __init__(self, stand: RadioStand, base: Mapping[str, float], noise: float) -> None:
        self._stand, self._noise = stand, noise
        self.base = dict(base)

    def now(self, quantity: str) -> float:
        value = self.base[quantity]
        return value + self._stand.dice.gauss(0, self._noise * abs(value)) if self._noise else value

    def set(self, order: Set) -> None:
        """CannotDo if that is not measured here."""
        quantity = order.quantity or next(iter(self.base))
        if quantity not in self.base:
            raise CannotDo(f"{quantity} is not one of {', '.join(self.base)}")
        self.base[quantity] = order.value
        self._stand.happened("set", **{quantity: order.value})
