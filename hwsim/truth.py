"""The ground truth: what really happened, one JSON object per line (docs/hwsim.md has the fields).

Demo, drills and benchmarks count what was sent from here, never from the agent.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from itertools import count

Write = Callable[[str], None]
Stamp = Callable[[], int]
"""CLOCK_BOOTTIME in nanoseconds, the agent's own monotonic clock."""


def as_line(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


class Truth:
    """``write`` gets whole lines and must not lose them."""

    def __init__(self, write: Write, stamp: Stamp) -> None:
        self._write, self.stamp = write, stamp
        self._ids = count(1)
        self._began = stamp()
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def tell(self, truth: str, fields: Mapping[str, object], at_ns: int | None = None) -> None:
        """One line.  ``at_ns``: when it was so, if that was before now."""
        mono_ns = self.stamp() if at_ns is None else at_ns
        self._write(as_line({"truth": truth, "id": next(self._ids), "mono_ns": mono_ns, **fields}))

    def count(self, whose: str, what: str, times: int = 1) -> None:
        """``whose``: a bus or a device.  Shown by ``totals``."""
        self.counts[whose][what] += times

    def totals(self) -> None:
        seconds = (self.stamp() - self._began) / 1e9
        counts = {whose: dict(sorted(counts.items())) for whose, counts in self.counts.items()}
        self.tell("totals", {"seconds": round(seconds, 3), "counts": counts})

    def error(self, message: str, control: object = None) -> None:
        """A control that could not be done; the world goes on."""
        self._write(as_line({"error": message, "control": control}))
