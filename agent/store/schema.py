"""The database file: opened with the right manners, made so that it is whole or not there.

Migrations are ``migrations/NNNN.sql`` (of the pictures ``evidence-NNNN.sql``), numbered without
hole and never edited; ``PRAGMA user_version`` names the last one that was applied.  All that are
missing are applied in one transaction or none is.  A database of a newer Linli is not touched.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.store.files import sync_directory, sync_file
from agent.store.trouble import Refused, judge
from agent.store.tuning import Tuning

_MIGRATIONS = Path(__file__).with_name("migrations")
_SIDE_FILES = ("", "-wal", "-shm", "-journal")
BUSY_MS = 250
"""Only a person with a tool can hold the lock; the writer asks again after its back-off."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which database.  ``secure``: what is deleted is overwritten, and its pages are given back."""

    prefix: str = ""
    secure: bool = False


JOURNAL, EVIDENCE = Shape(), Shape("evidence-", secure=True)


def migrations(shape: Shape = JOURNAL) -> list[Path]:
    return sorted(_MIGRATIONS.glob(f"{shape.prefix}[0-9][0-9][0-9][0-9].sql"))


def version(shape: Shape = JOURNAL) -> int:
    """The version that this program writes."""
    return _number(migrations(shape)[-1])


def _number(migration: Path) -> int:
    return int(migration.stem[-4:])


@contextmanager
def judged() -> Iterator[None]:
    """Errors of sqlite3 become Refused, Full or Corrupt, those of the file system Refused."""
    try:
        yield
    except sqlite3.Error as fault:
        raise judge(fault) from fault
    except OSError as fault:
        raise Refused("io", str(fault)) from fault


def connect(path: Path, tuning: Tuning, shape: Shape = JOURNAL) -> sqlite3.Connection:
    """An existing database, ready to write.  It may be used by another thread than this one.

    Checkpoints are the writer's own business: automatic ones hide their errors.
    """
    link = sqlite3.connect(
        f"file:{_quoted(path)}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MS / 1000,
    )
    try:
        link.execute(f"PRAGMA synchronous={tuning.synchronous}")
        link.execute("PRAGMA wal_autocheckpoint=0")
        link.execute(f"PRAGMA journal_size_limit={tuning.log_bytes}")
        link.execute("PRAGMA trusted_schema=OFF")
        if shape.secure:
            link.execute("PRAGMA secure_delete=ON")
    except sqlite3.Error:
        link.close()
        raise
    return link


def connect_to_read(path: Path, *, alive: bool = False) -> sqlite3.Connection:
    """For readers in other threads and processes: never writes, never makes a file.

    Where even the shared memory of the log cannot be made (a read-only medium, a file that was
    copied away), the file is read as it is; but not one that is ``alive``, which would change
    under the reader.
    """
    for mode in ("mode=ro",) if alive else ("mode=ro", "immutable=1"):
        link = sqlite3.connect(
            f"file:{_quoted(path)}?{mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_MS / 1000,
        )
        try:
            link.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.Error as fault:
            link.close()
            shared = isinstance(fault, sqlite3.OperationalError) and mode == "mode=ro"
            if alive or not shared or not path.exists():
                raise
        else:
            return link
    raise AssertionError("unreachable: the last mode returns or raises")


def create(
    path: Path,
    tuning: Tuning,
    first_rows: list[tuple[str, tuple[object, ...]]],
    shape: Shape = JOURNAL,
) -> None:
    """Make the database under another name, sync it, then give it its own: whole or not there.

    Otherwise the moment in which a new database turns to WAL is the delicate one: a power cut
    then can leave a file whose log has no name yet.
    """
    new = path.with_name(path.name + ".new")
    for suffix in _SIDE_FILES:
        new.with_name(new.name + suffix).unlink(missing_ok=True)
    link = sqlite3.connect(new, isolation_level=None)
    try:
        link.execute(f"PRAGMA page_size={tuning.page_size}")
        link.execute(f"PRAGMA auto_vacuum={'INCREMENTAL' if shape.secure else 'NONE'}")
        link.execute("PRAGMA synchronous=EXTRA")
        migrate(link, shape)
        for statement, values in first_rows:
            link.execute(statement, values)
        link.execute("PRAGMA journal_mode=WAL")
    finally:
        link.close()
    if shape.secure:
        new.chmod(0o600)  # its log gets the same
    sync_file(new)
    for suffix in _SIDE_FILES[1:]:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    new.rename(path)
    sync_directory(path.parent)


def migrate(link: sqlite3.Connection, shape: Shape = JOURNAL) -> None:
    """Bring the database to ``version()``.  Refused("newer") if it is ahead of us."""
    (have,) = link.execute("PRAGMA user_version").fetchone()
    ours = version(shape)
    if have > ours:
        raise Refused("newer", f"the database has version {have}, this program knows {ours}")
    missing = [path for path in migrations(shape) if _number(path) > have]
    if not missing:
        return
    script = "\n".join(path.read_text(encoding="utf-8") for path in missing)
    try:
        link.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version={ours};\nCOMMIT;")
    except sqlite3.Error:
        if link.in_transaction:
            link.execute("ROLLBACK")
        raise


def _quoted(path: Path) -> str:
    """A path inside a file: URI (https://sqlite.org/uri.html)."""
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
