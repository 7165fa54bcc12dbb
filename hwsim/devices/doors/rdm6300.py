"""A 125 kHz reader of the RDM6300 kind: ``02``, ten digits, two digits of check, ``03``; 9600 8N1.

A card in its field is told again and again, every 50 to 220 ms, until it is taken away.  The check
is the XOR of the five bytes.  Source: Seeed 125 kHz module datasheet, page 3.
"""

from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from operator import xor

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Show
from hwsim.stand import Stand

DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    repeat_s: float = 0.065
    hold_s: float = 1.0  # a person's hand
    slips: bool = False  # a bad antenna: the first half of the first frame is lost


def frame(number: str) -> bytes:
    check = reduce(xor, bytes.fromhex(number))
    return b"\x02" + f"{number}{check:02X}".encode("ascii") + b"\x03"


class Rdm6300(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._holding = 0

    def do(self, order: Order) -> None:
        if not isinstance(order, Show):
            return
        number = order.code.upper()
        if len(number) != DIGITS or set(number) - set("0123456789ABCDEF"):
            raise CannotDo("a card is ten hexadecimal digits")
        digest = sha256(number.encode()).hexdigest()
        self._stand.happened("shown", code=number, card_sha256=digest)
        self._holding += 1
        if self._options.slips:
            self._stand.say(frame(number)[7:], {})
        self._tell(number, digest, self._holding, self._stand.now + self._options.hold_s)

    def _tell(self, number: str, digest: str, holding: int, until: float) -> None:
        if holding != self._holding or self._stand.now > until:
            return  # another card is there, or none
        self._stand.say(frame(number), {"card": number, "card_sha256": digest})
        again = self._options.repeat_s
        self._stand.after(again, lambda: self._tell(number, digest, holding, until))


SIM = Sim(name="rdm6300", build=Rdm6300, options=Options, orders=(Show,))
