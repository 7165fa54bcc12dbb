"""What stands in which register of a Modbus sensor, and what the words there mean."""

import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from annotated_types import Ge, Interval, Le, MaxLen, MinLen

from agent.config.catalogue import Wrong
from agent.drivers.air.blocks import Span
from agent.model.messages import Quality
from agent.model.quantities import QUANTITIES

Register = Annotated[int, Interval(ge=0, le=0xFFFF)]
Function = Literal[3, 4]
Words = Mapping[tuple[int, int], int]
"""By function and register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One quantity: value = raw · ``scale`` + ``offset``, in the unit of the quantity.

    ``register`` as on the wire, from 0 on.  ``function``: 3 for holding registers, 4 for input
    registers.  ``order``: which word of a 32-bit value stands in the first register.  ``invalid``:
    raw values that mean "none".  Below ``low`` or above ``high`` a value is invalid.
    """

    quantity: Annotated[str, MinLen(1), MaxLen(32)]
    register: Register
    function: Function = 3
    type: Literal["u16", "s16", "u32", "s32", "f32"] = "u16"
    order: Literal["high", "low"] = "high"
    scale: Annotated[float, Ge(-1e6), Le(1e6)] = 1.0
    offset: Annotated[float, Ge(-1e6), Le(1e6)] = 0.0
    invalid: Annotated[tuple[int, ...], MaxLen(8)] = ()
    low: float | None = None
    high: float | None = None

    @property
    def span(self) -> Span:
        return Span(self.function, self.register, 1 if self.type in ("u16", "s16") else 2)

    def value(self, words: Words) -> tuple[float, Quality]:
        """What the device said; a value that is no number is the bound of the quantity, invalid."""
        span, known = self.span, QUANTITIES[self.quantity]
        raw = _raw([words[span.function, register] for register in span.registers], self)
        if not math.isfinite(raw):
            return known.high, Quality.INVALID
        exact = Decimal(str(raw)) * Decimal(str(self.scale)) + Decimal(str(self.offset))
        value = round(float(exact), 6)
        low = known.low if self.low is None else max(self.low, known.low)
        high = known.high if self.high is None else min(self.high, known.high)
        good = low <= value <= high and raw not in self.invalid
        return value, Quality.GOOD if good else Quality.INVALID

    def wrong(self) -> Iterator[Wrong]:
        if self.quantity not in QUANTITIES:
            yield Wrong(
                ("quantity",),
                f"没有名为 {self.quantity} 的量",
                f"no quantity is named {self.quantity}",
            )
        if self.span.registers[-1] > 0xFFFF:
            yield Wrong(
                ("register",), "32 位的值超出寄存器范围", "a 32-bit value has no room there"
            )
        if self.scale == 0:
            yield Wrong(("scale",), "倍率不能为 0", "the scale must not be 0")
        if self.low is not None and self.high is not None and self.low > self.high:
            yield Wrong(("low",), "low 大于 high", "low is above high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A fault that the device reports of itself: a ``bit`` that is set, or one of ``values``."""

    fault: Annotated[str, MinLen(1), MaxLen(48)]
    register: Register
    function: Function = 3
    bit: Annotated[int, Interval(ge=0, le=15)] | None = None
    values: Annotated[tuple[int, ...], MaxLen(16)] = ()

    @property
    def span(self) -> Span:
        return Span(self.function, self.register, 1)

    def is_set(self, words: Words) -> bool:
        word = words[self.function, self.register]
        return word in self.values or (self.bit is not None and bool(word >> self.bit & 1))

    def wrong(self) -> Iterator[Wrong]:
        if (self.bit is None) == (not self.values):
            yield Wrong(("bit",), "bit 和 values 写且只写一个", "write either bit or values")


def _raw(words: Sequence[int], field: Field) -> int | float:
    ordered = words if field.order == "high" else words[::-1]
    data = b"".join(word.to_bytes(2) for word in ordered)
    if field.type == "f32":
        number: float = struct.unpack(">f", data)[0]
        return number
    return int.from_bytes(data, signed=field.type.startswith("s"))
