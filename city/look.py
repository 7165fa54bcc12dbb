"""Looking at what the city has: read-only, from any process, also while the city is down."""

import heapq
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from city import forms
from city.forms import Record
from city.parcels import BULK, URGENT
from city.ranges import Ranges
from city.store import schema

Identity = tuple[str, str, int, int, int]
"""Gateway, stream, epoch, seq, branch."""
MOST_RECORDS = 10_000
"""Of one page: about 2.5 MB as JSON."""
SHOWN = 16
"""Holes of one sequence that a status lists; it counts all."""

_READINGS = (
    "SELECT id, gateway, epoch, seq, branch, device, point, quantity, value, quality, boot,"
    " mono_ns, offset_ns, tq FROM named_reading WHERE id > ? ORDER BY id LIMIT ?"
)
_TOLD = "SELECT id, branch, raw FROM told WHERE id > ? ORDER BY id LIMIT ?"
_BLOCKS = (
    "SELECT id, gateway, epoch, first, last, branch, boot, mono_ns, payload FROM named_block"
    " WHERE id > ? AND decoded = 0 ORDER BY id LIMIT ?"
)
_COUNTS = """
    WITH counted AS (
        SELECT sequence, count(*) AS n FROM reading GROUP BY sequence
        UNION ALL SELECT sequence, count(*) FROM told GROUP BY sequence
        UNION ALL SELECT sequence, sum(last - first + 1) FROM block WHERE decoded = 0
            GROUP BY sequence)
    SELECT gateway, stream, sum(n) FROM counted JOIN named_sequence AS of ON of.id = sequence
    GROUP BY gateway, stream"""
_IDENTITIES = """
    SELECT gateway, stream, epoch, seq, seq, branch FROM named_reading
        WHERE gateway = ?1 OR ?1 IS NULL
    UNION ALL SELECT gateway, stream, epoch, seq, seq, branch FROM named_told
        WHERE gateway = ?1 OR ?1 IS NULL
    UNION ALL SELECT gateway, stream, epoch, first, last, branch FROM named_block
        WHERE decoded = 0 AND (gateway = ?1 OR ?1 IS NULL)"""

_COMMITTED = "(SELECT utc_ns FROM arrival WHERE first <= id ORDER BY first DESC LIMIT 1)"
_ARRIVALS = {
    URGENT: f"SELECT gateway, stream, epoch, seq, branch, {_COMMITTED} FROM named_told"  # noqa: S608
    " WHERE gateway = ?1 OR ?1 IS NULL ORDER BY id",
    BULK: f"SELECT gateway, stream, epoch, seq, branch, {_COMMITTED} FROM named_reading"  # noqa: S608
    " WHERE gateway = ?1 OR ?1 IS NULL ORDER BY id",
}


class NothingThere(Exception):
    """No database of a city in this directory, or none that can be read."""


@dataclass(frozen=True, slots=True)
class Page:
    """``last`` is the id to go on after; ``more`` that something is already there to go on to."""

    records: list[Record]
    last: int
    more: bool


