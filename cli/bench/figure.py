"""One measured figure beside its goal."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    figure: str
    value: float
    unit: str
    goal: float
    op: Literal["<=", ">="]
    how: str

    @property
    def met(self) -> bool:
        return self.value <= self.goal if self.op == "<=" else self.value >= self.goal

    def as_line(self) -> dict[str, object]:
        return {
            "figure": self.figure,
            "value": round(self.value, 3),
            "unit": self.unit,
            "goal": self.goal,
            "op": self.op,
            "met": self.met,
            "how": self.how,
        }


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile; ``share`` from 0 to 1; inf of nothing."""
    ranked = sorted(values)
    if not ranked:
        return float("inf")
    return ranked[min(len(ranked) - 1, round(share * len(ranked)))]
