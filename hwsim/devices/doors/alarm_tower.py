"""A tri-colour alarm tower with a buzzer: function 5 on coils 0 red, 1 yellow, 2 green, 3 buzzer.

FF00 on, 0000 off, F000 2 Hz, F100 1 Hz, F200 0.5 Hz, F300 0.25 Hz; coil FF with FF00 is all on,
coil EF with FF00 all off.  It repeats what it was told and knows no other function; 9600 8N1.
It keeps shining when the host goes: only its own supply ends that.
Source: two public programs for the same tower (红灯闪烁 2Hz F000 .. 0.25Hz F300).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.modbus import WRITE_COIL, Slave
from hwsim.stand import Stand

WORDS = {
    0xFF00: "on",
    0x0000: "off",
    0xF000: "2hz",
    0xF100: "1hz",
    0xF200: "0.5hz",
    0xF300: "0.25hz",
}
ALL_ON, ALL_OFF = 0xFF, 0xEF


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    coils: tuple[int, ...] = (0, 1, 2, 3)  # red, yellow, green, buzzer
    turnaround_s: float = 0.02


class AlarmTower(Slave):
    knows = frozenset((WRITE_COIL,))

    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._shows = dict.fromkeys(options.coils, "off")

    def write_coil(self, coil: int, value: int) -> bool:
        if coil in (ALL_ON, ALL_OFF) and value == 0xFF00:
            self._shows = dict.fromkeys(self._shows, "on" if coil == ALL_ON else "off")
            return True
        if coil not in self._shows or value not in WORDS:
            return False
        self._shows[coil] = WORDS[value]
        return True

    def wrote(self, function: int, first: int, values: Sequence[int], at_ns: int) -> None:
        shows = WORDS[values[0]]
        channel = list(self._shows).index(first) + 1 if first in self._shows else 0
        what = shows if shows in ("on", "off") else "blink"
        self._stand.told(what, at_ns, channel=channel, state=shows, function=function)


SIM = Sim(name="alarm_tower", build=AlarmTower, options=Options, needs_address=True)