class Look:
    """A connection for one thread at a time.  Every call sees one moment of the database."""

    def __init__(self, directory: Path) -> None:
        """NothingThere."""
        path = directory / schema.NAME
        if not path.exists():
            raise NothingThere(f"no database in {directory} 此处没有数据库")
        try:
            self._link = schema.connect_to_read(path)
        except sqlite3.Error as fault:
            raise NothingThere(f"{path}: {fault}") from fault

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._link.close()

    def page(self, after: int = 0, stream: str | None = None, limit: int = MOST_RECORDS) -> Page:
        """Records in the order of their arrival, beyond the id ``after``."""
        found = list(islice(self._records(after, stream, limit + 1), limit + 1))
        kept = found[:limit]
        last = kept[-1][0] if kept else after
        return Page([record for _, record in kept], last, len(found) > limit)

    def records(self, stream: str | None = None) -> Iterator[Record]:
        """All of them, in the order of their arrival."""
        after, more = 0, True
        while more:
            page = self.page(after, stream)
            yield from page.records
            after, more = page.last, page.more

    def count(self, stream: str | None = None, gateway: str | None = None) -> int:
        """Records that are there, branches included.  Counts the rows themselves."""
        return sum(
            n
            for (name, of), n in self.rows().items()
            if stream in (None, of) and gateway in (None, name)
        )

    def rows(self) -> dict[tuple[str, str], int]:
        """How many records there are, by gateway and stream.  Counts the rows themselves."""
        return {(gateway, stream): n for gateway, stream, n in self._link.execute(_COUNTS)}

    def identities(self, gateway: str | None = None) -> Iterator[Identity]:
        """One for each record, in no order; those of blocks that were not understood too."""
        rows = self._link.execute(_IDENTITIES, (gateway,))
        for name, stream, epoch, first, last, branch in rows:
            for seq in range(first, last + 1):
                yield name, stream, epoch, seq, branch

    def duplicates(self) -> int:
        """Rows too many: of one number, one boot and one monotonic time.  Must be 0."""
        readings = self._one(
            "SELECT count(*) - count(DISTINCT seq || ' ' || mono_ns || ' ' || boot) FROM ("
            " SELECT sequence || ' ' || seq AS seq, mono_ns, boot FROM reading"
            " JOIN clock ON clock.id = clock)"
        )
        told = self._one(
            "SELECT count(*) - count(DISTINCT sequence || ' ' || seq || ' ' || mono_ns || boot)"
            " FROM told"
        )
        return readings + told

    def holes(self) -> list[tuple[str, str, int, int, int]]:
        """Gateway, stream, epoch, first and last of what lies between numbers that are had.

        What gap records name is had.
        """
        return [
            (of["gateway"], of["stream"], of["epoch"], first, last)
            for of in self._sequences()
            for first, last in _inner_holes(self._had(of["id"]))
        ]

    def arrivals(self, stream: str, gateway: str | None = None) -> Iterator[tuple[Identity, int]]:
        """Each record of the stream, and UTC in nanoseconds of the commit that brought it."""
        question = _ARRIVALS[stream]
        for *identity, utc_ns in self._link.execute(question, (gateway,)):
            name, of, epoch, seq, branch = identity
            yield (name, of, epoch, seq, branch), utc_ns

    def commands(self) -> dict[str, int]:
        """How many there are of each state."""
        return dict(self._link.execute("SELECT state, count(*) FROM command GROUP BY state"))

    def alarms(self) -> list[Record]:
        rows = self._link.execute(
            "SELECT name, what, detail, first_ns, last_ns, times FROM alarm"
            " JOIN gateway ON gateway.id = gateway ORDER BY last_ns DESC LIMIT 1000"
        )
        return [
            {
                "gateway": gateway,
                "what": what,
                "detail": detail,
                "since": forms.utc_text(first_ns),
                "last": forms.utc_text(last_ns),
                "times": times,
            }
            for gateway, what, detail, first_ns, last_ns, times in rows
        ]

    def status(self) -> Record:
        """All that ``linli city status --json`` prints."""
        self._link.execute("BEGIN")
        try:
            gateways = self._gateways()
            for of in self._sequences():
                _add_sequence(gateways[of["gateway"]], of, self._had(of["id"]))
            return {
                "gateways": gateways,
                "rows": sum(each["rows"] for each in gateways.values()),
                "duplicates": sum(each["duplicates"] for each in gateways.values()),
                "conflicts": sum(each["conflicts"] for each in gateways.values()),
                "aside": sum(each["aside"] for each in gateways.values()),
                "commands": self.commands(),
                "alarms": self.alarms(),
            }
        finally:
            self._link.execute("COMMIT")

    def _records(self, after: int, stream: str | None, limit: int) -> Iterator[tuple[int, Record]]:
        sources: list[Iterator[tuple[int, Record]]] = []
        bounds = (after, limit)
        if stream in (None, URGENT):
            rows = self._link.execute(_TOLD, bounds)
            sources.append((row[0], forms.told(*row[1:])) for row in rows)
        if stream in (None, BULK):
            rows = self._link.execute(_READINGS, bounds)
            sources.append((row[0], forms.reading(row[1:])) for row in rows)
            rows = self._link.execute(_BLOCKS, bounds)
            sources.append((row[0], forms.block(row[1:])) for row in rows)
        return heapq.merge(*sources, key=lambda pair: pair[0])

    def _gateways(self) -> dict[str, Record]:
        rows = self._link.execute(
            "SELECT name, online, seen_ns, about, asides FROM gateway ORDER BY name"
        )
        return {
            name: {
                "online": bool(online),
                "seen": None if seen_ns is None else forms.utc_text(seen_ns),
                "about": json.loads(about),
                "rows": 0,
                "duplicates": 0,
                "conflicts": 0,
                "aside": asides,
                "streams": {},
            }
            for name, online, seen_ns, about, asides in rows
        }

    def _sequences(self) -> list[Record]:
        rows = self._link.execute(
            "SELECT id, gateway, stream, epoch, rows, duplicates, conflicts FROM named_sequence"
            " ORDER BY gateway, stream DESC, epoch"
        )
        names = ("id", "gateway", "stream", "epoch", "rows", "duplicates", "conflicts")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _had(self, sequence: int) -> Ranges:
        return Ranges(
            self._link.execute(
                "SELECT first, last FROM had WHERE sequence = ? ORDER BY first", (sequence,)
            )
        )

    def _one(self, question: str) -> int:
        (answer,) = self._link.execute(question).fetchone()
        return int(answer)


def _inner_holes(had: Ranges) -> list[tuple[int, int]]:
    lowest = next(iter(had), (1, 0))[0]
    return list(had.holes(lowest, had.top))


def _add_sequence(gateway: Record, of: Record, had: Ranges) -> None:
    for name in ("rows", "duplicates", "conflicts"):
        gateway[name] += of[name]
    holes = _inner_holes(had)
    epochs = gateway["streams"].setdefault(of["stream"], [])
    epochs.append(
        {
            "epoch": of["epoch"],
            "rows": of["rows"],
            "duplicates": of["duplicates"],
            "conflicts": of["conflicts"],
            "first": next(iter(had), (None, None))[0],
            "last": had.top or None,
            "had": had.total(),
            "holes": len(holes),
            "missing": holes[:SHOWN],
        }
    )
