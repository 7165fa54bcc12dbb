"""RION inclinometers (SCA, HCA) and compasses (DCM): ``68 len addr cmd data SUM``.

68 04 00 04 08                                 all axes, address 0
68 0D 00 84 10 02 87 10 00 85 01 59 22 3B      -2.87°, -0.85°, 159.22°
"""

from collections.abc import Mapping
from decimal import Decimal

from agent.drivers.codecs.base import Protocol
from agent.drivers.codecs.bcd_tilt import ANGLES, MOST, READ_ALL, Frame, angles, encode, taker
from agent.drivers.codecs.numbers import number

HEAD, AXIS = 0x68, 3


def axes(frame: Frame) -> tuple[Decimal, ...]:
    """Degrees, in the order of the device: roll, pitch, then yaw where it has one."""
    whole = frame.command == ANGLES and frame.data and len(frame.data) % AXIS == 0
    return angles(frame.data, AXIS) if whole else ()


def question(address: int) -> bytes:
    return encode(HEAD, bytes((address,)), READ_ALL)


def show(frame: Frame) -> Mapping[str, object]:
    told: dict[str, object] = {"addr": frame.address[0], "cmd": hex(frame.command)}
    if found := axes(frame):
        return told | {"axes": [number(axis) for axis in found]}
    return told | {"data": frame.data.hex()}


def _fits(frame: Frame) -> bool:
    return bool(frame.command) and (frame.command != ANGLES or bool(axes(frame)))


take = taker(HEAD, 1, _fits)
PROTOCOL = Protocol(name="rion68", take=take, show=show, most=MOST, checked=True)
