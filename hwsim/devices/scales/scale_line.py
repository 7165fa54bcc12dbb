r"""An indicator that prints lines, as A&D, CAS and OHAUS do: ``ST,GS,+  12.34kg\r\n``.

ST/US: stable or not; OL: overload, then the weight is blank.  GS/NT: gross or net.  No checksum.
Source: README of a USR-W610 project; Article-2769879 of jswjk.com for the overload line.
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
    every_s: float = 0.2
    decimals: int = 2
    division: float = 0.01
    capacity: float = 150.0
    mode: Literal["GS", "NT"] = "GS"


class ScaleLine(Scale):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options)
        self._decimals, self._mode = options.decimals, options.mode

    def render(self, shown: Shown) -> bytes:
        if shown.over:
            return f"OL,{self._mode},+{'':12}\r\n".encode()
        head, sign = "ST" if shown.stable else "US", "-" if shown.kg < 0 else "+"
        return f"{head},{self._mode},{sign}{abs(shown.kg):7.{self._decimals}f}kg\r\n".encode()


SIM = Sim(name="scale_line", build=ScaleLine, options=Options, orders=(Load, Set))
