"""Relay boards on Modbus: function 5 switches a coil, function 1 reads them back.

A board repeats the order, and so does an adapter that echoes: the repetition alone confirms
nothing.  ``confirmed`` is true only when the coil, asked for afterwards, says so.  What it says is
the board's memory of the coil, not whether its contact moved.

Many boards have contacts (``contacts.py``) on the same address.  Coil FF, "all relays", cannot be
asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, MaxLen

from agent.drivers.arguments import channel_of
from agent.drivers.base import Driver, Model, Refused, Seat
from agent.drivers.codecs.modbus_frames import READ_COILS, READ_INPUTS
from agent.drivers.doors.contacts import Contacts, Input
from agent.drivers.doors.modbus_inputs import eights
from agent.drivers.registers import COIL_OFF, COIL_ON, read_bits, write_coil
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Event, Message
from agent.model.time import Now

_WORDS = {"on": COIL_ON, "off": COIL_OFF}
_STATES = {True: "on", False: "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayOptions:
    """``channels``: relays on the board.  ``base``: the coil of channel 1.

    ``reads_back``: the board answers function 1.  ``eights``: it is asked for coils and inputs by
    eights, as boards need that answer nothing else (a public report of a four-relay board); the
    standard would be as many as there are.  ``inputs``: contacts of the same board, read by
    function 2; ``closed``: the bit of a closed one.
    """

    channels: Annotated[int, Interval(ge=1, le=64)] = 8
    base: Literal[0, 1] = 0
    reads_back: bool = True
    eights: bool = True
    inputs: Annotated[tuple[Input, ...], MaxLen(64)] = ()
    closed: Literal[0, 1] = 1


class Relay:
    """A board that only takes orders."""

    def __init__(self, seat: Seat, options: RelayOptions) -> None:
        self._seat, self._options = seat, options
        self._address = 1 if seat.address is None else seat.address
        self._known: dict[int, str] = {}  # by channel, at most as many as there are

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        if command.action == "query":
            channel = channel_of(command, self._options.channels)
        else:
            channel = await self._switch(line, command)
        if not self._options.reads_back:
            return [self._sent(command, channel, now)]
        state = (await self._states(line))[channel - 1]
        if command.action not in ("query", state):
            raise Refused(f"relay {channel} did not turn {command.action} 继电器未动作")
        return [self._event(channel, state, now, confirmed=True)]

    async def _switch(self, line: Asks, command: Command) -> int:
        if command.action not in _WORDS:
            raise Refused(f"a relay cannot {command.action} 继电器没有这个动作")
        channel = channel_of(command, self._options.channels)
        coil = self._options.base + channel - 1
        await write_coil(line, self._address, coil, _WORDS[command.action])
        return channel

    async def _states(self, line: Asks) -> list[str]:
        bits = await self._bits(line, self._options.base, self._options.channels, READ_COILS)
        return [_STATES[bit] for bit in bits]

    async def _bits(self, line: Asks, start: int, count: int, function: int) -> Sequence[bool]:
        asked = eights(count) if self._options.eights else count
        return (await read_bits(line, self._address, start, asked, function))[:count]

    def _sent(self, command: Command, channel: int, now: Now) -> Event:
        if command.action == "query":
            raise Refused("this board is not read (reads_back = false) 该型号不回读状态")
        return self._event(channel, command.action, now, confirmed=False)

    def _event(self, channel: int, state: str, now: Now, *, confirmed: bool) -> Event:
        self._known[channel] = state
        return Event(
            device=self._seat.device,
            at=now(),
            kind="output_set",
            data={"channel": channel, "state": state, "confirmed": confirmed},
            point=self._seat.point,
        )


class PolledRelay(Relay):
    """A board that can be read: its contacts are told of, and what no one ordered of its coils."""

    def __init__(self, seat: Seat, options: RelayOptions) -> None:
        super().__init__(seat, options)
        self._contacts = Contacts(seat, options.inputs)

    @property
    def every(self) -> float:
        """Seconds; a board that was without power has let go, and nobody told it to."""
        return self._contacts.every if self._options.inputs else 10.0

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        coils = await self._changes(line, now) if self._options.reads_back else []
        if not self._options.inputs:
            return coils

        async def look() -> Mapping[int, bool]:
            bits = await self._bits(line, 0, self._contacts.highest, READ_INPUTS)
            closed = bool(self._options.closed)
            return {channel: bit is closed for channel, bit in enumerate(bits, 1)}

        return [*coils, *await self._contacts.news(look, now)]

    async def _changes(self, line: Asks, now: Now) -> list[Event]:
        """What changed since somebody last looked; the first look tells nothing."""
        states = dict(enumerate(await self._states(line), 1))
        changed = {at: is_ for at, is_ in states.items() if self._known.setdefault(at, is_) != is_}
        return [self._event(at, state, now, confirmed=True) for at, state in changed.items()]


def build(seat: Seat) -> Driver:
    options = seat.options if isinstance(seat.options, RelayOptions) else RelayOptions()
    readable = options.reads_back or options.inputs
    return PolledRelay(seat, options) if readable else Relay(seat, options)


MODEL = Model(
    name="modbus-relay",
    build=build,
    options=RelayOptions,
    zh="Modbus 继电器模块",
    en="Modbus relay board",
    baud=9600,
    manners=Manners(patience=0.3),
    needs_address=True,
    outputs=True,
    urgent=True,
    protocol="modbus",
    tells=("output_set", "input_changed"),
    does=("on", "off", "query"),
)
