"""Yaohua XK3190-A9/D2+ sending continuously, 12 bytes: ``02 sign d5..d0 dp XORhi XORlo 03``.

XOR of the bytes from sign to dp, as two hex digits.  ``dp`` counts decimals.  There is no stable
flag, no unit and no overload flag.  Frames every 50 to 100 ms, 600 to 9600 baud, 8N1.
Source: Yaohua A23p and A26 manuals, and public logs of the running device.
"""

from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.scales.deck import Shown
from hwsim.devices.scales.scale import Scale
from hwsim.orders import Load, Set
from hwsim.stand import Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    every_s: float = 0.1
    decimals: int = 2
    division: float = 0.02
    capacity: float = 300.0


def frame(sign: str, digits: str, dp: int) -> bytes:
    body, check = f"{sign}{digits}{dp}".encode(), 0
    for byte in body:
        check ^= byte
    return b"\x02" + body + f"{check:02X}".encode() + b"\x03"


class Yaohua(Scale):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options)
        self._decimals = options.decimals

    def render(self, shown: Shown) -> bytes:
        digits = min(999_999, round(abs(shown.kg) * 10**self._decimals))
        return frame("-" if shown.kg < 0 else "+", f"{digits:06d}", self._decimals)


SIM = Sim(name="yaohua", build=Yaohua, options=Options, orders=(Load, Set))
