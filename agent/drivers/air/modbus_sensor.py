"""Any Modbus sensor: which register holds what is told by a map (``maps.py``) or written down.

It only reads.  A new transmitter needs no code: ``fields`` in the configuration, or a file more in
``agent/drivers/maps``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval, MaxLen

from agent.config.catalogue import Wrong
from agent.drivers.air.blocks import Span, plan
from agent.drivers.air.fields import Field, Flag, Words
from agent.drivers.air.maps import Name, shipped
from agent.drivers.air.telling import Faults
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.registers import read_registers
from agent.line.asking import Asks, Manners
from agent.model.messages import Message, Quality, Reading
from agent.model.quantities import QUANTITIES
from agent.model.time import Now, Stamp

_OFTEN = 3
"""Polls in a row that a field is refused before that is a fault: a device may be busy for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorOptions:
    """Either ``map``, of which ``only`` names the quantities that are wanted (all, if none is
    named), or ``fields`` and perhaps ``faults``.  ``period``: seconds between two polls."""

    map: Name | None = None
    only: Annotated[tuple[str, ...], MaxLen(32)] = ()
    fields: Annotated[tuple[Field, ...], MaxLen(64)] = ()
    faults: Annotated[tuple[Flag, ...], MaxLen(32)] = ()
    period: Annotated[float, Interval(ge=1, le=3600)] | None = None

    def all_fields(self) -> tuple[Field, ...]:
        fields = shipped(self.map).fields if self.map else self.fields
        return tuple(f for f in fields if not self.only or f.quantity in self.only)

    def all_faults(self) -> tuple[Flag, ...]:
        return (*(shipped(self.map).faults if self.map else ()), *self.faults)

    def wrong(self) -> Iterator[Wrong]:
        if (self.map is None) == (not self.fields):
            yield Wrong((), "map 和 fields 写且只写一个", "write either map or fields")
        yield from _each("fields", self.fields)
        yield from _each("faults", self.faults)
        there = {f.quantity for f in (shipped(self.map).fields if self.map else self.fields)}
        for at, name in enumerate(self.only):
            if name not in there:
                yield Wrong(("only", at), f"没有 {name}", f"{name} is not there")


def _each(name: str, rows: tuple[Field | Flag, ...]) -> Iterator[Wrong]:
    for at, row in enumerate(rows):
        for wrong in row.wrong():
            yield Wrong((name, at, *wrong.at), wrong.zh, wrong.en)


class ModbusSensor:
    """Each poll is one question for each block of registers.

    A device that refuses a block is asked for its fields one by one, and from then on always so.
    A field that it refuses even alone is a fault; the others are told.
    """

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, SensorOptions) else SensorOptions()
        self._seat, self._fields, self._flags = seat, options.all_fields(), options.all_faults()
        self._address = 1 if seat.address is None else seat.address
        self._spans = sorted({f.span for f in self._fields} | {f.span for f in self._flags})
        self._blocks = plan(self._spans)
        self._faults, self._refused = Faults(seat), Counter[Span]()
        self._refusal = Refused("")
        self._every = options.period or (shipped(options.map).period if options.map else 1.0)

    @property
    def every(self) -> float:
        return self._every

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        words = dict[tuple[int, int], int]()
        self._refusal = Refused("neither map nor fields are given 未写 map 或 fields")
        for block in tuple(self._blocks):
            words |= await self._block(line, block)
        if not words:
            raise self._refusal
        return self._told(words, now())

    async def _block(self, line: Asks, block: Span) -> Words:
        """What this block says, or its pieces do; those take its place if any of them answers."""
        pieces = [span for span in self._spans if block.holds(span)]
        words = await self._try(line, block)
        if words or len(pieces) == 1:
            return words
        for piece in pieces:
            words |= await self._try(line, piece)
        if words:
            at = self._blocks.index(block)
            self._blocks[at : at + 1] = pieces
        return words

    async def _try(self, line: Asks, span: Span) -> dict[tuple[int, int], int]:
        """Empty if it refuses."""
        try:
            words = await read_registers(line, self._address, span.start, span.count, span.function)
        except Refused as no:
            self._refused[span] += 1
            self._refusal = no
            return {}
        self._refused[span] = 0
        return {(span.function, r): w for r, w in zip(span.registers, words, strict=True)}

    def _told(self, words: Words, at: Stamp) -> list[Message]:
        def there(row: Field | Flag) -> bool:
            return all((row.function, register) in words for register in row.span.registers)

        missing = {
            f"register {span.start} refused"
            for span, times in self._refused.items()
            if times >= _OFTEN and span in self._spans
        }
        flags = {flag.fault for flag in self._flags if there(flag) and flag.is_set(words)}
        told = self._faults.now(missing | flags, at)
        fields = (field for field in self._fields if there(field))
        return [*told, *(self._reading(field, words, at, doubted=bool(flags)) for field in fields)]

    def _reading(self, field: Field, words: Words, at: Stamp, *, doubted: bool) -> Reading:
        value, quality = field.value(words)
        return Reading(
            device=self._seat.device,
            at=at,
            quantity=field.quantity,
            value=value,
            quality=Quality.SUSPECT if doubted and quality is Quality.GOOD else quality,
            point=self._seat.point,
        )


MODEL = Model(
    name="modbus-sensor",
    build=ModbusSensor,
    options=SensorOptions,
    zh="通用 Modbus 传感器（寄存器表可配置）",
    en="any Modbus sensor, by a map of its registers",
    baud=9600,  # Renke's are delivered with 4800: write it at the bus
    manners=Manners(patience=0.5),  # cheap transmitters take up to half a second
    needs_address=True,
    protocol="modbus",
    measures=tuple(QUANTITIES),
    tells=("fault_reported",),
)
