"""What all scales that talk unasked have in common: a deck, a period, a flood."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from hwsim.devices.base import Device
from hwsim.devices.scales import deck
from hwsim.devices.scales.deck import Deck, Shown
from hwsim.orders import Order
from hwsim.stand import Stand

MANY = 4096
"""Different frames in a flood; thinning must not find runs of equal ones."""


class Options(deck.Options, Protocol):
    @property
    def every_s(self) -> float: ...


class Scale(Device):
    """``render`` is all that tells one indicator from another."""

    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._deck = Deck(stand, options)

    def render(self, shown: Shown) -> bytes:
        raise NotImplementedError

    def meaning(self, shown: Shown) -> Mapping[str, object]:
        return {"weight": shown.kg, "stable": shown.stable, "over": shown.over}

    def start(self) -> None:
        self._stand.every(self._options.every_s, self._show)

    def _show(self) -> None:
        shown = self._deck.show()
        self._stand.say(self.render(shown), self.meaning(shown))

    def do(self, order: Order) -> None:
        self._deck.do(order)

    def flood(self) -> Sequence[bytes]:
        plate = self._deck.plate
        kilograms = (plate.shown(n * plate.division) for n in range(MANY))
        return [self.render(Shown(kg, stable=False, over=False)) for kg in kilograms]
