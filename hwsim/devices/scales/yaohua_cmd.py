"""A Yaohua XK3190 indicator in command mode: it speaks when its letter is called.

    host    02 addr cmd XORhi XORlo 03
    answer  02 addr cmd sign d5..d0 dp XORhi XORlo 03, to A (hello) the question itself

``addr`` A to Z; ``cmd`` B gross, C tare, D net; E and F are price and amount, which a waste scale
has not: 0.  A question with a wrong check, or to another letter, is not answered.
Source: Yaohua A23p manual, pp. 25 and 26; A1+ manual, p. 21.
"""

from dataclasses import dataclass

from hwsim.devices.base import Device, Sim
from hwsim.devices.scales.deck import Deck
from hwsim.orders import Load, Order, Set
from hwsim.stand import Stand

PAUSE_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    decimals: int = 2
    division: float = 0.02
    capacity: float = 300.0
    tare: float = 0.0  # by its own key
    turnaround_s: float = 0.05


def framed(body: str) -> bytes:
    check = 0
    for byte in body.encode():
        check ^= byte
    return f"\x02{body}{check:02X}\x03".encode()


class YaohuaCmd(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options, self._deck = stand, options, Deck(stand, options)
        self._deck.tare = options.tare
        self._letter = chr(ord("@") + (stand.address or 1))
        self._buffer, self._last = b"", -1.0

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-64:]
        for command in "ABCDEF":
            question = framed(self._letter + command)
            at = self._buffer.find(question)
            if at >= 0:
                self._buffer = self._buffer[at + len(question) :]
                self._stand.asked(at_ns, command=command)
                self._answer(command)

    def _answer(self, command: str) -> None:
        shown = self._deck.show()
        values = {"B": shown.kg, "C": shown.tare, "D": shown.net, "E": 0.0, "F": 0.0}
        if command not in values:
            self._stand.say(framed(self._letter + command), {}, self._options.turnaround_s)
            return
        kg, decimals = values[command], self._options.decimals
        digits = min(999_999, round(abs(kg) * 10**decimals))
        body = f"{self._letter}{command}{'-' if kg < 0 else '+'}{digits:06d}{decimals}"
        meaning = {"weight": kg, "command": command, "stable": shown.stable}
        self._stand.say(framed(body), meaning, self._options.turnaround_s)

    def do(self, order: Order) -> None:
        self._deck.do(order)


SIM = Sim(
    name="yaohua_cmd", build=YaohuaCmd, options=Options, orders=(Load, Set), needs_address=True
)
