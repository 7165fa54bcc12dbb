"""A Wiegand reader behind a converter that writes a line of text for each card; 9600 8N1.

Forms: ``hex`` (Priority 1 Design WIE232-A), ``fc-id`` (Promag WEC200), ``decimal`` (S4A), ``bits``
with both parities.  A converter that judges parity writes nothing for a damaged card; with D0 and
D1 swapped every card is damaged.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Show
from hwsim.stand import Stand

SIZES = (6, 8)  # hexadecimal digits of 26 and 34 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    form: Literal["hex", "fc-id", "decimal", "bits"] = "hex"
    repeats: int = 1  # readers that tell a held card again, every ``repeat_s``
    repeat_s: float = 0.4
    swapped: bool = False  # D0 and D1


def bits(number: str) -> str:
    """With even parity of the first half and odd parity of the second."""
    data = f"{int(number, 16):0{4 * len(number)}b}"
    half = len(data) // 2
    even, odd = data[:half].count("1") % 2, 1 - data[half:].count("1") % 2
    return f"{even}{data}{odd}"


def line(number: str, form: str) -> bytes:
    if form == "hex":
        return f"{number}\r".encode()
    if form == "fc-id":
        return f"\x02WFC{int(number[:-4], 16):03d}ID{int(number[-4:], 16):05d}\r".encode()
    if form == "decimal":
        return f"{int(number, 16):010d}\r\n".encode()
    return f"{bits(number)}\r".encode()


class Wiegand485(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options

    def do(self, order: Order) -> None:
        if not isinstance(order, Show):
            return
        number, form = order.code.upper(), self._options.form
        if len(number) not in SIZES or set(number) - set("0123456789ABCDEF"):
            raise CannotDo("a card is six or eight hexadecimal digits")
        if form == "fc-id" and len(number) != SIZES[0]:
            raise CannotDo("this converter reads 26 bits only")
        self._show(number.rjust(8, "0") if form == "decimal" else number)

    def _show(self, number: str) -> None:
        digest = sha256(number.encode()).hexdigest()
        self._stand.happened("shown", code=number, card_sha256=digest)
        for again in range(self._options.repeats):
            self._stand.after(again * self._options.repeat_s, lambda: self._tell(number, digest))

    def _tell(self, number: str, digest: str) -> None:
        form = self._options.form
        if not self._options.swapped:
            self._stand.say(line(number, form), {"card": number, "card_sha256": digest})
        elif form == "bits":
            swapped = line(number, form).translate(bytes.maketrans(b"01", b"10"))
            self._stand.say(swapped, {"damaged": number})


SIM = Sim(name="wiegand_485", build=Wiegand485, options=Options, orders=(Show,))
