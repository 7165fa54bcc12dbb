r"""A Yaohua XK3190-A12(E) sending continuously, 15 bytes: ``WG004.139kg3D\r\n``.

W, G or N for gross or net, seven places with the point, ``kg``, XOR of these eleven bytes as two
hex digits, CR LF.  More than Max + 9 divisions: nine blanks and ``OL23``; less than -20: ``LO23``.
Source: Yaohua A12(E) manual, p. 13.
"""

from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.scales.deck import Shown
from hwsim.devices.scales.scale import Scale
from hwsim.orders import Load, Set
from hwsim.stand import Stand

WIDTH = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    every_s: float = 0.1
    decimals: int = 3
    division: float = 0.005
    capacity: float = 30.0
    net: bool = False


def line(body: str) -> bytes:
    check = 0
    for byte in body.encode():
        check ^= byte
    return f"{body}{check:02X}\r\n".encode()


class YaohuaA12e(Scale):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options)
        self._chosen = options

    def render(self, shown: Shown) -> bytes:
        if not shown.inside:
            return line(f"{'':9}{'OL' if shown.over else 'LO'}")
        digits = f"{abs(shown.kg):0{WIDTH - (shown.kg < 0)}.{self._chosen.decimals}f}"
        text = f"{'-' if shown.kg < 0 else ''}{digits}"
        return line(f"W{'N' if self._chosen.net else 'G'}{text:<{WIDTH}}kg")


SIM = Sim(name="yaohua_a12e", build=YaohuaA12e, options=Options, orders=(Load, Set))
