"""Yaohua XK3190 weighing indicators in command mode (``codecs/yaohua_cmd.py``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import yaohua_cmd
from agent.drivers.codecs.base import search
from agent.drivers.codecs.yaohua_cmd import Frame, Value
from agent.drivers.scales.masses import KILOGRAMS
from agent.drivers.scales.telling import Telling
from agent.line.asking import Answer, Asks, Found, Manners
from agent.model.messages import Message, Quality
from agent.model.time import Now

_COMMANDS = {"gross": yaohua_cmd.GROSS, "net": yaohua_cmd.NET}
LETTERS = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class YaohuaCmdOptions:
    """``value``: which weight.  ``unit``: what the indicator is set to; its frame does not say."""

    value: Literal["gross", "net"] = "gross"
    unit: Literal["kg", "g", "t"] = "kg"


class YaohuaCmd:
    """Each poll asks twice, and good is only what was said twice: no answer says "stable", and the
    XOR passes two flips of one column.  Rest is for ``settle`` to conclude.
    """

    every = 1.0

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, YaohuaCmdOptions) else YaohuaCmdOptions()
        self._telling, self._factor = Telling(seat), KILOGRAMS[options.unit]
        self._address = 1 if seat.address is None else seat.address
        self._command = _COMMANDS[options.value]

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        first = await self._weight(line)
        weight = await self._weight(line)
        quality = Quality.GOOD if weight == first else Quality.SUSPECT
        return self._telling.weight(float(weight * self._factor), quality, now())

    async def _weight(self, line: Asks) -> Decimal:
        addr = letter(self._address)
        question, answer = yaohua_cmd.encode(addr, self._command), _answer(addr, self._command)
        frame = await line.ask(question, answer, expect=yaohua_cmd.LONG)
        return frame.weight


def letter(address: int) -> str:
    """1 is A, 26 is Z; Refused if it is no letter."""
    if not 1 <= address <= LETTERS:
        raise Refused(f"address {address} is not one of 1 to {LETTERS} 地址应为 1 至 {LETTERS}")
    return chr(ord("A") + address - 1)


def _answer(addr: str, cmd: str) -> Answer[Value]:
    def wanted(frame: Frame) -> bool:
        return isinstance(frame, Value) and (frame.addr, frame.cmd) == (addr, cmd)

    def answer(heard: bytes) -> Found[Value] | None:
        found = search(yaohua_cmd.take, heard, wanted)
        if found is None or not isinstance(found.value, Value):
            return None
        return Found(found.value, found.start, found.end)

    return answer


MODEL = Model(
    name="yaohua-cmd",
    build=YaohuaCmd,
    options=YaohuaCmdOptions,
    zh="耀华 XK3190 称重仪表（指令方式）",
    en="Yaohua XK3190 weighing indicator, command mode",
    baud=9600,  # 600 to 9600 by its menu
    manners=Manners(patience=0.5),  # the manual names none; they weigh 5 to 25 times a second
    needs_address=True,
    protocol="yaohua_cmd",
    measures=("weight",),
)
