"""A reader's connection to the journal: what is stored, as it is published.

It follows the writer from one database to the next.  It only reads one that the writer has open:
then all that can be seen is durable.  (Opened alone, after a sync that failed, it would find a
commit in the log that a power cut may still take, and its numbers would be given again.)
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from agent.model.kinds import URGENT
from agent.store import block
from agent.store.ranges import Range
from agent.store.reading import Unreadable
from agent.store.schema import connect_to_read
from agent.store.trouble import Corrupt, judge

MOST_BYTES = 256 * 1024
"""Of payloads that one look takes along (one more may cross it): a hundred blocks of 256 readings,
a second of catching up at the rate that a box must reach."""

CACHE_KB = 256
"""SQLite's own default is eight times as much, for pages that are read once."""


class Parcel(NamedTuple):
    """A row as published: an urgent record's JSON text without a line feed, or a whole block."""

    stream: str
    epoch: int
    first: int
    last: int
    payload: bytes


class Open(Protocol):
    """The writer's database, as a reader has to know it."""

    @property
    def openings(self) -> int: ...

    @property
    def path(self) -> Path | None:
        """None while it is closed."""
        ...


@dataclass(slots=True)
class Found:
    """What a look at some ranges has found.  ``looked``: the highest number that it got to."""

    parcels: list[Parcel] = field(default_factory=list)
    missing: list[Range] = field(default_factory=list)  # no row holds these
    damaged: list[Range] = field(default_factory=list)  # blocks whose bytes have changed
    looked: int = 0
    size: int = 0

    def full(self, most: int) -> bool:
        return len(self.parcels) + len(self.damaged) >= most or self.size >= MOST_BYTES


class _Row(NamedTuple):
    first: int
    last: int
    epoch: int
    crc: int | None
    payload: bytes

    @property
    def damaged(self) -> bool:
        return self.crc is not None and block.crc(self.payload) != self.crc


_URGENT = (
    "SELECT seq, seq, epoch, NULL, payload FROM urgent WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq"
)
_BLOCK = (
    "SELECT first_seq, last_seq, epoch, crc, payload FROM block"
    " WHERE first_seq >= coalesce((SELECT max(first_seq) FROM block WHERE first_seq <= ?1), 0)"
    " AND last_seq >= ?1 AND first_seq <= ?2 ORDER BY first_seq"
)


class Shelf:
    """On one thread.  Raises Unreadable, and Corrupt when a second look found damage as well."""

    def __init__(self, journal: Open) -> None:
        self._journal = journal
        self._link: sqlite3.Connection | None = None
        self.opening = 0

    def look(self, stream: str, ranges: Sequence[Range], most: int) -> Found:
        """The rows that hold a number of ``ranges`` (rising, apart), from low to high; at most
        ``most`` of them, and MOST_BYTES.  The row that a range begins in is among them."""
        try:
            return self._look(stream, ranges, most)
        except Corrupt:
            return self._look(stream, ranges, most)

    def close(self) -> None:
        """Never raises."""
        if self._link is not None:
            with suppress(sqlite3.Error):
                self._link.close()
            self._link = None

    def _look(self, stream: str, ranges: Sequence[Range], most: int) -> Found:
        try:
            return _through(self._connected(), stream, ranges, most)
        except sqlite3.Error as fault:
            self.close()
            trouble = judge(fault)
            if isinstance(trouble, Corrupt):
                raise trouble from fault
            raise Unreadable(str(fault)) from fault

    def _connected(self) -> sqlite3.Connection:
        opening, path = self._journal.openings, self._journal.path
        if self._link is not None and opening == self.opening:
            return self._link
        self.close()
        if path is None:
            raise Unreadable("the journal is not open")
        link = connect_to_read(path, alive=True)
        self._link, self.opening = link, opening
        link.text_factory = bytes
        link.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        if self._journal.openings != opening or self._journal.path is None:
            self.close()
            raise Unreadable("the journal was closed just now")
        return link


def _through(link: sqlite3.Connection, stream: str, ranges: Sequence[Range], most: int) -> Found:
    found = Found()
    for low, high in ranges:
        if found.full(most):
            break
        if high <= found.looked:
            continue  # the row before reached so far
        found.looked = max(found.looked, low - 1)
        for row in _rows(link, stream, found.looked + 1, high):
            _take(found, stream, row)
            if found.full(most):
                break
        else:
            _miss(found, high + 1)
    return found


def _rows(link: sqlite3.Connection, stream: str, low: int, high: int) -> Iterator[_Row]:
    """A statement that is not read to its end keeps the log from starting anew: it is closed."""
    with closing(link.execute(_URGENT if stream == URGENT else _BLOCK, (low, high))) as rows:
        yield from map(_Row._make, rows)


def _take(found: Found, stream: str, row: _Row) -> None:
    _miss(found, row.first)
    found.looked = row.last
    if row.damaged:
        found.damaged.append((row.first, row.last))
        return
    found.parcels.append(Parcel(stream, row.epoch, row.first, row.last, row.payload))
    found.size += len(row.payload)


def _miss(found: Found, upto: int) -> None:
    """Nothing was there up to the number before ``upto``."""
    if found.looked + 1 < upto:
        found.missing.append((found.looked + 1, upto - 1))
        found.looked = upto - 1
