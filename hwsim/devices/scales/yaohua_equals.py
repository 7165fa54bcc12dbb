"""A Yaohua indicator, or a clone of one, in an ``=`` format: nine bytes, all the time, no check.

    format 1   =00.1000-      low digit first, sign (0 or -) last
    format 2   =-0001.00      sign first
    format 4   =0002.000kg;0001.00;0002.00     with unit, price and amount

Source: Yaohua A23p manual, pp. 23 to 25; A26 manual, pp. 12 and 13 (it counts the formats 1 to 3).
"""

from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import Sim
from hwsim.devices.scales.deck import Shown
from hwsim.devices.scales.scale import Scale
from hwsim.orders import Load, Set
from hwsim.stand import Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``prices``: somebody chose format 4."""

    every_s: float = 0.1
    decimals: int = 2
    division: float = 0.02
    capacity: float = 300.0
    order: Literal["reversed", "forward"] = "reversed"
    prices: bool = False


class YaohuaEquals(Scale):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options)
        self._chosen = options

    def render(self, shown: Shown) -> bytes:
        sign = "-" if shown.kg < 0 else "0"
        text = f"{sign}{abs(shown.kg):07.{self._chosen.decimals}f}"
        if self._chosen.prices:
            return f"={text}kg;0000.00;0000.00".encode()
        return f"={text[::-1] if self._chosen.order == 'reversed' else text}".encode()


SIM = Sim(name="yaohua_equals", build=YaohuaEquals, options=Options, orders=(Load, Set))
