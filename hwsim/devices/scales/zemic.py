"""A Zemic weighing module: ``02 addr len16 cmd data sum 03``, 02, 03 and 1B escaped in between.

``QP 06 00`` asks for the weights of all channels; the answer, from ``addr`` with bit 7 set, is 06,
their count and 32-bit weights, low byte first, in tenths of a gram.  Some firmware sets the number
of the channel before each.  Only channel 1 of this one has a scale.
Source: logs and scripts of mzohaibnasir/Zemic-sensorintegration.
"""

from dataclasses import dataclass

from hwsim.devices.base import Device, Sim
from hwsim.devices.scales.deck import Deck
from hwsim.orders import Load, Order, Set
from hwsim.stand import Stand

ESCAPED = {0x02: b"\x1b\xe7", 0x03: b"\x1b\xe8", 0x1B: b"\x1b\x00"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    channels: int = 10
    numbered: bool = False
    division: float = 0.005
    capacity: float = 100.0
    turnaround_s: float = 0.01  # by the logs


def framed(address: int, command: bytes, data: bytes) -> bytes:
    body = bytes((address,)) + (len(command + data)).to_bytes(2, "little") + command + data
    body += bytes((sum(body) % 256,))
    return b"\x02" + b"".join(ESCAPED.get(byte, bytes((byte,))) for byte in body) + b"\x03"


class Zemic(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options, self._deck = stand, options, Deck(stand, options)
        self._address = stand.address or 1
        self._question = framed(self._address, b"QP", b"\x06\x00")
        self._buffer = b""

    def heard(self, data: bytes, at_ns: int) -> None:
        self._buffer = (self._buffer + data)[-64:]
        at = self._buffer.find(self._question)
        if at >= 0:
            self._buffer = self._buffer[at + len(self._question) :]
            self._stand.asked(at_ns, command="QP06")
            self._answer()

    def _answer(self) -> None:
        shown = self._deck.show()
        weights = [shown.kg, *[0.0] * (self._options.channels - 1)]
        data = bytes((6, len(weights)))
        for number, kg in enumerate(weights, 1):
            data += bytes((number,)) if self._options.numbered else b""
            data += round(kg * 10_000).to_bytes(4, "little", signed=True)
        meaning = {"weight": shown.kg, "stable": shown.stable}
        answer = framed(self._address | 0x80, b"QP", data)
        self._stand.say(answer, meaning, self._options.turnaround_s)

    def do(self, order: Order) -> None:
        self._deck.do(order)


SIM = Sim(name="zemic", build=Zemic, options=Options, orders=(Load, Set), needs_address=True)
