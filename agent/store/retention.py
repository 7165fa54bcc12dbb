"""What is too old goes, also where space would allow to keep it: people's traces above all.

Age counts from capture, which is earlier than any acknowledgement: the stricter reading.  A record
the platform lacks goes by age only if its kind is personal (who came through which door and when:
the law on personal information sets the term, not our outage) or if the configuration names the
kind; it then leaves a gap record.  Readings go by age only where ``keep_days.reading`` is set;
otherwise the budget is their only bound.

A record without UTC is as old as its boot's first anchor tells; without one it is at least as old
as the first anchor of a later boot; and if nothing is known it stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.model.kinds import BULK, KINDS, URGENT
from agent.store.budget import give_up, unsettled
from agent.store.database import Database
from agent.store.draft import Draft
from agent.store.ranges import Range

DAY_NS = 86_400 * 10**9
READING = "reading"
OTHERS = 180
"""Days for what the table of kinds does not name: commands, gaps, kinds of a newer Linli."""
_ROWS = 256  # looked at between two releases of the interpreter


@dataclass(frozen=True, slots=True)
class Keep:
    """``days`` by kind, as configured; the table's own stand behind it."""

    days: Mapping[str, int]

    def term_ns(self, kind: str) -> int:
        own = KINDS[kind].keep_days if kind in KINDS else OTHERS
        return self.days.get(kind, own) * DAY_NS

    def unsent_too(self, kind: str) -> bool:
        return kind in self.days or (kind in KINDS and KINDS[kind].personal)

    def shortest_ns(self) -> int:
        terms = [*self.days.values(), *(k.keep_days for k in KINDS.values()), OTHERS]
        return min(terms) * DAY_NS


class Ages:
    """When a record was captured at the latest, nanoseconds since 1970; None if nobody can tell."""

    def __init__(self, db: Database) -> None:
        first = db.anchors()
        self._offsets = {boot: offset for boot, _, offset in first}
        self._begins = sorted((boot, mono + offset) for boot, mono, offset in first)

    def latest(self, boot: int, mono_ns: int, utc_ns: int | None) -> int | None:
        if utc_ns is not None:
            return utc_ns
        if boot in self._offsets:
            return mono_ns + self._offsets[boot]
        return next((utc for later, utc in self._begins if later > boot), None)


def sweep(db: Database, draft: Draft, keep: Keep, now_ns: int) -> None:
    """Delete what has reached its term; inside a transaction, before the draft's rows."""
    ages = Ages(db)
    _delete(db, draft, URGENT, list(_old_records(db, ages, keep, now_ns)))
    if READING in keep.days:
        before = now_ns - keep.days[READING] * DAY_NS
        _delete(db, draft, BULK, list(_old_blocks(db, ages, before)))


def _old_records(db: Database, ages: Ages, keep: Keep, now_ns: int) -> Iterator[Range]:
    """Walks from the oldest and stops at the first that is younger than every term."""
    shortest, cursor = now_ns - keep.shortest_ns(), 0
    while rows := db.captured(URGENT, cursor, _ROWS):
        for seq, _, boot, mono_ns, utc_ns, kind in rows:
            at = ages.latest(boot, mono_ns, utc_ns)
            if at is not None and at >= shortest:
                return
            sent = db.settled[URGENT].covers(seq, seq)
            due = at is not None and at < now_ns - keep.term_ns(kind)
            if due and (sent or keep.unsent_too(kind)):
                yield seq, seq
        cursor = rows[-1][0]


def _old_blocks(db: Database, ages: Ages, before_ns: int) -> Iterator[Range]:
    cursor = 0
    while rows := db.captured(BULK, cursor, _ROWS):
        for first, last, boot, mono_ns, utc_ns, _ in rows:
            at = ages.latest(boot, mono_ns, utc_ns)
            if at is not None and at >= before_ns:
                return
            if at is not None:
                yield first, last
        cursor = rows[-1][0]


def _delete(db: Database, draft: Draft, stream: str, rows: list[Range]) -> None:
    if rows:
        lost = unsettled(db, stream, rows)
        db.delete(stream, rows)
        give_up(db, draft, stream, lost, "age")
