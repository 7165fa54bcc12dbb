"""Which registers are asked for in one question.

A question and its answer cost some 60 ms at 4800 baud, one more register 4 ms; so what lies near
is asked together, gaps included.
"""

from collections.abc import Iterable
from dataclasses import dataclass

GAP = 8  # registers that nobody wants, and that cost less than another question
MOST = 64  # in one question; Modbus allows 125, small devices less


@dataclass(frozen=True, slots=True, order=True)
class Span:
    function: int
    start: int
    count: int

    @property
    def end(self) -> int:
        return self.start + self.count

    @property
    def registers(self) -> range:
        return range(self.start, self.end)

    def holds(self, other: "Span") -> bool:
        inside = self.start <= other.start and other.end <= self.end
        return inside and self.function == other.function


def plan(spans: Iterable[Span]) -> list[Span]:
    """Blocks that hold all of ``spans``, in order; none is torn apart."""
    blocks = list[Span]()
    for span in sorted(set(spans)):
        joined = _join(blocks[-1], span) if blocks else None
        if joined is None:
            blocks.append(span)
        else:
            blocks[-1] = joined
    return blocks


def _join(block: Span, span: Span) -> Span | None:
    end = max(block.end, span.end)
    near = span.function == block.function and span.start - block.end <= GAP
    return (
        Span(block.function, block.start, end - block.start)
        if near and end - block.start <= MOST
        else None
    )
