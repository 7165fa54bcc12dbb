"""A weighing transmitter of the KPR/BSQ kind: Modbus, FC03 and FC16, 9600 8N1, address 1.

    0006  firmware        0008  status          0050  weight    0052  net    0054  tare
    0058  division        005D  zero range, %   005E  write 1: zero

Weights are signed 32-bit, high word first, in last digits; the status says how many decimals.  Bits
of the status: 9 overload (from firmware 1.3 on), 7 zero, 6 overflow, 5 **unstable**, 3 minus, 2-0
decimals.  7FFFFFFF written to 0054 takes what lies there as tare; 1 to 005E zeroes, within 005D.
Firmware before 1.1 has no 0008.
Source: aje/scale-docs (status.md, calibration.md, adv-settings.md).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.modbus import READ, WRITE_MANY, Slave
from hwsim.devices.scales.deck import Deck
from hwsim.orders import Load, Order, Set
from hwsim.stand import Stand

FIRMWARE, STATUS, WEIGHT, NET, TARE, ZERO_RANGE, ZERO = 0x06, 0x08, 0x50, 0x52, 0x54, 0x5D, 0x5E
OVERLOAD, AT_ZERO, OVERFLOW, UNSTABLE, MINUS = 1 << 9, 1 << 7, 1 << 6, 1 << 5, 1 << 3
AUTO_TARE = 0x7FFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``firmware`` in hundredths.  ``deaf``: it confirms zero and tare, and does nothing."""

    decimals: int = 2
    division: float = 0.02
    capacity: float = 100.0
    firmware: int = 250
    deaf: bool = False
    turnaround_s: float = 0.02


class Weigher(Slave):
    knows = frozenset((READ, WRITE_MANY))

    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._options, self._deck = options, Deck(stand, options)

    def registers(self) -> Mapping[int, int]:
        shown = self._deck.look()
        here = {FIRMWARE: self._options.firmware, ZERO_RANGE: 10, ZERO: 0}
        for at, kg in ((WEIGHT, shown.kg), (NET, shown.net), (TARE, shown.tare)):
            digits = round(kg * 10**self._options.decimals) & 0xFFFFFFFF
            here |= {at: digits >> 16, at + 1: digits & 0xFFFF}
        if self._options.firmware >= 110:
            here[STATUS] = self._status()
        return here

    def _status(self) -> int:
        shown = self._deck.look()
        status = self._options.decimals | (0 if shown.stable else UNSTABLE)
        status |= AT_ZERO if shown.kg == 0 else 0
        status |= MINUS if shown.kg < 0 else 0
        if not shown.inside:
            status |= OVERLOAD if shown.over and self._options.firmware >= 130 else OVERFLOW
        return status

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        shown = self._deck.show()
        kilograms = {WEIGHT: shown.kg, NET: shown.net, TARE: shown.tare}
        if first in kilograms and count == 2:
            return {"weight": kilograms[first]}
        return {"start": first, "stable": shown.stable, "over": shown.over}

    def write_registers(self, first: int, values: Sequence[int]) -> bool:
        if first == ZERO and len(values) == 1:
            self._do(self._deck.press_zero)
        elif first == TARE and len(values) == 2:
            self._take_tare(values[0] << 16 | values[1])
        else:
            return False
        return True

    def _take_tare(self, digits: int) -> None:
        if digits == AUTO_TARE:
            self._do(self._deck.press_tare)
        else:
            self._deck.tare = digits / 10**self._options.decimals

    def _do(self, key: Callable[[], bool]) -> None:
        """What cannot be done is confirmed as well: only the weight shows it."""
        if not self._options.deaf:
            key()

    def wrote(self, function: int, first: int, values: Sequence[int], at_ns: int) -> None:
        del function, values
        shown = self._deck.look()
        what = "zero" if first == ZERO else "tare"
        self._stand.told(what, at_ns, register=first, weight=shown.kg, tare=shown.tare)

    def do(self, order: Order) -> None:
        self._deck.do(order)


SIM = Sim(
    name="weigher_modbus", build=Weigher, options=Options, orders=(Load, Set), needs_address=True
)
