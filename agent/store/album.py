"""The pictures' database, open: what is put in, held, looked at, and deleted for good.

``evidence.sqlite3`` in the journal's directory; docs/evidence.md.  The agent writes it, and so
does ``linli evidence``, each for a moment: SQLite's lock keeps them apart (docs/adr/0011).  What
is deleted is overwritten (secure_delete), its pages leave the file (``compact``), and so does
the log that may still hold them.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from agent.model.evidence import Taken
from agent.model.time import Stamp, TimeQuality
from agent.store import audit
from agent.store.audit import Deed
from agent.store.files import sync_directory, sync_file
from agent.store.recovery import damaged
from agent.store.schema import EVIDENCE, connect, create, judged, migrate
from agent.store.trouble import Corrupt, Refused
from agent.store.tuning import Tuning

NAME = "evidence.sqlite3"
DAY_NS = 86_400 * 10**9
BATCH = 64  # passages deleted in one transaction: 5 MB of pages that are overwritten
PAGES = 1_024  # given back in one transaction: 4 MB
BUSY_MS = 5_000  # the other writer holds the lock for one picture, or one batch
_ROW_BYTES = 512  # of a passage beside its pictures, generously


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep or a shrinking took away."""

    passages: int = 0
    holds: tuple[str, ...] = ()  # case numbers of holds that had ended


