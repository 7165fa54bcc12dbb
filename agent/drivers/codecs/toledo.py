"""Toledo continuous output: MT 8530 and IND terminals, and the many that copy them.

    02  SWA SWB SWC  w w w w w w  t t t t t t  CR  [CHK]

Six places of indicated weight, six of tare, blanks in front, no point.  SWA says where the point
is, SWB what lies there; bits that are always set tell a status word from noise:

    SWA  0-2 point   3-4 increment (1: x1, 2: x2, 3: x5)   5 always 1   6 always 0
    SWB  0 net   1 negative   2 out of range   3 motion   4 kg, else lb   6 power-up, not zeroed
    SWC  0-2 unit (0: as SWB says, 1: g)   5 always 1

(Tables 6-9 to 6-11 of a Wildcat terminal's manual; Fairbanks FB3000, p. 55, has SWB and SWC alike
but for bit 5 of SWB.)  CHK, which may be switched off, makes the low seven bits of the sum of all
eighteen bytes zero.

A frame without CHK is seen to be one only by what comes next: STX.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

STX, CR = 0x02, 0x0D
PLAIN, CHECKED = 17, 18
_A_FIXED, _A_SET = 0x60, 0x20
_C_SET = 0x20


@dataclass(frozen=True, slots=True)
class Frame:
    """``indicated`` and ``tare``: digits, without the point; empty if the display is."""

    swa: int
    swb: int
    swc: int
    indicated: str
    tare: str

    @property
    def point(self) -> int:
        """0: two zeros to add, 1: one, 2: none and no decimals, 3 to 7: one to five decimals."""
        return self.swa & 7

    @property
    def net(self) -> bool:
        return bool(self.swb & 1)

    @property
    def negative(self) -> bool:
        return bool(self.swb & 2)

    @property
    def out_of_range(self) -> bool:
        return bool(self.swb & 4)

    @property
    def motion(self) -> bool:
        return bool(self.swb & 8)

    @property
    def power_up(self) -> bool:
        return bool(self.swb & 0x40)

    @property
    def unit(self) -> str | None:
        """None: one of those that the tables give no name."""
        other = self.swc & 7
        if other == 0:
            return "kg" if self.swb & 0x10 else "lb"
        return "g" if other == 1 else None


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    """With or without CHK."""
    del direction  # the host never speaks in this format
    return _take(buffer, CHECKED, plain=True)


def take_checked(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    del direction
    return _take(buffer, CHECKED, plain=False)


def take_plain(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    """Of a device that sends no CHK: it does not wait for the next frame."""
    del direction
    return _take(buffer, PLAIN, plain=True)


def _take(buffer: bytes, length: int, *, plain: bool) -> Taken[Frame]:
    if not _begins(buffer):
        return NOISE
    if len(buffer) < length:
        return MORE
    if buffer[PLAIN - 1] != CR:
        return Bad(Why.FORMAT, PLAIN)
    if length == CHECKED and sum(buffer[:CHECKED]) & 0x7F:
        if not plain or buffer[PLAIN] != STX:
            return Bad(Why.CHECKSUM, CHECKED)
        length = PLAIN
    indicated, tare = buffer[4:10].lstrip(b" "), buffer[10:16].lstrip(b" ")
    if b" " in indicated + tare:
        return Bad(Why.FORMAT, length)
    swa, swb, swc = buffer[1:4]
    return Got(Frame(swa, swb, swc, indicated.decode("ascii"), tare.decode("ascii")), length)


def _begins(buffer: bytes) -> bool:
    swa, swc = buffer[1:2] or b"\x20", buffer[3:4] or b"\x20"
    status = swa[0] & _A_FIXED == _A_SET and swc[0] & _C_SET
    return bool(buffer[0] == STX and status and not buffer[4:16].strip(b" 0123456789"))


def show(frame: Frame) -> Mapping[str, object]:
    return {
        "swa": frame.swa,
        "swb": frame.swb,
        "swc": frame.swc,
        "dp_code": frame.point,
        "increment": frame.swa >> 3 & 3,
        "net": frame.net,
        "negative": frame.negative,
        "overload": frame.out_of_range,
        "motion": frame.motion,
        "power_up": frame.power_up,
        "indicated_digits": frame.indicated,
        "tare_digits": frame.tare,
    }


PROTOCOL = Protocol(name="toledo_cont", take=take, show=show, most=CHECKED, end=bytes((STX,)))
