"""How much of the disk the journal may fill, and what goes first when it is more.

Readings that the platform has; then the oldest readings it lacks, with a gap record; events and
commands only ever make room for events and commands, in the same order.  Deleting is batched: a
step below the budget at a time, so that the ring costs next to nothing per reading.
"""

from dataclasses import dataclass

from agent.model.kinds import BULK, URGENT
from agent.store.database import Database
from agent.store.draft import Draft
from agent.store.ranges import Range

_STEP = 64  # a budget's part that is freed at once, so that a ring of gaps has few records
_ROWS = 64  # deleted between two looks at what is free


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes per stream."""

    urgent: int
    bulk: int

    def of(self, stream: str) -> int:
        return self.urgent if stream == URGENT else self.bulk


def trim(db: Database, draft: Draft, budget: Budget) -> None:
    """Bring both streams below their budgets; inside a transaction, before its rows."""
    for stream in (BULK, URGENT):
        if _used(db, stream) > budget.of(stream):
            _shrink(db, draft, stream, budget.of(stream) * (_STEP - 1) // _STEP)


def make_room(db: Database, draft: Draft) -> bool:
    """The disk is full below the budget: give up a part of the readings; whether there were any."""
    used = _used(db, BULK)
    lowest = db.lowest(BULK)
    _shrink(db, draft, BULK, used * 7 // 8)
    return db.lowest(BULK) > lowest


def _used(db: Database, stream: str) -> int:
    usage = db.usage()
    return usage.urgent if stream == URGENT else usage.bulk


def _shrink(db: Database, draft: Draft, stream: str, target: int) -> None:
    for first, last in list(db.settled[stream]):
        while _used(db, stream) > target and (rows := db.rows(stream, (first, last), _ROWS)):
            db.delete(stream, rows)
    everything, lost = (0, db.numbers.last(stream)), []
    while _used(db, stream) > target and (rows := db.rows(stream, everything, _ROWS)):
        lost += unsettled(db, stream, rows)
        db.delete(stream, rows)
    give_up(db, draft, stream, lost, "budget")


def unsettled(db: Database, stream: str, rows: list[Range]) -> list[Range]:
    """What of the rows the platform lacks; to be asked before they are deleted."""
    return [hole for row in rows for hole in db.settled[stream].holes(*row)]


def give_up(db: Database, draft: Draft, stream: str, lost: list[Range], reason: str) -> None:
    """Gap records for numbers that are gone and that the platform lacks, few for many."""
    for first, last in joined(lost):
        for epoch, low, high in db.epochs(stream, first, last):
            draft.gap(stream, epoch, low, high, reason)
            draft.dropped[stream] += high - low + 1


def joined(ranges: list[Range]) -> list[Range]:
    """Neighbours become one; the order stays."""
    out: list[Range] = []
    for first, last in ranges:
        if out and out[-1][1] + 1 == first:
            out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return out
