"""Alarm towers (多层警示灯): lamps and a buzzer as coils of function 5.

Beside FF00 and 0000 they take words that no standard knows: F000, F100, F200 and F300 blink, and
a sounding buzzer is broken in the same rhythm (tables in two public programs for the same tower).
They repeat what they were told and can tell nothing else, so nothing here is ever confirmed.

``blink``, and ``on`` with a ``rhythm``, are the same to the tower; to the supervisor both are an
output that left its rest and is brought back before a stop.

A tower is for people.  The supervisor puts all its declared outputs to rest on every start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from annotated_types import Interval

from agent.drivers.arguments import channel_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.registers import COIL_OFF, COIL_ON, write_coil
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Event, Message
from agent.model.time import Now

RHYTHMS: Mapping[str, int] = MappingProxyType(
    {"2hz": 0xF000, "1hz": 0xF100, "0.5hz": 0xF200, "0.25hz": 0xF300}
)
"""How often a second; "1hz" if a command says nothing."""
_DEFAULT = "1hz"
_WORDS = {"on": COIL_ON, "off": COIL_OFF}
_Coil = Annotated[int, Interval(ge=0, le=0xFE)]  # FF is all of them at once


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerOptions:
    """The coil of each; channels are 1 red, 2 yellow, 3 green, 4 buzzer, whatever coil that is."""

    red: _Coil = 0
    yellow: _Coil = 1
    green: _Coil = 2
    buzzer: _Coil = 3


class AlarmTower:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, TowerOptions) else TowerOptions()
        self._seat = seat
        self._coils = (options.red, options.yellow, options.green, options.buzzer)
        self._address = 1 if seat.address is None else seat.address

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        if command.action not in (*_WORDS, "blink"):
            raise Refused(f"an alarm tower cannot {command.action} 警示灯没有这个动作")
        blinks = command.action == "blink" or (command.action == "on" and "rhythm" in command.args)
        word = _rhythm_of(command) if blinks else _WORDS[command.action]
        channel = channel_of(command, len(self._coils))
        await write_coil(line, self._address, self._coils[channel - 1], word)
        state = "blink" if blinks else command.action
        return [
            Event(
                device=self._seat.device,
                at=now(),
                kind="output_set",
                data={"channel": channel, "state": state, "confirmed": False},
                point=self._seat.point,
            )
        ]


def _rhythm_of(command: Command) -> int:
    rhythm = command.args.get("rhythm", _DEFAULT)
    if isinstance(rhythm, str) and rhythm in RHYTHMS:
        return RHYTHMS[rhythm]
    raise Refused(f"rhythm {rhythm!r} is not one of {', '.join(RHYTHMS)} 闪烁频率不支持")


MODEL = Model(
    name="alarm-tower",
    build=AlarmTower,
    options=TowerOptions,
    zh="Modbus 三色警示灯（带蜂鸣器）",
    en="alarm tower with buzzer (Modbus)",
    baud=9600,
    manners=Manners(patience=0.3),
    needs_address=True,
    outputs=True,
    urgent=True,
    protocol="modbus",
    tells=("output_set",),
    does=("on", "off", "blink"),
)