class Album:
    """For one thread at a time.  Raises Refused, Full and Corrupt."""

    def __init__(self, link: sqlite3.Connection, path: Path) -> None:
        self.path, self._link = path, link
        link.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        self._page = int(link.execute("PRAGMA page_size").fetchone()[0])
        self.logged = 0  # bytes that went to the log since the last checkpoint, about

    @classmethod
    def open(cls, directory: Path, tuning: Tuning) -> "Album":
        """Found or made.  Corrupt if it must be moved aside."""
        path = directory / NAME
        with judged():
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                create(path, tuning, [], EVIDENCE)
            else:
                _make_durable(path)
        return cls.existing(path, tuning)

    @classmethod
    def existing(cls, path: Path, tuning: Tuning) -> "Album":
        """Refused if there is none."""
        with judged():
            link = connect(path, tuning, EVIDENCE)
            try:
                _make_sound(link, tuning)
                return cls(link, path)
            except (sqlite3.Error, Corrupt, Refused):
                link.close()
                raise

    # ── what the agent does ──────────────────────────────────────────────────────────────────

    def put(self, taken: Taken, term_ns: int) -> None:
        """Durable on return; nothing if the passage is there already."""
        with self.writing() as link:
            utc_ns = _known_utc(taken.at)
            expires_ns = None if utc_ns is None else utc_ns + term_ns
            added = link.execute(
                "INSERT OR IGNORE INTO passage (passage, camera, boot, mono_ns, utc_ns, expires_ns,"
                " plate, direction) VALUES (?,?,?,?,?,?,?,?)",
                (
                    *(taken.passage, taken.camera, self._boot(taken.at), taken.at.mono_ns),
                    *(utc_ns, expires_ns, taken.plate, taken.direction),
                ),
            )
            if added.rowcount:
                rows = [(added.lastrowid, s.role, s.sha256, s.jpeg) for s in taken.shots]
                link.executemany("INSERT INTO picture VALUES (?,?,?,?)", rows)
        self.logged += size_of(taken) + 2 * self._page

    def sweep(self, now: Stamp, now_ns: int, term_ns: int) -> Swept:
        """What has reached its term goes, and holds that have ended.  ``now_ns``: believed."""
        with self.writing() as link:
            self._boot(now)
            ended = _end_holds(link, now_ns)
            _date(link, term_ns)
            if ended:
                what = json.dumps({"cases": sorted(ended)}, ensure_ascii=False)
                audit.add(link, now, now_ns, _own("hold_ended", what))
            audit.trim(link, now_ns - audit.KEEP_DAYS * DAY_NS)
        due = "expires_ns <= ? AND id NOT IN (SELECT passage FROM hold)"
        passages = 0
        while count := self._delete(due, (now_ns,), BATCH):
            passages += count
        if passages:
            self._tell(now, now_ns, "expired", passages)
        return Swept(passages, tuple(sorted(ended)))

    def shrink(self, now: Stamp, size: int) -> Swept:
        """The oldest that are not held go until all take less than ``size`` bytes."""
        passages = 0
        free = "id NOT IN (SELECT passage FROM hold)"
        while self.used() > size and (count := self._delete(free, (), BATCH)):
            passages += count
        if passages:
            self._tell(now, _known_utc(now), "no_room", passages)
        return Swept(passages)

    def compact(self) -> bool:
        """Free pages leave the file, and the log is emptied: then what was deleted is gone.

        False if a reader kept the log; it is to be tried again.
        """
        with judged():
            for _ in range(-(-self._free() // PAGES)):
                # as a script: of a statement that gives no rows, Python runs the first step only,
                # and that is one page
                self._link.executescript(f"PRAGMA incremental_vacuum({PAGES})")
                self._link.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            busy, _, _ = self._link.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self.logged = 0
        return not busy

    def checkpoint(self) -> None:
        """Fold the log into the file, as far as readers let it."""
        self.logged = 0
        with judged():
            self._link.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def used(self) -> int:
        """Bytes, without pages that are free."""
        with judged():
            (pages,) = self._link.execute("PRAGMA page_count").fetchone()
            return (int(pages) - self._free()) * self._page

    def count(self) -> tuple[int, int]:
        """Passages, and how many of them are held."""
        with judged():
            (passages,) = self._link.execute("SELECT count(*) FROM passage").fetchone()
            (held,) = self._link.execute("SELECT count(DISTINCT passage) FROM hold").fetchone()
        return passages, held

    def state(self, key: str) -> int | str | None:
        with judged():
            found = self._link.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return None if found is None else found[0]

    def put_state(self, key: str, value: int | str | None) -> None:
        with self.writing() as link:
            link.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))

    def utc(self, at: Stamp) -> int | None:
        """``at`` by the clock of the agent that ran in this boot; None if it never knew one."""
        with judged():
            found = self._link.execute(
                "SELECT offset_ns FROM boot WHERE boot = ?", (at.boot,)
            ).fetchone()
        return None if found is None or found[0] is None else at.mono_ns + int(found[0])

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of it, durable at the end, or nothing."""
        with judged():
            self._link.execute("BEGIN IMMEDIATE")
            try:
                yield self._link
                self._link.execute("COMMIT")
            except BaseException:
                if self._link.in_transaction:
                    self._link.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with judged():
            yield self._link

    def close(self) -> None:
        """Never raises."""
        with suppress(sqlite3.Error):
            self._link.close()

    # ─────────────────────────────────────────────────────────────────────────────────────────

    def _free(self) -> int:
        """Pages."""
        return int(self._link.execute("PRAGMA freelist_count").fetchone()[0])

    def _delete(self, where: str, values: tuple[object, ...], most: int) -> int:
        """The oldest of those; how many."""
        with self.writing() as link:
            oldest = f"SELECT id FROM passage WHERE {where} ORDER BY id LIMIT ?"  # noqa: S608
            ids = link.execute(oldest, (*values, most)).fetchall()
            link.executemany("DELETE FROM picture WHERE passage = ?", ids)
            link.executemany("DELETE FROM passage WHERE id = ?", ids)
        return len(ids)

    def _tell(self, now: Stamp, utc_ns: int | None, action: str, passages: int) -> None:
        with self.writing() as link:
            audit.add(link, now, utc_ns, _own(action, json.dumps({"passages": passages})))

    def _boot(self, at: Stamp) -> int:
        """Its number; what is known of its time is kept.  Inside a transaction."""
        self._link.execute("INSERT OR IGNORE INTO boot (boot) VALUES (?)", (at.boot,))
        utc_ns = _known_utc(at)
        if utc_ns is not None:
            self._link.execute(
                "UPDATE boot SET offset_ns = ?, known_ns = coalesce(known_ns, ?) WHERE boot = ?",
                (at.offset_ns, utc_ns, at.boot),
            )
        (found,) = self._link.execute("SELECT id FROM boot WHERE boot = ?", (at.boot,)).fetchone()
        return int(found)


def size_of(taken: Taken) -> int:
    """Bytes on the disk, about."""
    return _ROW_BYTES + sum(len(shot.jpeg) + _ROW_BYTES for shot in taken.shots)


def _make_sound(link: sqlite3.Connection, tuning: Tuning) -> None:
    """Of the present version and without visible damage; Corrupt, Refused("newer")."""
    if damaged(link, tuning.check_s):
        raise Corrupt("PRAGMA quick_check found damage")
    migrate(link, EVIDENCE)
    link.execute("PRAGMA journal_mode=WAL")


def _make_durable(path: Path) -> None:
    """What a killed process had committed and not synced: only the page cache knows of it."""
    log_file = path.with_name(NAME + "-wal")
    if log_file.exists():
        sync_file(log_file)
    sync_directory(path.parent)


def _end_holds(link: sqlite3.Connection, now_ns: int) -> set[str]:
    found = link.execute("SELECT DISTINCT case_no FROM hold WHERE until_ns <= ?", (now_ns,))
    ended = {case for (case,) in found}
    link.execute("DELETE FROM hold WHERE until_ns <= ?", (now_ns,))
    return ended


def _date(link: sqlite3.Connection, term_ns: int) -> None:
    """Passages whose time has become known get their term: by their own boot's clock, or as the
    latest they can be, from before a later boot knew the time.  A shorter term holds for what is
    there already; a longer one does not."""
    link.execute(
        "UPDATE passage SET utc_ns = mono_ns + offset_ns FROM boot"
        " WHERE boot.id = passage.boot AND utc_ns IS NULL AND offset_ns IS NOT NULL"
    )
    later = "SELECT known_ns FROM boot WHERE boot.id > passage.boot AND known_ns IS NOT NULL"
    link.execute(
        f"UPDATE passage SET expires_ns = ? + coalesce(utc_ns, ({later} ORDER BY boot.id LIMIT 1))"  # noqa: S608
        " WHERE expires_ns IS NULL",
        (term_ns,),
    )
    link.execute(
        "UPDATE passage SET expires_ns = utc_ns + ?1 WHERE utc_ns + ?1 < expires_ns", (term_ns,)
    )


def _known_utc(at: Stamp) -> int | None:
    return None if at.tq is TimeQuality.UNTRUSTED else at.utc_ns


def _own(action: str, what: str) -> Deed:
    """What the box did by itself."""
    return Deed(who=audit.BOX, by="", action=action, what=what)
