"""So many of so many, and how far that can be trusted."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Self

Z95 = 1.959964  # of the normal distribution, two-sided


@dataclass(frozen=True, slots=True)
class Share:
    hits: int
    of: int

    @classmethod
    def count(cls, judged: Iterable[bool]) -> Self:
        told = list(judged)
        return cls(sum(told), len(told))

    @property
    def pct(self) -> float:
        """0 of nothing."""
        return 100 * self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, in percent, by Wilson (J. Am. Stat. Assoc. 22, 1927): fit for shares near 100 %."""
        if not self.of:
            return 0.0, 100.0
        n, p, z2 = self.of, self.hits / self.of, Z95**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.hits} of {self.of} = {self.pct:.1f} % (95 %: {low:.1f} to {high:.1f})"
