"""How fast things go, from snapshots that follow each other."""

from collections import deque
from collections.abc import Callable

from agent.web.snapshot import Snapshot

SPAN_S = 60.0  # a bulk block is sealed every 15 s by default: shorter spans would jump
SHORT_S = 5.0  # what a person calls "now"
_MOST = 120  # snapshots kept: SPAN_S at one a second, with room for two


class Window:
    """The last snapshots, compared in the agent's own time; begun anew if it restarted."""

    def __init__(self) -> None:
        self._seen: deque[Snapshot] = deque(maxlen=_MOST)

    def add(self, now: Snapshot) -> None:
        if self._seen and not _follows(self._seen[-1], now):
            self._seen.clear()
        self._seen.append(now)

    def rate(self, count: Callable[[Snapshot], float], over_s: float = SPAN_S) -> float | None:
        """How much ``count`` grew per second; None while there is nothing to compare with."""
        if not self._seen:
            return None
        now = self._seen[-1]
        before = next(each for each in self._seen if now.mono_s - each.mono_s <= over_s)
        passed = now.mono_s - before.mono_s
        return (count(now) - count(before)) / passed if passed > 0 else None


def _follows(before: Snapshot, now: Snapshot) -> bool:
    same = before.process.pid == now.process.pid and before.boot == now.boot
    return same and now.mono_s >= before.mono_s
