"""A terminal in Toledo continuous output: ``02 SWA SWB SWC``, six of weight, six of tare, CR, CHK.

SWA: bits 0-2 where the point is (0: XXXX00, 1: XXXXX0, 2: none, 3: one decimal, ... 7: five), 3-4
increment, 5 set.  SWB: 0 net, 1 negative, 2 out of range, 3 motion, 4 kg, 5 set, 6 power-up and
not zeroed yet.  SWC: 5 set.  CHK, optional: the low seven bits of the sum of all are zero.  With
codes 0 and 1 some terminals send the zeros behind the digits, and some do not.
Source: Wildcat terminal manual, tables 6-9 to 6-11; Cardinal 225 manual, p. 118 (formats 0 and 2).
"""

from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.scales.deck import Shown
from hwsim.devices.scales.scale import Scale
from hwsim.orders import Load, Set
from hwsim.stand import Stand

NET, NEGATIVE, OUT, MOTION, KG, ALWAYS, POWER_UP = (1 << bit for bit in range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``point``: the code in SWA.  ``power_up_s``: so long it was not zeroed."""

    every_s: float = 0.1
    point: int = 4
    division: float = 0.02
    capacity: float = 150.0
    check: bool = True
    zeros_sent: bool = True
    power_up_s: float = 0.0


class Toledo(Scale):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options)
        self._chosen = options

    def render(self, shown: Shown) -> bytes:
        net = bool(shown.tare)
        kg = shown.net if net else shown.kg
        status = bytes((ALWAYS | 1 << 3 | self._chosen.point, self._status(shown, kg), ALWAYS))
        weight = "" if not shown.inside else self._digits(kg)
        body = b"\x02" + status + f"{weight:>6}{self._digits(shown.tare):>6}\r".encode()
        return body + bytes((-sum(body) & 0x7F,)) if self._chosen.check else body

    def _status(self, shown: Shown, kg: float) -> int:
        new = self._stand.now < self._chosen.power_up_s
        flags = (
            (NET, bool(shown.tare)),
            (NEGATIVE, kg < 0),
            (OUT, not shown.inside),
            (MOTION, not shown.stable),
            (POWER_UP, new),
        )
        return KG | ALWAYS | sum(bit for bit, on in flags if on)

    def _digits(self, kg: float) -> str:
        exponent = self._chosen.point - 2
        if exponent < 0 and self._chosen.zeros_sent:
            exponent = 0
        return str(min(999_999, round(abs(kg) * 10**exponent)))


SIM = Sim(name="toledo", build=Toledo, options=Options, orders=(Load, Set))
