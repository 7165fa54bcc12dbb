"""Transactions on a disk that may be full, sick or gone: what the writer thread stands on.

Everything here may block as long as the disk likes, and raises Refused, Full and Corrupt only.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.config import settings
from agent.model.kinds import BULK
from agent.model.time import Now
from agent.store.budget import Budget, give_up, make_room, trim, unsettled
from agent.store.database import Database, Usage
from agent.store.draft import Draft, Numbers
from agent.store.jobs import Damaged, Gone
from agent.store.pending import Load
from agent.store.ranges import clip
from agent.store.recovery import Home, Loss
from agent.store.reserve import Reserve
from agent.store.retention import Keep, sweep
from agent.store.standing import NOTHING, Standing
from agent.store.trouble import Full
from agent.store.tuning import Tuning

log = logging.getLogger(__name__)

Fill = Callable[[Database, Draft], None]


@dataclass(slots=True)
class Tally:
    """Since the start of the process; messages by stream."""

    stored: Counter[str]
    gapped: Counter[str]
    dropped: Counter[str]
    own: Counter[str]
    commits: int = 0
    last_s: float = 0.0
    worst_s: float = 0.0

    def add(self, draft: Draft, seconds: float) -> None:
        self.stored += draft.stored
        self.gapped += draft.gapped
        self.dropped += draft.dropped
        self.own += draft.own
        self.commits += 1
        self.last_s = seconds
        self.worst_s = max(self.worst_s, seconds)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A transaction of which nobody knows whether it came through."""

    load: Load | None  # None: it only made room
    before: Numbers
    draft: Draft


MOST_ROWS = 64
"""Looked at for one range that the platform asked for and a reader did not find: there is none,
or few, so there are few gap records."""


