"""A relay board on Modbus RTU: coils by function 5 and 15, read by function 1; 9600 8N1.

The coil of relay 1 is 0, in some boards 1.  Coil FF is all relays at once: FF00 on, 0000 off, 5500
the other way round.  Some boards take orders only; some answer a reading only if eight coils are
asked for.  What a reading tells is the board's memory: a welded or stuck contact does not show.
Without power all relays let go, and the board comes up with all off.
Source: wiki and examples of Waveshare's Modbus RTU Relay; reports of its users.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hwsim.devices.base import Sim
from hwsim.devices.doors.contacts import Contacts
from hwsim.devices.doors.modbus_inputs import asks_for_other_than_eight
from hwsim.devices.modbus import (
    COIL_OFF,
    COIL_ON,
    READ_COILS,
    READ_INPUTS,
    WRITE_COIL,
    WRITE_COILS,
    Slave,
)
from hwsim.orders import Order, Set
from hwsim.stand import Stand

ALL, FLIP = 0xFF, 0x5500
STATES = ("off", "on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    channels: int = 8
    base: int = 0
    reads_back: bool = True
    eights_only: bool = False
    stuck: tuple[int, ...] = ()  # the board confirms, and the coil stays as it is
    turnaround_s: float = 0.02
    loses_power_s: float = 0.0  # once, so long after the start; 0: never
    inputs: int = 0  # contacts on the same board, by function 2
    shut: tuple[int, ...] = ()  # those that are closed at first
    closed: int = 1


class Relay(Slave):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._options = options
        self.knows = frozenset(
            {WRITE_COIL, READ_INPUTS} | ({WRITE_COILS, READ_COILS} if options.reads_back else set())
        )
        self._contacts = Contacts(
            stand, options.inputs, options.shut, closed=options.closed, bounce_s=0.01
        )
        self._on = dict.fromkeys(range(1, options.channels + 1), False)

    def start(self) -> None:
        if self._options.loses_power_s:
            self._stand.after(self._options.loses_power_s, self._let_go)

    def heard(self, data: bytes, at_ns: int) -> None:
        if not (self._options.eights_only and asks_for_other_than_eight(data)):
            super().heard(data, at_ns)

    def inputs(self) -> Mapping[int, bool]:
        return self._contacts.bits()

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            self._contacts.move(order)

    def coils(self) -> Mapping[int, bool]:
        base, on = self._options.base, self._on
        beyond = {base + at: False for at in range(-(-len(on) // 8) * 8)}
        return beyond | {base + channel - 1: state for channel, state in on.items()}

    def write_coil(self, coil: int, value: int) -> bool:
        channel = coil - self._options.base + 1
        those = list(self._on) if coil == ALL else [channel]
        if not set(those) <= set(self._on) or value not in (COIL_ON, COIL_OFF, FLIP):
            return False
        for each in those:
            if each not in self._options.stuck:
                self._on[each] = not self._on[each] if value == FLIP else value == COIL_ON
        return True

    def meaning_of_bits(self, function: int, first: int, count: int) -> Mapping[str, object]:
        del first, count
        if function == READ_INPUTS:
            return self._contacts.said()
        return {f"state_{channel}": STATES[state] for channel, state in self._on.items()}

    def wrote(self, function: int, first: int, values: Sequence[int], at_ns: int) -> None:
        for at in range(len(values)):
            channel = first + at - self._options.base + 1
            state = STATES[values[at] in (1, COIL_ON)]
            self._stand.told(state, at_ns, channel=channel, state=state, function=function)

    def _let_go(self) -> None:
        for channel, on in self._on.items():
            if on:
                self._on[channel] = False
                self._stand.happened("let_go", channel=channel, state="off")


SIM = Sim(name="modbus_relay", build=Relay, options=Options, orders=(Set,), needs_address=True)
