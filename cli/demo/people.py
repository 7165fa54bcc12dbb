"""The people of the scenario: they lay bags on scales and hold codes before the reader.

The demo plays the acts of ``config/demo/scenario.toml`` itself, from the moment when the box is
ready, and lets none begin that would not be over at the end: so the counts can be exact.
"""

import heapq
import threading
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Tell = Callable[..., None]
PASSES_S = {"load": 6.0, "show": 4.0}
"""Beyond ``hold_s``: a weight comes, settles, goes, and the pan comes to rest (hwsim: 3.5 s);
a phone is held before a camera for 2.5 s."""
OTHERS_S = 1.0


@dataclass(frozen=True, slots=True)
class Act:
    """``every_s`` None: once.  ``order`` is one of docs/hwsim.md."""

    at_s: float
    every_s: float | None
    order: Mapping[str, Any] = field(default_factory=dict)

    @property
    def takes_s(self) -> float:
        return PASSES_S.get(self.order["do"], OTHERS_S) + float(self.order.get("hold_s", 0.0))


def acts(scenario: str) -> Sequence[Act]:
    """The ``[[act]]`` of a scenario."""
    return [_act(dict(table)) for table in tomllib.loads(scenario).get("act", ())]


def without_acts(scenario: str) -> str:
    """The same scenario with nobody in it."""
    kept, keeps = list[str](), True
    for line in scenario.splitlines(keepends=True):
        if line.startswith("["):
            keeps = line.strip() != "[[act]]"
        if keeps:
            kept.append(line)
    return "".join(kept)


def _act(table: dict[str, Any]) -> Act:
    return Act(float(table.pop("at_s")), table.pop("every_s", None), table)


class People:
    """``run`` in a thread of its own: for ``seconds`` (None: no end), or until ``stop``."""

    def __init__(self, acts: Sequence[Act], tell: Tell, seconds: float | None) -> None:
        self._tell, self._seconds = tell, seconds
        self._order = count()
        self._due = [(act.at_s, next(self._order), act) for act in acts]
        heapq.heapify(self._due)
        self._stopped = threading.Event()

    def run(self) -> None:
        began = time.monotonic()
        while self._due:
            at_s, _, act = heapq.heappop(self._due)
            if self._seconds is not None and at_s + act.takes_s > self._seconds:
                continue
            if self._stopped.wait(max(0.0, began + at_s - time.monotonic())):
                return
            self._tell(**act.order)
            if act.every_s is not None:
                heapq.heappush(self._due, (at_s + act.every_s, next(self._order), act))

    def stop(self) -> None:
        self._stopped.set()
