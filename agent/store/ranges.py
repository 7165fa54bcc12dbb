"""Sets of sequence numbers, kept as ranges: what the platform has, what is lost, what is gone."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

Range = tuple[int, int]
"""First and last, both included."""


class Ranges:
    """Few ranges stand for millions of numbers: those that touch become one.

    Adding is idempotent and takes any order.  Not for several threads.
    """

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self.update(ranges)

    def __iter__(self) -> Iterator[Range]:
        return zip(self._firsts, self._lasts, strict=True)

    def __len__(self) -> int:
        return len(self._firsts)

    def add(self, first: int, last: int) -> None:
        """An empty range (``last`` < ``first``) adds nothing."""
        if last < first:
            return
        low = bisect_left(self._lasts, first - 1)
        high = bisect_right(self._firsts, last + 1)
        if low < high:
            first = min(first, self._firsts[low])
            last = max(last, self._lasts[high - 1])
        self._firsts[low:high] = [first]
        self._lasts[low:high] = [last]

    def update(self, ranges: Iterable[Range]) -> None:
        for first, last in ranges:
            self.add(first, last)

    def highest(self) -> int:
        """The last number of the set; 0 if it is empty."""
        return self._lasts[-1] if self._lasts else 0

    def covers(self, first: int, last: int) -> bool:
        """Whether every number of the range is in the set."""
        at = bisect_right(self._firsts, first) - 1
        return at >= 0 and self._lasts[at] >= last

    def total(self) -> int:
        """How many numbers are in the set."""
        return sum(self._lasts) - sum(self._firsts) + len(self._firsts)

    def holes(self, first: int, last: int) -> Iterator[Range]:
        """The parts of the range that are not in the set, from low to high."""
        at = max(0, bisect_right(self._firsts, first) - 1)
        for low, high in zip(self._firsts[at:], self._lasts[at:], strict=True):
            if low > last:
                break
            if first < low:
                yield first, low - 1
            first = max(first, high + 1)
        if first <= last:
            yield first, last

    def copy(self) -> "Ranges":
        twin = Ranges()
        twin._firsts, twin._lasts = self._firsts.copy(), self._lasts.copy()
        return twin


def clip(ranges: Iterable[Range], low: int, high: int) -> Iterator[Range]:
    """What of the ranges lies within ``low``..``high``; empty and reversed ones fall out."""
    for first, last in ranges:
        if max(first, low) <= min(last, high):
            yield max(first, low), min(last, high)
