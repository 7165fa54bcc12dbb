"""The store in one SQLite file: WAL, every commit synced, one thread that writes."""

import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from city.parcels import (
    BULK,
    URGENT,
    Aside,
    Hello,
    Parcel,
    Presence,
    Readings,
    Sealed,
    Told,
)
from city.ranges import Ranges
from city.store import orders, schema
from city.store.base import Now, Order, Outcome, StoreRefused
from city.store.boxes import Boxes
from city.store.had import Had
from city.store.names import Names
from city.store.shelf import Shelf

log = logging.getLogger(__name__)


class SqliteStore:
    """``city.store.base.Store``.  ``now`` is UTC in nanoseconds."""

    def __init__(self, directory: Path, now: Now = time.time_ns) -> None:
        """OSError, sqlite3.Error or NewerDatabase if there cannot be one."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._link = schema.connect(directory / schema.NAME)
        self._now = now
        self._names, self._had = Names(self._link), Had(self._link)
        self._shelf = Shelf(self._link, self._names, self._had)
        self._boxes = Boxes(self._link, self._names, self._had)

    def commit(self, parcels: Sequence[Parcel]) -> Outcome:
        outcome, now_ns = Outcome(), self._now()
        with self._transaction():
            begin = self._shelf.next_id
            for parcel in parcels:
                self._take(parcel, outcome, now_ns)
            self._boxes.seen({_sender(parcel) for parcel in parcels}, now_ns)
            self._finish(outcome, begin, now_ns)
        return outcome

    def open_order(self, order: Order) -> None:
        with self._transaction():
            orders.insert(self._link, order)

    def order(self, name: str) -> Order | None:
        with self._transaction():
            return orders.find(self._link, name)

    def gateways(self) -> list[str]:
        with self._transaction():
            return [name for (name,) in self._link.execute("SELECT name FROM gateway")]

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._link.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it or nothing; afterwards the memory is that of the disk."""
        try:
            self._link.execute("BEGIN IMMEDIATE")
            yield
            self._link.execute("COMMIT")
        except BaseException as fault:
            with suppress(sqlite3.Error):
                self._link.execute("ROLLBACK")
            self._forget()
            if isinstance(fault, sqlite3.Error):
                raise StoreRefused(str(fault)) from fault
            raise
        self._names.tidy()
        self._had.tidy()

    def _forget(self) -> None:
        self._names.forget()
        self._had.forget()
        with suppress(sqlite3.Error):  # the next transaction fails as well, and comes here again
            self._shelf.renumber()

    def _take(self, parcel: Parcel, outcome: Outcome, now_ns: int) -> None:
        match parcel:
            case Readings() | Sealed():
                self._block(parcel, outcome)
            case Told():
                self._told(parcel, outcome, now_ns)
            case Hello():
                outcome.greetings.append((parcel, self._boxes.greet(parcel, now_ns)))
            case Presence():
                self._boxes.present(parcel.gateway, parcel.online)
            case Aside():
                self._boxes.aside(parcel, now_ns)
                outcome.counts["asides"] += 1

    def _block(self, block: Readings | Sealed, outcome: Outcome) -> None:
        head = block.head
        sequence = self._names.sequence(head.gateway, BULK, head.epoch)
        if isinstance(block, Readings):
            self._shelf.readings(sequence, block)
        else:
            self._shelf.sealed(sequence, block)
        self._had.add(sequence, head.first, head.last)
        acks = outcome.acks.setdefault((head.gateway, BULK, head.epoch), Ranges())
        acks.add(head.first, head.last)

    def _told(self, told: Told, outcome: Outcome, now_ns: int) -> None:
        sequence = self._names.sequence(told.gateway, URGENT, told.epoch)
        if self._shelf.told(sequence, told):
            self._heed(told, outcome, now_ns)
        self._had.add(sequence, told.seq, told.seq)
        acks = outcome.acks.setdefault((told.gateway, URGENT, told.epoch), Ranges())
        acks.add(told.seq, told.seq)

    def _heed(self, told: Told, outcome: Outcome, now_ns: int) -> None:
        """What a record changes besides being kept."""
        if told.lost is not None:
            lost = told.lost
            sequence = self._names.sequence(told.gateway, lost.stream, lost.epoch)
            self._had.add(sequence, lost.first, lost.last)
        result = told.result
        if result is not None and orders.conclude(self._link, told.gateway, result, now_ns):
            outcome.results.append(result)

    def _finish(self, outcome: Outcome, begin: int, now_ns: int) -> None:
        self._had.flush()
        tallies = self._shelf.tallies
        outcome.counts += tallies.total()
        rows = [(t.rows, t.duplicates, t.conflicts, of) for of, t in tallies.of.items()]
        self._link.executemany(
            "UPDATE sequence SET rows = rows + ?, duplicates = duplicates + ?,"
            " conflicts = conflicts + ? WHERE id = ?",
            rows,
        )
        for sequence, tally in tallies.of.items():
            if tally.conflicts:
                self._conflict(sequence, now_ns)
        tallies.of.clear()
        if self._shelf.next_id > begin:
            self._link.execute("INSERT OR REPLACE INTO arrival VALUES (?, ?)", (begin, now_ns))

    def _conflict(self, sequence: int, now_ns: int) -> None:
        gateway, stream, epoch = self._link.execute(
            "SELECT name, stream, epoch FROM sequence JOIN gateway ON gateway.id = gateway"
            " WHERE sequence.id = ?",
            (sequence,),
        ).fetchone()
        self._boxes.alarm(gateway, "conflict", f"{stream} {epoch}", now_ns)


def _sender(parcel: Parcel) -> str:
    return parcel.head.gateway if isinstance(parcel, Readings | Sealed) else parcel.gateway
