"""BWSENSING inclinometers (``codecs/bw77.py``, and ``bw77a4.py`` with ``address_bytes = 4``).

The driver asks for angles and nothing else.  Command 05 makes the present tilt the zero, which
would destroy the baseline; whether that outlives a power cut is not even known.  It cannot be sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import bw77, bw77a4
from agent.drivers.codecs.base import search
from agent.drivers.codecs.bcd_tilt import Frame
from agent.drivers.slope.angles import AXES, reading, tilts
from agent.drivers.slope.sampling import ACTIONS, Sampling
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Message
from agent.model.time import Now, Stamp

_MOST_ADDRESS = {2: 0xFFFF, 4: 0xFFFF_FFFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class BwOptions:
    """``address_bytes``: 2 for BWM826 and its kind, 4 for WF-WM410 and WK100."""

    address_bytes: Literal[2, 4] = 2


class Bwsensing:
    every = 1.0

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, BwOptions) else BwOptions()
        self._seat, self._wide = seat, options.address_bytes == 4
        self._address = (seat.address or 0).to_bytes(options.address_bytes, "big")
        self._sampling = Sampling(seat)

    def pace(self, at: Stamp) -> float | None:
        return self._sampling.pace(at)

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        frame = await self._ask(line)
        at = now()
        if not self._wide:
            return tilts(self._seat, at, [float(axis) for axis in bw77.axes(frame)])
        told = bw77a4.state(frame)
        if told is None:
            return []
        warmth = float(told.temperature)
        temperature = reading(
            self._seat, at, "temperature", warmth, possible=-55 <= warmth <= 125
        )  # more than any of their data sheets allows
        return [*tilts(self._seat, at, [float(told.x), float(told.y)]), temperature]

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        del line  # nothing is ever written to a slope sensor
        return self._sampling.obey(command, now)

    async def _ask(self, line: Asks) -> Frame:
        codec = bw77a4 if self._wide else bw77
        request = codec.question(int.from_bytes(self._address, "big"))
        return await line.ask(
            request, lambda heard: search(codec.take, heard, self._ours), expect=20
        )

    def _ours(self, frame: Frame) -> bool:
        told = bw77a4.state(frame) if self._wide else bw77.axes(frame)
        return frame.address == self._address and bool(told)


MODEL = Model(
    name="bwsensing",
    build=Bwsensing,
    options=BwOptions,
    zh="北微传感倾角传感器（77 协议）",
    en="BWSENSING inclinometer (77 protocol)",
    baud=9600,  # BWM826 manual
    manners=Manners(patience=0.3),
    needs_address=True,
    protocol="bw77",
    measures=(*AXES[:2], "temperature"),
    tells=("sampling_changed",),
    does=ACTIONS,
)
