"""Records onto their tables, each once: what the number is, and whether it was here.

Nearly every number is new, and the ranges say so without asking a table.  Only where they overlap
are the rows compared.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from city.codec import MOST_READINGS
from city.parcels import Head, Readings, Sealed, Told
from city.store.had import Had
from city.store.names import Names

_Row = tuple[object, ...]
_Columns = tuple[Sequence[object], ...]
"""Of readings that are all new: seq, series, time, quality, value."""
_Moment = tuple[str, int | None]
"""Boot and monotonic time; the time is None where it is not known: inside of a sealed block."""


@dataclass(slots=True)
class Tally:
    rows: int = 0
    duplicates: int = 0
    conflicts: int = 0


@dataclass(slots=True)
class Tallies:
    """Of one transaction, by sequence."""

    of: dict[int, Tally] = field(default_factory=dict)

    def add(self, sequence: int, rows: int, duplicates: int = 0, conflicts: int = 0) -> None:
        mine = self.of.setdefault(sequence, Tally())
        mine.rows += rows
        mine.duplicates += duplicates
        mine.conflicts += conflicts

    def total(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for each in self.of.values():
            sums["rows"] += each.rows
            sums["duplicates"] += each.duplicates
            sums["conflicts"] += each.conflicts
        return sums


class Shelf:
    """Inside the caller's transaction; ``renumber`` after a rollback."""

    def __init__(self, link: sqlite3.Connection, names: Names, had: Had) -> None:
        self._link, self._names, self._had = link, names, had
        self.tallies = Tallies()
        self.next_id = 1
        self.renumber()

    def renumber(self) -> None:
        """Ids go on above what is there."""
        self.tallies = Tallies()
        rows = self._link.execute(
            "SELECT max(id) FROM reading UNION ALL SELECT max(id) FROM told"
            " UNION ALL SELECT max(id) FROM block"
        )
        self.next_id = 1 + max(top or 0 for (top,) in rows)

    def readings(self, sequence: int, block: Readings) -> None:
        head = block.head
        touched = self._had.of(sequence).touches(head.first, head.last)
        known = self._known(sequence, head) if touched else {}
        series = [self._names.series(*each) for each in block.series]
        clock = self._names.clock(head.boot, block.offset_ns, block.tq)
        columns: _Columns = (
            range(head.first, head.last + 1),
            [series[place] for place in block.places],
            block.times,
            block.qualities,
            block.values,
        )
        branches: Sequence[int] = ()
        if known:
            fresh, branches = _sift(head, block.times, known)
            columns = tuple([column[at] for at in fresh] for column in columns)
        kept = len(columns[0])
        self._insert(sequence, clock, columns, branches or repeat(0, kept))
        conflicts = sum(branch > 0 for branch in branches)
        self.tallies.add(sequence, kept, head.n - kept, conflicts)
        if block.more is not None and kept:
            self._block(sequence, head, max(branches, default=0), 1, block.more)

    def sealed(self, sequence: int, block: Sealed) -> None:
        head = block.head
        known = self._known(sequence, head)
        moments = known.get(head.first, ())
        same = (head.boot, None) in moments or (head.boot, head.mono_ns) in moments
        if same and len(known) == head.n:
            self.tallies.add(sequence, 0, head.n)
            return
        branch = max(map(len, known.values()), default=0)
        self._block(sequence, head, branch, 0, block.payload)
        self.tallies.add(sequence, head.n, 0, head.n if branch else 0)

    def told(self, sequence: int, told: Told) -> bool:
        """Whether it was new."""
        branch = 0
        if self._had.of(sequence).covers(told.seq, told.seq):
            rows = self._link.execute(
                "SELECT boot, mono_ns FROM told WHERE sequence = ? AND seq = ?",
                (sequence, told.seq),
            ).fetchall()
            if (told.boot, told.mono_ns) in rows:
                self.tallies.add(sequence, 0, 1)
                return False
            branch = len(rows)
        words = (told.type, told.kind, told.device, told.boot, told.mono_ns, told.raw)
        self._link.execute(
            "INSERT INTO told VALUES (?,?,?,?,?,?,?,?,?,?)",
            (self._ids(1).start, sequence, told.seq, branch, *words),
        )
        self.tallies.add(sequence, 1, 0, int(branch > 0))
        return True

    def _insert(
        self,
        sequence: int,
        clock: int,
        columns: Sequence[Sequence[object]],
        branches: Iterable[int],
    ) -> None:
        seqs, series, times, qualities, values = columns
        rows: Iterable[_Row] = zip(
            self._ids(len(seqs)),
            repeat(sequence),
            seqs,
            branches,
            series,
            repeat(clock),
            times,
            qualities,
            values,
        )
        self._link.executemany("INSERT INTO reading VALUES (?,?,?,?,?,?,?,?,?)", rows)

    def _block(self, sequence: int, head: Head, branch: int, decoded: int, payload: bytes) -> None:
        values = (head.first, head.last, branch, head.boot, head.mono_ns, decoded, payload)
        self._link.execute(
            "INSERT OR IGNORE INTO block VALUES (?,?,?,?,?,?,?,?,?)",
            (self._ids(1).start, sequence, *values),
        )

    def _ids(self, n: int) -> range:
        ids = range(self.next_id, self.next_id + n)
        self.next_id += n
        return ids

    def _known(self, sequence: int, head: Head) -> dict[int, list[_Moment]]:
        """What stands under the block's numbers, by number: one moment for each branch."""
        known: dict[int, list[_Moment]] = {}
        rows = self._link.execute(
            "SELECT seq, boot, mono_ns FROM reading JOIN clock ON clock.id = clock"
            " WHERE sequence = ? AND seq BETWEEN ? AND ?",
            (sequence, head.first, head.last),
        )
        for seq, boot, mono_ns in rows:
            known.setdefault(seq, []).append((boot, mono_ns))
        blocks = self._link.execute(
            "SELECT first, last, boot, mono_ns FROM block"
            " WHERE sequence = ? AND first BETWEEN ? AND ? AND last >= ? AND decoded = 0",
            (sequence, head.first - MOST_READINGS, head.last, head.first),
        )
        for first, last, boot, mono_ns in blocks:
            other = first == head.first and mono_ns != head.mono_ns
            for seq in range(max(first, head.first), min(last, head.last) + 1):
                known.setdefault(seq, []).append((boot, mono_ns if other else None))
        return known


def _sift(
    head: Head, times: Sequence[int], known: dict[int, list[_Moment]]
) -> tuple[list[int], list[int]]:
    """Places of the readings that are new, and the branch that each belongs to."""
    fresh, branches = [], []
    for at, mono_ns in enumerate(times):
        moments = known.get(head.first + at, ())
        if (head.boot, mono_ns) not in moments and (head.boot, None) not in moments:
            fresh.append(at)
            branches.append(len(moments))
    return fresh, branches
