"""An LCUS USB relay board: ``A0 channel op sum``, the sum of the first three bytes; 9600 8N1.

Op 1 closes, 0 opens.  Old boards never answer; newer ones answer op 5 with ``A0 channel state
sum``.  Most are fed by USB and let go when pulled out; some have a supply of their own.
Source: chinalctech's table, as public projects print it.
"""

from dataclasses import dataclass

from hwsim.devices.base import Device, Sim
from hwsim.stand import Stand

HEAD, OFF, ON, QUERY = 0xA0, 0, 1, 5
PAUSE_S = 0.1
STATES = ("off", "on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    channels: int = 2
    answers: bool = False  # the newer firmware
    own_supply: bool = False
    turnaround_s: float = 0.01


def frame(channel: int, op: int) -> bytes:
    return bytes((HEAD, channel, op, HEAD + channel + op & 0xFF))


class Lcus(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._closed = dict.fromkeys(range(1, options.channels + 1), False)
        self._buffer, self._last = b"", -1.0

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-64:]
        at = 0
        while at + 4 <= len(self._buffer):
            at += 4 if self._understood(self._buffer[at : at + 4], at_ns) else 1
        self._buffer = self._buffer[at:]

    def _understood(self, data: bytes, at_ns: int) -> bool:
        _, channel, op, _ = data
        if data != frame(channel, op) or channel not in self._closed:
            return False
        if op in (OFF, ON):
            self._switch(channel, closed=op == ON, at_ns=at_ns)
        elif op == QUERY and self._options.answers:
            self._stand.asked(at_ns, channel=channel)
            state = self._closed[channel]
            meaning = {"channel": channel, "state": STATES[state]}
            self._stand.say(frame(channel, state), meaning, self._options.turnaround_s)
        return True

    def _switch(self, channel: int, *, closed: bool, at_ns: int) -> None:
        changed = self._closed[channel] is not closed
        self._closed[channel] = closed
        state = STATES[closed]
        self._stand.told(state, at_ns, channel=channel, state=state, changed=changed)

    def powered(self, on: bool) -> None:
        if on or self._options.own_supply:
            return
        for channel, closed in self._closed.items():
            if closed:
                self._closed[channel] = False
                self._stand.happened("let_go", channel=channel, state="off")


SIM = Sim(name="lcus", build=Lcus, options=Options)
