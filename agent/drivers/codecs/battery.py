"""Battery Level, 0x2A19 of the Battery Service 0x180F: one byte of percent, 0 to 100.

(Bluetooth SIG, Battery Service 1.1, 3.1.)
"""

from collections.abc import Mapping
from typing import Final

from agent.drivers.codecs.adverts import MOST, alone, sig
from agent.drivers.codecs.base import Bad, Direction, Got, Protocol, Taken, Why

SERVICE: Final = sig(0x180F)
LEVEL: Final = sig(0x2A19)
FULL: Final = 100


def take(buffer: bytes, direction: Direction | None) -> Taken[int]:
    if direction is Direction.HOST or len(buffer) != 1:
        return Bad(Why.FORMAT, len(buffer))
    return Got(buffer[0], 1) if buffer[0] <= FULL else Bad(Why.RANGE, 1)


def show(frame: int) -> Mapping[str, object]:
    return {"battery": frame}


PROTOCOL = Protocol(
    name="battery", take=take, show=show, most=MOST, inside=alone, given=("address",)
)
