"""Who did what with pictures: entries that are added and never edited, chained by their hashes.

An entry's hash is the SHA-256 of the hash before it and of its own columns as one line of JSON.
The hash of the newest, the *head*, is told in events: whoever rewrites the whole chain is found
out by a head that left the box before.  docs/evidence.md tells how to verify it by hand.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from agent.model.time import Stamp

FIRST = "0" * 64
"""Stands for the hash before the first entry."""

KEEP_DAYS = 1_096
"""Three years: what the law on personal information (PIPL, article 56) sets for records of
processing.  Much longer than any picture, unless it is held."""

BOX = "linli"
"""Who does what nobody asked for: expiry, and room for newer pictures."""

MOST_TEXT = 500  # characters of a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """``who``: the user of the operating system, ``by``: the name that person gave."""

    who: str
    by: str
    action: str
    why: str = ""
    what: str = ""  # JSON


@dataclass(frozen=True, slots=True)
class Entry:
    n: int
    boot: str
    mono_ns: int
    utc_ns: int | None
    who: str
    by: str
    action: str
    why: str
    what: str
    hash: str

    def follows(self, before: str) -> bool:
        """Whether its hash is what it must be after ``before``."""
        return self.hash == _hash(before, astuple(self)[:-1])


_COLUMNS = "n, boot, mono_ns, utc_ns, who, by, action, why, what, hash"


def add(link: sqlite3.Connection, at: Stamp, utc_ns: int | None, deed: Deed) -> Entry:
    """Inside a transaction that holds the write lock: two writers must not follow one entry."""
    n, before = head(link)
    told = (deed.who, deed.by, deed.action, deed.why[:MOST_TEXT], deed.what)
    columns = (n + 1, at.boot, at.mono_ns, utc_ns, *told)
    entry = Entry(*columns, _hash(before, columns))
    marks = ",".join("?" * len(astuple(entry)))
    link.execute(f"INSERT INTO audit ({_COLUMNS}) VALUES ({marks})", astuple(entry))  # noqa: S608
    return entry


def head(link: sqlite3.Connection) -> tuple[int, str]:
    """Number and hash of the newest entry; what it would follow if there is none."""
    found = link.execute("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1").fetchone()
    return found or _cut(link)


def entries(link: sqlite3.Connection, after: int = 0) -> Iterator[Entry]:
    """Oldest first."""
    for row in link.execute(f"SELECT {_COLUMNS} FROM audit WHERE n > ? ORDER BY n", (after,)):  # noqa: S608
        yield Entry(*row)


def broken_at(link: sqlite3.Connection) -> int | None:
    """The first entry that does not follow the one before it; None if all do."""
    n, before = _cut(link)
    for entry in entries(link):
        if entry.n != n + 1 or not entry.follows(before):
            return entry.n
        n, before = entry.n, entry.hash
    return None


def trim(link: sqlite3.Connection, before_ns: int) -> None:
    """Entries from before that moment go, oldest first; inside a transaction.

    The newest always stays: the chain goes on from it.
    """
    last, (newest, _) = None, head(link)
    for entry in entries(link):
        if entry.utc_ns is None or entry.utc_ns >= before_ns or entry.n == newest:
            break
        last = entry
    if last is not None:
        put = "INSERT OR REPLACE INTO state VALUES (?, ?)"
        link.executemany(put, (("audit_cut", last.n), ("audit_hash", last.hash)))
        link.execute("DELETE FROM audit WHERE n <= ?", (last.n,))


def _cut(link: sqlite3.Connection) -> tuple[int, str]:
    """Number and hash of the last entry that is gone."""
    found = dict(link.execute("SELECT key, value FROM state WHERE key LIKE 'audit%'").fetchall())
    return int(found.get("audit_cut", 0)), str(found.get("audit_hash", FIRST))


def _hash(before: str, columns: tuple[object, ...]) -> str:
    line = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}{line}".encode()).hexdigest()
