"""How the journal's database is found, made, or moved aside.

What is guaranteed, whatever lay on the disk:

* A number that could have been read before a power cut is never given to other content.  So all
  that recovery reads is made durable before anybody sees it: a process that was killed between
  writing its log and syncing it has left a commit that only the page cache knows.
* A new database takes an epoch that was never used (``epochs``), also when the old one is gone.
* A damaged database is moved aside, never repaired and never deleted at once: ``linli export``
  reads what can be read of it.  Nothing is salvaged into the new one.
"""

import fcntl
import logging
import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from agent.store.database import Database
from agent.store.draft import Numbers
from agent.store.epochs import keep_epoch, last_epoch
from agent.store.files import sync_directory, sync_file
from agent.store.schema import connect, create, judged, migrate
from agent.store.trouble import Corrupt, Refused
from agent.store.tuning import Tuning

log = logging.getLogger(__name__)

NAME = "journal.db"
_BROKEN = "broken-"
_STEPS = 4_000
"""Virtual machine steps between two looks at the time: well under a millisecond."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A database had to be begun anew.  ``quarantine`` is where the old one lies, if anywhere."""

    reason: str
    quarantine: str | None
    old_epoch: int | None


@dataclass(frozen=True, slots=True)
class Found:
    database: Database
    loss: Loss | None = None


class Home:
    """The journal's directory, claimed for one process."""

    def __init__(self, directory: Path, gateway: str, tuning: Tuning) -> None:
        self.directory, self._gateway, self._tuning = directory, gateway, tuning
        self._claim: int | None = None

    @property
    def path(self) -> Path:
        return self.directory / NAME

    def open(self, loss: Loss | None = None, after: Numbers = Numbers(0)) -> Found:  # noqa: B008
        """The database, good to write.  Refused or Full if the disk lets nothing be done.

        ``loss``: what is known of the one that was moved aside, if there is none now.  ``after``:
        the last numbers that this process has seen given; one that is begun anew goes on from
        them, so that whoever has got as far as a number need not begin anew as well.
        """
        with judged():
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._take()
            if not self.path.exists():
                return self._begin_anew(loss or self._missing(), after)
            try:
                with judged():
                    return Found(self._existing())
            except Corrupt as fault:
                log.error("the journal is damaged and moved aside: %s", fault)  # noqa: TRY400
                return self._begin_anew(self.move_aside("damaged"), after)

    def move_aside(self, reason: str) -> Loss:
        """Rename the database out of the way.  No connection may be open.  Refused."""
        with judged():
            old = last_epoch(self.directory)
            target = self._free_name(old)
            # The database first: without it its log is an orphan that a new one throws away.  The
            # other way round, a power cut in between would leave a sound but older database.
            for suffix in ("", "-wal", "-shm"):
                part = self.path.with_name(NAME + suffix)
                if part.exists():
                    part.rename(target.with_name(target.name + suffix))
            sync_directory(self.directory)
            self.forget_broken(self._tuning.broken_kept)
        return Loss(reason, target.name, old or None)

    def forget_broken(self, keep: int) -> bool:
        """Delete all but the newest ``keep`` of what was moved aside; whether any was."""
        broken = self.broken()
        for path in broken[: max(0, len(broken) - keep)]:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        return len(broken) > keep

    def broken(self) -> list[Path]:
        """Databases that were moved aside, oldest first."""
        return sorted(self.directory.glob(f"{_BROKEN}*.db"))

    def renew(self, db: Database, at_least: int, why: str) -> None:
        """Give ``db`` an epoch that was never used, not below ``at_least``; inside a transaction.

        The file goes first: an epoch that no database ever used is no harm.
        """
        epoch = max(last_epoch(self.directory) + 1, db.numbers.epoch + 1, at_least)
        keep_epoch(self.directory, epoch)
        db.begin_epoch(epoch, why)

    def release(self) -> None:
        """Let another process have the directory.  Never raises."""
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def _take(self) -> None:
        if self._claim is not None:
            return
        handle = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            os.close(handle)
            raise Refused("taken", f"another process writes {self.directory}") from fault
        self._claim = handle

    def _existing(self) -> Database:
        self._make_durable()
        link = connect(self.path, self._tuning)
        try:
            database = _sound(link, self.path, self._tuning)
            self._check_epoch(database)
            database.checkpoint("TRUNCATE")
        except (sqlite3.Error, OSError, Corrupt, Refused):
            link.close()
            raise
        return database

    def _make_durable(self) -> None:
        """What a killed process left in the page cache; the log is all that can hold a commit.

        The database file itself is not opened here: closing it would drop the locks of any other
        connection of this process (https://sqlite.org/howtocorrupt.html, 2.2).
        """
        log_file = self.path.with_name(NAME + "-wal")
        if log_file.exists():
            sync_file(log_file)
        sync_directory(self.directory)

    def _check_epoch(self, db: Database) -> None:
        """An older image of the card, or another box's card: numbers go on under a new epoch."""
        told = last_epoch(self.directory)
        if told < db.numbers.epoch:
            keep_epoch(self.directory, db.numbers.epoch)
        why = None
        if told > db.numbers.epoch:
            why = "behind"
        elif db.state("gateway") != self._gateway:
            why = "gateway"
        if why is not None:
            with db.transaction():
                self.renew(db, 0, why)
                db.put_state("gateway", self._gateway)

    def _begin_anew(self, loss: Loss | None, after: Numbers) -> Found:
        epoch = last_epoch(self.directory) + 1
        keep_epoch(self.directory, epoch)
        why = "created" if loss is None else loss.reason
        create(
            self.path,
            self._tuning,
            [
                (
                    "INSERT INTO epoch VALUES (?, ?, ?, ?)",
                    (epoch, after.urgent + 1, after.bulk + 1, why),
                ),
                ("INSERT INTO state VALUES ('urgent_last', ?)", (after.urgent,)),
                ("INSERT INTO state VALUES ('bulk_last', ?)", (after.bulk,)),
                ("INSERT INTO state VALUES ('gateway', ?)", (self._gateway,)),
            ],
        )
        return Found(Database(connect(self.path, self._tuning), self.path), loss)

    def _missing(self) -> Loss | None:
        """An epoch without a database: somebody removed it, unless it was never finished."""
        old = last_epoch(self.directory)
        return Loss("missing", None, old) if old else None

    def _free_name(self, epoch: int) -> Path:
        """Sorted by age; never the name of one that is there."""
        taken = len(self.broken())
        newest = self.broken()[-1].stem.split("-")[1] if taken else "0"
        number = max(epoch, int(newest) + 1 if newest.isdigit() else 1)
        return self.directory / f"{_BROKEN}{number:08d}.db"


def _sound(link: sqlite3.Connection, path: Path, tuning: Tuning) -> Database:
    """Of the present version and without visible damage; Corrupt, Refused("newer")."""
    if damaged(link, tuning.check_s):
        raise Corrupt("PRAGMA quick_check found damage")
    migrate(link)
    link.execute("PRAGMA journal_mode=WAL")
    database = Database(link, path)
    if database.numbers.epoch == 0:
        raise Corrupt("it has no epoch")
    return database


def damaged(link: sqlite3.Connection, seconds: float) -> bool:
    """As far as can be seen in ``seconds``; damage that shows later is dealt with later."""
    end = time.monotonic() + seconds
    link.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        (verdict,) = link.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return False
        raise
    finally:
        link.set_progress_handler(None, 0)
    return bool(verdict != "ok")
