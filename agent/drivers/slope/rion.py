"""RION inclinometers (SCA, HCA) by question and answer (``codecs/rion68.py``).

The driver asks for angles and nothing else: it cannot send the command that makes the present tilt
the zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import rion68
from agent.drivers.codecs.base import search
from agent.drivers.codecs.bcd_tilt import Frame
from agent.drivers.slope.angles import AXES, tilts
from agent.drivers.slope.sampling import ACTIONS, Sampling
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Message
from agent.model.time import Now, Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class RionOptions:
    """``heading``: also tell the third axis of a DCM compass, which turns by magnets."""

    heading: bool = False


class Rion:
    every = 1.0

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, RionOptions) else RionOptions()
        self._seat, self._axes = seat, 3 if options.heading else 2
        self._address = seat.address or 0
        self._sampling = Sampling(seat)

    def pace(self, at: Stamp) -> float | None:
        return self._sampling.pace(at)

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        request = rion68.question(self._address)
        frame = await line.ask(
            request, lambda heard: search(rion68.take, heard, self._ours), expect=14
        )
        return tilts(self._seat, now(), [float(axis) for axis in rion68.axes(frame)[: self._axes]])

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        del line  # nothing is ever written to a slope sensor
        return self._sampling.obey(command, now)

    def _ours(self, frame: Frame) -> bool:
        return frame.address[0] == self._address and len(rion68.axes(frame)) >= self._axes


MODEL = Model(
    name="rion",
    build=Rion,
    options=RionOptions,
    zh="瑞芬倾角传感器（68 协议）",
    en="RION inclinometer (68 protocol)",
    baud=9600,  # as delivered; a public log runs at 2400
    manners=Manners(patience=0.3),
    needs_address=True,
    protocol="rion68",
    measures=AXES,
    tells=("sampling_changed",),
    does=ACTIONS,
)
