"""Zemic weighing modules of several channels (``codecs/zemic.py``).

**Of low confidence**: all that is known comes from two public scripts and their logs, so nothing is
good before it was confirmed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from annotated_types import Gt, Interval, Le

from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import zemic
from agent.drivers.codecs.base import search
from agent.drivers.codecs.zemic import Frame
from agent.drivers.scales.telling import Telling
from agent.line.asking import Answer, Asks, Manners
from agent.model.messages import Message, Quality
from agent.model.time import Now

READ, WEIGHTS, ANSWERS = "QP", 6, 0x80
PLAIN, NUMBERED = 4, 5
"""Bytes per channel: a signed 32-bit weight, low byte first (the log), perhaps behind a number (the
script working.py, which skips one byte before each)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZemicOptions:
    """``channel``: from 1 on.  ``grams``: what a last digit is worth; 0.1 in working.py.
    ``confirmed_kg``: the known weight that somebody put on and saw shown right.
    """

    channel: Annotated[int, Interval(ge=1, le=10)] = 1
    grams: Annotated[float, Gt(0), Le(1000)] = 0.1
    confirmed_kg: Annotated[float, Gt(0), Le(100_000)] | None = None


class Zemic:
    """Each poll asks twice.  Good is only what was said twice by a module that was confirmed."""

    every = 1.0

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, ZemicOptions) else ZemicOptions()
        self._telling, self._options = Telling(seat), options
        self._address = 1 if seat.address is None else seat.address
        self._factor = Decimal(str(options.grams)) / 1000  # 0.1 as it is written

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        first = await self._digits(line)
        digits = await self._digits(line)
        good = digits == first and self._options.confirmed_kg is not None
        quality = Quality.GOOD if good else Quality.SUSPECT
        return self._telling.weight(float(digits * self._factor), quality, now())

    async def _digits(self, line: Asks) -> int:
        question = zemic.encode(self._address, READ, bytes((WEIGHTS, 0)))
        frame = await line.ask(question, _answer(self._address), expect=64)
        count, table = frame.data[1], frame.data[2:]
        size = len(table) // count if count else 0
        if size not in (PLAIN, NUMBERED) or len(table) != size * count:
            raise Refused("its answer has another form 应答格式不符")
        if self._options.channel > count:
            raise Refused(f"it has {count} channels 只有 {count} 个通道")
        end = size * self._options.channel
        return int.from_bytes(table[end - PLAIN : end], "little", signed=True)


def _answer(address: int) -> Answer[Frame]:
    def wanted(frame: Frame) -> bool:
        ours = frame.addr == address | ANSWERS and frame.cmd == READ
        return ours and len(frame.data) > 2 and frame.data[0] == WEIGHTS

    return lambda heard: search(zemic.take, heard, wanted)


MODEL = Model(
    name="zemic",
    build=Zemic,
    options=ZemicOptions,
    zh="中航电测（Zemic）称重模块",
    en="Zemic weighing module",
    baud=9600,  # not known: the public logs went through a network converter
    manners=Manners(patience=0.5),
    needs_address=True,
    protocol="zemic",
    measures=("weight",),
)
