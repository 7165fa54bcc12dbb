"""``sane``: what cannot be is invalid, what jumps is suspect.

The jump test compares with the last good value: its distance may be at most ``max_rate`` per
second since then.  Such a (Lipschitz) test adds up, by the triangle inequality: when readings in
between are dropped by ``thin``, the rest still passes.  A real step to a new level is suspect for
as long as ``max_rate`` needs to get there, and good again from then on.  All sums are of whole
numbers, since the last bit of a float would break that argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated

from annotated_types import Gt

from agent.model.kept import kept, quanta
from agent.model.messages import Message, Quality, Reading
from agent.model.quantities import QUANTITIES
from agent.pipeline.base import Post

_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one quantity, in its unit.  None: the bound of the table of quantities; no jump test."""

    low: float | None = None
    high: float | None = None
    max_rate: Annotated[float, Gt(0)] | None = None  # unit per second


@dataclass(frozen=True, slots=True, kw_only=True)
class SaneOptions:
    """``limits`` by quantity; a quantity without limits has those of the table."""

    limits: Mapping[str, Limits] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for quantity, limits in self.limits.items():
            if quantity not in QUANTITIES:
                raise ValueError(f"limits: no quantity {quantity} 没有这个量")
            low, high = _range(quantity, limits)
            if low > high:
                raise ValueError(f"limits.{quantity}: low is above high 下限高于上限")
        object.__setattr__(self, "limits", MappingProxyType(dict(self.limits)))


@dataclass(slots=True)
class _Last:
    """The last good value; ``quanta`` and nanoseconds are whole numbers."""

    boot: str
    mono_ns: int
    value: int


class Sane:
    """Degrades a quality, never improves one; drops nothing."""

    def __init__(self, options: SaneOptions) -> None:
        limits = {name: options.limits.get(name, Limits()) for name in QUANTITIES}
        self._ranges = {name: _range(name, limits[name]) for name in QUANTITIES}
        self._steps = {
            name: quanta(name, rule.max_rate)
            for name, rule in limits.items()
            if rule.max_rate is not None
        }
        self._last: dict[tuple[str, str | None, str], _Last] = {}

    def __call__(self, message: Message, /) -> Sequence[Message]:
        if not isinstance(message, Reading) or message.quantity not in self._ranges:
            return (message,)
        low, high = self._ranges[message.quantity]
        if not low <= kept(message.quantity, message.value) <= high:
            return (_degraded(message, Quality.INVALID),)
        if message.quality is Quality.GOOD and self._jumped(message):
            return (_degraded(message, Quality.SUSPECT),)
        return (message,)

    def _jumped(self, reading: Reading) -> bool:
        """Also remembers the reading when it did not."""
        step = self._steps.get(reading.quantity)
        if step is None:
            return False
        key = (reading.device, reading.point, reading.quantity)
        value, at, last = quanta(reading.quantity, reading.value), reading.at, self._last.get(key)
        if last is None or last.boot != at.boot:
            self._last[key] = _Last(at.boot, at.mono_ns, value)
            return False
        if abs(value - last.value) * _SECOND > step * (at.mono_ns - last.mono_ns):
            return True
        last.mono_ns, last.value = at.mono_ns, value
        return False


def build(post: Post) -> Sane:
    return Sane(post.options)


def _range(quantity: str, limits: Limits) -> tuple[float, float]:
    table = QUANTITIES[quantity]
    low = table.low if limits.low is None else limits.low
    high = table.high if limits.high is None else limits.high
    return low, high


def _degraded(reading: Reading, quality: Quality) -> Reading:
    return reading if reading.quality is quality else replace(reading, quality=quality)
