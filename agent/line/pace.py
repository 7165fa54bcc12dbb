"""How long bytes take on a wire."""

from dataclasses import dataclass

from agent.config.settings import Bus

_FAST_T35 = 0.00175
"""Above 19200 baud the silence between frames is fixed: Modbus over serial line V1.02, 2.5.1.1."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``byte``: seconds for one byte with its start, parity and stop bits."""

    byte: float
    t35: float  # the silence after which Modbus devices believe that a frame has ended

    def seconds(self, count: int) -> float:
        return count * self.byte


def pace_of(bus: Bus) -> Pace:
    """A format of ``8N1`` makes ten bits of every byte, ``7E1`` as well, ``8E1`` eleven."""
    bits = 1 + int(bus.format[0]) + (bus.format[1] != "N") + int(bus.format[2:])
    byte = bits / bus.baud
    return Pace(byte, _FAST_T35 if bus.baud > 19_200 else 3.5 * byte)
