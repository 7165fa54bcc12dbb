"""The database file: opened with the right manners, its migrations applied.

Migrations are ``migrations/NNNN.sql``, never edited; ``PRAGMA user_version`` names the last one.
"""

import sqlite3
from pathlib import Path

NAME = "city.db"
BUSY_S = 5.0
"""Nobody else writes; a person with a tool may hold the lock for a moment."""
CACHE_KIB = 65_536
"""The newest page of each sequence's index is written again with every block: of five thousand
boxes these are 40 MiB at 8 KiB a page."""
PAGE = 8192
"""Bytes: 306 000 readings a second of one core; 212 000 with pages of 4096 (docs/city.md)."""
CHECKPOINT_PAGES = 4000
"""32 MiB of log between two checkpoints, each of which waits for the disk."""

_MIGRATIONS = Path(__file__).with_name("migrations")


class NewerDatabase(Exception):
    """A later version wrote it; it is not touched.  A person must bring the newer program."""


def connect(path: Path) -> sqlite3.Connection:
    """Made if it is not there.  May be used by another thread than this one, but by one only."""
    link = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
    try:
        link.execute(f"PRAGMA page_size={PAGE}")
        link.execute("PRAGMA journal_mode=WAL")
        link.execute("PRAGMA synchronous=FULL")  # what is acknowledged survives a power cut
        link.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        link.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        link.execute("PRAGMA trusted_schema=OFF")
        migrate(link)
    except BaseException:
        link.close()
        raise
    return link


def connect_to_read(path: Path) -> sqlite3.Connection:
    """For others, at any time: never writes.  sqlite3.Error if there is no database."""
    name = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return sqlite3.connect(
        f"file:{name}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_S,
    )


def migrate(link: sqlite3.Connection) -> None:
    """All that are missing, each in one transaction.  NewerDatabase."""
    files = sorted(_MIGRATIONS.glob("[0-9][0-9][0-9][0-9].sql"))
    (version,) = link.execute("PRAGMA user_version").fetchone()
    if version > len(files):
        raise NewerDatabase(f"the database has version {version}, this program knows {len(files)}")
    for number, file in enumerate(files[version:], version + 1):
        script = file.read_text(encoding="utf-8")
        link.executescript(f"BEGIN;{script};PRAGMA user_version={number};COMMIT")
