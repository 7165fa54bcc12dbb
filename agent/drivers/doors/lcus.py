"""LCUS-1/2/4/8 USB relays (``codecs/lcus.py``).

Old modules never answer, so an output there is *sent*, not confirmed.  With ``answers`` the driver
asks after each switching, and what the module says counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from agent.drivers.arguments import channel_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import lcus
from agent.drivers.codecs.base import search
from agent.line.asking import Answer, Asks, Manners
from agent.model.messages import Command, Event, Message
from agent.model.time import Now

_OPS = {"on": lcus.ON, "off": lcus.OFF}
_STATES = {lcus.ON: "on", lcus.OFF: "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LcusOptions:
    """``channels``: relays on the board.  ``answers``: its firmware knows the question (op 5)."""

    channels: Annotated[int, Interval(ge=1, le=16)] = 8
    answers: bool = False


class Lcus:
    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._options = seat.options if isinstance(seat.options, LcusOptions) else LcusOptions()

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        channel = channel_of(command, self._options.channels)
        if command.action == "query":
            return [self._event(channel, await self._state(line, channel), now, confirmed=True)]
        if command.action not in _OPS:
            raise Refused(f"a relay cannot {command.action} 继电器没有这个动作")
        await line.tell(lcus.encode(channel, _OPS[command.action]))
        if self._options.answers and await self._state(line, channel) != command.action:
            raise Refused(f"relay {channel} did not turn {command.action} 继电器未动作")
        return [self._event(channel, command.action, now, confirmed=self._options.answers)]

    async def _state(self, line: Asks, channel: int) -> str:
        if not self._options.answers:
            raise Refused("this board does not answer (answers = false) 该型号不回传状态")
        answer = _state_of(channel)
        frame = await line.ask(lcus.encode(channel, lcus.QUERY), answer, expect=lcus.LENGTH)
        return _STATES[frame.op]

    def _event(self, channel: int, state: str, now: Now, *, confirmed: bool) -> Event:
        return Event(
            device=self._seat.device,
            at=now(),
            kind="output_set",
            data={"channel": channel, "state": state, "confirmed": confirmed},
            point=self._seat.point,
        )


def _state_of(channel: int) -> Answer[lcus.Frame]:
    def wanted(frame: lcus.Frame) -> bool:
        return frame.channel == channel and frame.op in _STATES

    return lambda heard: search(lcus.take, heard, wanted)


MODEL = Model(
    name="lcus",
    build=Lcus,
    options=LcusOptions,
    zh="LCUS USB 继电器",
    en="LCUS USB relay",
    baud=9600,
    manners=Manners(patience=0.3),
    outputs=True,
    urgent=True,
    protocol="lcus",
    tells=("output_set",),
    does=("on", "off", "query"),
)
