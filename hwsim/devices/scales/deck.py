"""A plate with people at it: deposits, zero and tare.  What every simulated scale has in common."""

from dataclasses import dataclass
from typing import Protocol

from hwsim.devices.base import CannotDo
from hwsim.devices.scales.plate import Lying, Plate
from hwsim.orders import Load, Order, Set
from hwsim.stand import Stand

ZERO_RANGE = 0.1  # of the capacity: beyond it nothing is zeroed (10 % in the KPR/BSQ manual)
UNDER = 20  # divisions below zero that an indicator still shows (Yaohua A12(E) manual, p. 13)


class Options(Protocol):
    @property
    def division(self) -> float: ...
    @property
    def capacity(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What the indicator shows, kg.  ``over``, ``under``: out of what it can show."""

    kg: float  # gross
    stable: bool
    over: bool
    under: bool = False
    tare: float = 0.0

    @property
    def net(self) -> float:
        return round(self.kg - self.tare, 6) + 0.0

    @property
    def inside(self) -> bool:
        return not (self.over or self.under)


class Deck:
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._capacity = stand, options.capacity
        self.plate = Plate(stand.dice, options.division)
        self.zero = self.tare = 0.0
        self._still = 0  # times shown of the present deposit since it lies still

    def show(self) -> Shown:
        """What goes out on the wire now."""
        shown = self.look()
        self._still += shown.stable
        return shown

    def look(self) -> Shown:
        now = self._stand.now
        stable = self.plate.stable(now)
        kg = self.plate.shown(self.plate.weight(now) - self.zero)
        over, under = kg > self._capacity, kg < -UNDER * self.plate.division
        return Shown(kg, stable, over, under, self.tare)

    def press_zero(self) -> bool:
        """Whether it could be done: it lies still, near enough to the first zero."""
        now = self._stand.now
        lies = self.plate.weight(now)
        if not self.plate.stable(now) or abs(lies) > ZERO_RANGE * self._capacity:
            return False
        self.zero, self.tare = lies, 0.0
        return True

    def press_tare(self) -> bool:
        shown = self.look()
        if not shown.stable or not 0 <= shown.kg <= self._capacity:
            return False
        self.tare = shown.kg
        return True

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            self.plate.rests = order.value
            self._stand.happened("set", weight=order.value)
        elif isinstance(order, Load):
            self._load(order)

    def _load(self, order: Load) -> None:
        now = self._stand.now
        if not self.plate.free(now):
            raise CannotDo(f"{self._stand.device} is still loaded")
        lying = self.plate.load(order.kg, order.hold_s, now)
        self._stand.happened("load", weight=lying.kg)
        self._stand.after(lying.settled - now, self._settle)
        self._stand.after(lying.lifted - now, lambda: self._deposit(lying))

    def _settle(self) -> None:
        self._still = 0

    def _deposit(self, lying: Lying) -> None:
        """Told when it is lifted: by then the scale has shown it still for ``hold_s``."""
        kg = self.plate.shown(self.plate.rests + lying.kg - self.zero)
        self._stand.happened("deposit", weight=kg, frames=self._still, hold_s=lying.hold_s)