class Keeper:
    def __init__(self, store: settings.Store, gateway: str, now: Now, tuning: Tuning) -> None:
        self._gateway, self._now, self._tuning = gateway, now, tuning
        self._budget = Budget(store.urgent_bytes, store.bulk_bytes)
        self._keep = Keep(store.keep_days)
        self._home = Home(store.dir, gateway, tuning)
        self._reserve = Reserve(store.dir, store.reserve_bytes)
        self._known_loss: Loss | None = None
        self._doubt: Doubt | None = None
        self.db: Database | None = None
        self.losses: list[Loss] = []
        self.openings = 0  # a reader whose database is of another opening must open it again
        self.tally = Tally(Counter(), Counter(), Counter(), Counter())
        self.usage = Usage(0, 0)  # as of the last transaction: asking the database may wait for it
        self.standing: Standing = NOTHING  # likewise

    @property
    def path(self) -> Path | None:
        """Of the database; None while it is closed."""
        db = self.db
        return None if db is None else db.path

    @property
    def brimful(self) -> bool:
        """Whether the next transaction has to delete, and so to know what may go first."""
        usage, budget = self.usage, self._budget
        return usage.bulk > budget.bulk or usage.urgent > budget.urgent

    def open(self) -> Database:
        """The database; found, repaired or made anew if need be, and then told in ``losses``."""
        if self.db is None:
            found = self._home.open(self._known_loss, self.standing.numbers)
            self._known_loss = None
            self.openings += 1
            self.db = found.database
            self.usage = found.database.usage()
            self.standing = found.database.standing()
            if found.loss is not None:
                self.losses.append(found.loss)
        return self.db

    def write(self, load: Load) -> None:
        """All of the load, durable on return."""
        db = self.open()
        if not self._came_through(db, load):
            self._transact(lambda db, draft: self._fill(db, draft, load), load)

    def make_space(self) -> bool:
        """The disk is full: give back what is only kept in reserve, then readings.

        Whether it is worth trying again.
        """
        if self._reserve.release() or self._home.forget_broken(0):
            return True
        freed = False

        def free(db: Database, draft: Draft) -> None:
            nonlocal freed
            freed = make_room(db, draft)

        try:
            self._transact(free)
        except Full:
            return False
        return freed

    def fill_reserve(self) -> bool:
        """Whether the space that deleting needs is there (again)."""
        try:
            return self._reserve.fill()
        except OSError as fault:
            log.debug("no reserve: %s", fault)
            self._reserve.release()
            return False

    def sweep(self, now_ns: int) -> None:
        """Delete what is too old."""
        self._transact(lambda db, draft: sweep(db, draft, self._keep, now_ns))

    def tidy(self) -> None:
        """Fold the log into the database once it is long enough."""
        db = self.open()
        long_enough = db.logged >= self._tuning.checkpoint_bytes
        if long_enough and db.checkpoint() > self._tuning.log_bytes:
            db.checkpoint("TRUNCATE")

    def quarantine(self) -> None:
        """The database is damaged: the next ``open`` begins a new one."""
        self.drop()
        self._known_loss = self._home.move_aside("damaged")

    def drop(self) -> None:
        """Close the database; whether its last transaction came through is seen when it opens."""
        if self.db is not None:
            self.db.close()
            self.db = None

    def close(self) -> None:
        """Never raises; the directory is free for the next process."""
        self.drop()
        self._home.release()

    def _came_through(self, db: Database, load: Load) -> bool:
        """Whether the load whose commit failed is there all the same.

        A failed sync tells nothing about what was written.  The numbers do: they are those that
        the transaction would have given, and nobody else writes here.
        """
        doubt, self._doubt = self._doubt, None
        if doubt is None or not doubt.before != doubt.draft.numbers == db.numbers:
            return False
        self.tally.add(doubt.draft, 0.0)
        return doubt.load is load

    def _transact(self, fill: Fill, load: Load | None = None) -> None:
        db, began = self.open(), time.monotonic()
        draft = Draft(self._gateway, db.numbers, self._now)
        self._doubt = None
        with db.transaction():
            before = db.numbers
            fill(db, draft)
            db.write(draft)
            usage = db.usage()  # may fail, and what comes after the commit must not
            self._doubt = Doubt(load, before, draft)
        self._doubt = None
        db.numbers = draft.numbers
        self.usage, self.standing = usage, db.standing()
        self.tally.add(draft, time.monotonic() - began)

    def _fill(self, db: Database, draft: Draft, load: Load) -> None:
        for renew in load.renew:
            self._home.renew(db, renew.at_least, renew.why)
            draft.numbers = db.numbers
        for ack in load.acks:
            db.acknowledge(ack.stream, ack.epoch, ack.ranges)
        trim(db, draft, self._budget)
        _give_up(db, draft, load)
        _number(draft, load)
        if load.floor_ns is not None:
            db.put_state("floor_ns", load.floor_ns)


def _give_up(db: Database, draft: Draft, load: Load) -> None:
    """What can never be sent leaves a gap record."""
    for asked in load.asked:
        if isinstance(asked, Damaged):
            _give_up_damaged(db, draft, asked.first, asked.last)
        else:
            _give_up_gone(db, draft, asked)
    for lost in load.lost:
        draft.lose(lost.stream, lost.count, lost.reason)


def _number(draft: Draft, load: Load) -> None:
    """Oldest first: what waited for the disk, then what came since."""
    for sealed in load.held:
        draft.held(sealed)
    for chunk in load.chunks:
        draft.readings(chunk.readings)
    for urgent in load.urgent:
        draft.message(urgent.message)


def _give_up_damaged(db: Database, draft: Draft, first: int, last: int) -> None:
    """Looked at again here: the one who found it may have read an earlier database."""
    if db.altered(first, last):
        rows = [(first, last)]
        lost = unsettled(db, BULK, rows)
        db.delete(BULK, rows)
        give_up(db, draft, BULK, lost, "damaged")


def _give_up_gone(db: Database, draft: Draft, asked: Gone) -> None:
    """Only what is not there, looked at again here as well, and what no gap record names: one may
    be on its way to a platform that asked before it came."""
    named = db.named(asked.stream, asked.epoch)
    for within in clip(asked.ranges, *db.span(asked.stream, asked.epoch)):
        for absent in db.absent(asked.stream, within, MOST_ROWS):
            for first, last in named.holes(*absent):
                draft.gap(asked.stream, asked.epoch, first, last, "gone")
