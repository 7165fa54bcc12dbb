"""What the way to the platform has carried since the process began."""

from collections import Counter
from dataclasses import dataclass, field

from agent.model.kinds import BULK, URGENT
from agent.store.ranges import Range, Ranges

LANES = (URGENT, "live", "backfill")
STREAM_OF = {URGENT: URGENT, "live": BULK, "backfill": BULK}

_MOST_RANGES = 1024
"""Of numbers that are known to have been sent.  Beyond it they are forgotten, and what is sent
again then counts as new; an honest life needs a handful."""


@dataclass(slots=True)
class Counts:
    """Records, not messages."""

    sent: Counter[str] = field(default_factory=Counter)  # by lane, every sending
    resent: Counter[str] = field(default_factory=Counter)  # of them sent before
    acked: Counter[str] = field(default_factory=Counter)  # by stream
    connects: int = 0
    accepted: int = 0  # commands
    rejected: Counter[str] = field(default_factory=Counter)  # commands, by reason
    _known: dict[tuple[str, int], Ranges] = field(default_factory=dict)

    def went(self, lane: str, epoch: int, piece: Range) -> None:
        records = piece[1] - piece[0] + 1
        known = self._known.setdefault((STREAM_OF[lane], epoch), Ranges())
        self.sent[lane] += records
        if known.covers(*piece):
            self.resent[lane] += records
        known.add(*piece)
        if len(known) > _MOST_RANGES or len(self._known) > _MOST_RANGES:
            self._known.clear()
