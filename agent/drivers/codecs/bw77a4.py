"""BWSENSING inclinometers with a four-byte address (WM410, WK100): ``77 len addr⁴ cmd data SUM``.

    77 07 00 00 00 00 04 0B                                                 both axes
    77 13 00 00 00 01 84 10 00 86 80 10 05 20 00 00 26 77 09 89             -0.868°, -5.2°, 26.77 °C

The last byte of an answer is the battery's level; the manual does not say of what scale, so it is
shown and not used.  Sum and head are those of ``bw77``: only the length tells them apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.drivers.codecs.base import Protocol
from agent.drivers.codecs.bcd_tilt import (
    ANGLES,
    MOST,
    READ_ALL,
    Frame,
    angle,
    angles,
    encode,
    taker,
)
from agent.drivers.codecs.numbers import number

HEAD, ADDRESS, AXIS, TEMPERATURE = 0x77, 4, 4, 3
ANGLE_BYTES = 2 * AXIS + TEMPERATURE + 1


@dataclass(frozen=True, slots=True)
class State:
    """Degrees and °C."""

    x: Decimal
    y: Decimal
    temperature: Decimal
    battery: int


def state(frame: Frame) -> State | None:
    """None if this frame tells none."""
    if frame.command != ANGLES or len(frame.data) != ANGLE_BYTES:
        return None
    axes = angles(frame.data[: 2 * AXIS], AXIS)
    temperature = angle(frame.data[2 * AXIS : -1])
    if not axes or temperature is None:
        return None
    x, y = axes
    return State(x, y, temperature, frame.data[-1])


def question(address: int) -> bytes:
    return encode(HEAD, address.to_bytes(ADDRESS, "big"), READ_ALL)


def show(frame: Frame) -> Mapping[str, object]:
    told: dict[str, object] = {"addr": frame.address.hex(), "cmd": hex(frame.command)}
    if found := state(frame):
        angles_ = {"x": number(found.x), "y": number(found.y)}
        return told | angles_ | {"temp": number(found.temperature), "battery": found.battery}
    return told | {"data": frame.data.hex()}


def _fits(frame: Frame) -> bool:
    return bool(frame.command) and (frame.command != ANGLES or state(frame) is not None)


take = taker(HEAD, ADDRESS, _fits)
PROTOCOL = Protocol(name="bw77a4", take=take, show=show, most=MOST, checked=True)
