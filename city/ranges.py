"""Sets of sequence numbers, kept as ranges: few ranges stand for millions of numbers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

Range = tuple[int, int]
"""First and last, both included."""


class Ranges:
    """Ranges that touch become one.  Adding is idempotent and takes any order."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in ranges:
            self.add(first, last)

    def __iter__(self) -> Iterator[Range]:
        return zip(self._firsts, self._lasts, strict=True)

    def __len__(self) -> int:
        return len(self._firsts)

    def add(self, first: int, last: int) -> tuple[list[int], Range]:
        """Where ranges began that are swallowed, and the range that now stands in their place.

        So a table of ranges can follow without being written anew.  ``first`` <= ``last``.
        """
        low = bisect_left(self._lasts, first - 1)
        high = bisect_right(self._firsts, last + 1)
        swallowed = self._firsts[low:high]
        if swallowed:
            first = min(first, swallowed[0])
            last = max(last, self._lasts[high - 1])
        self._firsts[low:high] = [first]
        self._lasts[low:high] = [last]
        return swallowed, (first, last)

    def covers(self, first: int, last: int) -> bool:
        """Whether every number of the range is in the set."""
        at = bisect_right(self._firsts, first) - 1
        return at >= 0 and self._lasts[at] >= last

    def touches(self, first: int, last: int) -> bool:
        """Whether any number of the range is in the set."""
        at = bisect_left(self._lasts, first)
        return at < len(self._firsts) and self._firsts[at] <= last

    def holes(self, first: int, last: int) -> Iterator[Range]:
        """The parts of the range that are not in the set, from low to high."""
        at = bisect_left(self._lasts, first)
        while at < len(self._firsts) and self._firsts[at] <= last:
            if first < self._firsts[at]:
                yield first, self._firsts[at] - 1
            first = self._lasts[at] + 1
            at += 1
        if first <= last:
            yield first, last

    @property
    def top(self) -> int:
        """The highest number; 0 of an empty set, for numbers begin with 1."""
        return self._lasts[-1] if self._lasts else 0

    def total(self) -> int:
        """How many numbers are in the set."""
        return sum(self._lasts) - sum(self._firsts) + len(self._firsts)
