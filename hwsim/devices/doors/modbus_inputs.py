"""A board with contacts on Modbus RTU: read by function 2, in others by 1, or packed in registers.

The first input is bit 0 of the first byte, or of the register.  In boards whose inputs are pulled
up a closed contact is 0 (``closed``).  Some answer only if eight inputs are asked for.
Source: wiki of Waveshare's Modbus RTU Relay (D); reports of its users.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.doors.contacts import Contacts
from hwsim.devices.modbus import READ_COILS, READ_INPUTS, Slave
from hwsim.orders import Order, Set
from hwsim.stand import Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    inputs: int = 8
    function: int = 2
    start: int = 0
    closed: int = 1
    shut: tuple[int, ...] = ()  # contacts that are closed at first
    eights_only: bool = False
    bounce_s: float = 0.01
    turnaround_s: float = 0.02


class Inputs(Slave):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._options = options
        self._contacts = Contacts(
            stand, options.inputs, options.shut, closed=options.closed, bounce_s=options.bounce_s
        )
        self.knows = frozenset((options.function,))

    def heard(self, data: bytes, at_ns: int) -> None:
        if not (self._options.eights_only and asks_for_other_than_eight(data)):
            super().heard(data, at_ns)

    def inputs(self) -> Mapping[int, bool]:
        return self._contacts.bits(self._options.start)

    def coils(self) -> Mapping[int, bool]:
        return self._contacts.bits(self._options.start)

    def registers(self) -> Mapping[int, int]:
        words = range(-(-self._options.inputs // 16))
        return {self._options.start + word: self._word(16 * word) for word in words}

    def input_registers(self) -> Mapping[int, int]:
        return self.registers()

    def _word(self, before: int) -> int:
        return sum(self._contacts.bit(before + bit + 1) << bit for bit in range(16))

    def meaning_of_bits(self, function: int, first: int, count: int) -> Mapping[str, object]:
        del function, first, count
        return self._contacts.said()

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        del first, count
        return self._contacts.said()

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            self._contacts.move(order)


def asks_for_other_than_eight(request: bytes) -> bool:
    """What the small boards do not answer: a reading of bits, and not of eight."""
    reads = len(request) == 8 and request[1] in (READ_COILS, READ_INPUTS)
    return reads and int.from_bytes(request[4:6], "big") != 8


SIM = Sim(name="modbus_inputs", build=Inputs, options=Options, orders=(Set,), needs_address=True)
