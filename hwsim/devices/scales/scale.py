"""What all scales that talk unasked have in common: a plate, a period, deposits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hwsim.devices.base import CannotDo, Device
from hwsim.devices.scales.plate import Lying, Plate
from hwsim.orders import Load, Order, Set
from hwsim.stand import Stand

MANY = 4096
"""Different frames in a flood; thinning must not find runs of equal ones."""


class Options(Protocol):
    @property
    def every_s(self) -> float: ...
    @property
    def division(self) -> float: ...
    @property
    def capacity(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What the indicator shows.  ``over``: more than it can carry."""

    kg: float
    stable: bool
    over: bool


class Scale(Device):
    """``render`` is all that tells one indicator from another."""

    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._plate = Plate(stand.dice, options.division)
        self._still = 0  # frames shown of the present deposit since it lies still

    def render(self, shown: Shown) -> bytes:
        raise NotImplementedError

    def start(self) -> None:
        self._stand.every(self._options.every_s, self._show)

    def _show(self) -> None:
        now = self._stand.now
        kg, stable = self._plate.weight(now), self._plate.stable(now)
        shown = Shown(kg, stable, kg > self._options.capacity)
        self._still += stable
        self._stand.say(self.render(shown), {"weight": kg, "stable": stable, "over": shown.over})

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            self._plate.rests = order.value
            self._stand.happened("set", weight=order.value)
        elif isinstance(order, Load):
            self._load(order)

    def _load(self, order: Load) -> None:
        now = self._stand.now
        if not self._plate.free(now):
            raise CannotDo(f"{self._stand.device} is still loaded")
        lying = self._plate.load(order.kg, order.hold_s, now)
        self._stand.happened("load", weight=lying.kg)
        self._stand.after(lying.settled - now, self._settle)
        self._stand.after(lying.lifted - now, lambda: self._deposit(lying))

    def _settle(self) -> None:
        self._still = 0

    def _deposit(self, lying: Lying) -> None:
        """Told when it is lifted: by then the scale has shown it still for ``hold_s``."""
        kg = self._plate.shown(self._plate.rests + lying.kg)
        self._stand.happened("deposit", weight=kg, frames=self._still, hold_s=lying.hold_s)

    def flood(self) -> Sequence[bytes]:
        step = self._plate.division
        return [self.render(Shown(self._plate.shown(n * step), False, False)) for n in range(MANY)]
