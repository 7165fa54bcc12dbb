"""BWSENSING inclinometers with a two-byte address (BWM826): ``77 len addr² cmd data SUM``.

77 05 00 00 04 09                                                  both axes, address 0000
77 11 00 00 84 00 02 01 30 10 00 51 20 00 00 00 00 49              2.013°, -0.512°
"""

from collections.abc import Mapping
from decimal import Decimal

from agent.drivers.codecs.base import Protocol
from agent.drivers.codecs.bcd_tilt import ANGLES, MOST, READ_ALL, Frame, angles, encode, taker
from agent.drivers.codecs.numbers import number

HEAD, ADDRESS, AXIS = 0x77, 2, 4
ANGLE_BYTES = 12  # x, y, and four that these models leave at zero


def axes(frame: Frame) -> tuple[Decimal, ...]:
    """Degrees about x and y; empty if this frame tells none."""
    if frame.command != ANGLES or len(frame.data) != ANGLE_BYTES:
        return ()
    return angles(frame.data[: 2 * AXIS], AXIS)


def question(address: int) -> bytes:
    return encode(HEAD, address.to_bytes(ADDRESS, "big"), READ_ALL)


def show(frame: Frame) -> Mapping[str, object]:
    told: dict[str, object] = {"addr": frame.address.hex(), "cmd": hex(frame.command)}
    if found := axes(frame):
        return told | dict(zip("xy", map(number, found), strict=True))
    return told | {"data": frame.data.hex()}


def _fits(frame: Frame) -> bool:
    return bool(frame.command) and (frame.command != ANGLES or bool(axes(frame)))


take = taker(HEAD, ADDRESS, _fits)
PROTOCOL = Protocol(name="bw77", take=take, show=show, most=MOST, checked=True)
