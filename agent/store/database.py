"""What the writer asks of an open database.  Every statement that changes rows stands here."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from agent.model.kinds import BULK, URGENT
from agent.store import block
from agent.store.draft import GAP, AnchorRow, BlockRow, Draft, Numbers, UrgentRow, known_utc
from agent.store.ranges import Range, Ranges, clip
from agent.store.schema import judged
from agent.store.standing import NONE, Begin, Standing, spans

MOST_GAPS = 4_096
_ROW_BYTES = 64
"""A row's numbers, header and share of the page's slack."""

Captured = tuple[int, int, int, int, int | None, str]
"""First and last number, boot, monotonic time of the last, UTC if known, kind."""

_FIRST_LAST = {URGENT: ("urgent", "seq", "seq"), BULK: ("block", "first_seq", "last_seq")}


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes on the disk; free pages inside the file are not counted, they are used first."""

    urgent: int
    bulk: int


class Database:
    """For one thread at a time.  Raises Refused, Full, Corrupt and nothing else."""

    def __init__(self, link: sqlite3.Connection, path: Path) -> None:
        self.link, self.path = link, path
        (self._page,) = self._one("PRAGMA page_size")
        self._boots: dict[str, int] = {}
        self._urgent_bytes = 0
        self.logged = 0  # bytes that went to the log since the last checkpoint, about
        self.settled: dict[str, Ranges] = {}
        self.begins: list[Begin] = []
        self.numbers = Numbers(0)
        self.reload()

    def reload(self) -> None:
        """Read again what is kept in memory: after the start, and after a rollback."""
        self._boots.clear()
        self.settled = {stream: Ranges(self._settled(stream)) for stream in (URGENT, BULK)}
        size = f"SELECT coalesce(sum(length(payload) + {_ROW_BYTES}), 0) FROM urgent"  # noqa: S608
        (self._urgent_bytes,) = self._one(size)
        with judged():
            found = self.link.execute("SELECT epoch, urgent_from, bulk_from FROM epoch ORDER BY 1")
            self.begins = [Begin(*row) for row in found]
        epoch = self.begins[-1].epoch if self.begins else 0
        self.numbers = Numbers(epoch, self._last(URGENT), self._last(BULK))
        for stream in (URGENT, BULK):  # what lies below the oldest row needs no one any more
            self.settled[stream].add(1, self.lowest(stream) - 1)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing.  On any error the memory is read again from the disk."""
        with judged():
            try:
                self.link.execute("BEGIN IMMEDIATE")
                yield
                self.link.execute("COMMIT")
            except BaseException:
                if self.link.in_transaction:
                    self.link.execute("ROLLBACK")
                self.reload()
                raise

    def write(self, draft: Draft) -> None:
        """The draft's rows; inside a transaction."""
        self.link.executemany(
            "INSERT INTO urgent VALUES (?,?,?,?,?,?,?)", map(self._urgent_row, draft.urgent)
        )
        self.link.executemany(
            "INSERT INTO block VALUES (?,?,?,?,?,?,?,?,?,?,?)", map(self._block_row, draft.blocks)
        )
        self.link.executemany(
            "INSERT OR REPLACE INTO anchor VALUES (?,?,?,?)", map(self._anchor_row, draft.anchors)
        )
        for stream in {stream for stream, _, _ in draft.settled}:
            self.settle(stream, [(a, b) for of, a, b in draft.settled if of == stream])
        urgent = sum(len(row.payload) + _ROW_BYTES for row in draft.urgent)
        self._urgent_bytes += urgent
        self.logged += 2 * self._page + urgent + sum(len(row.payload) for row in draft.blocks)

    def settle(self, stream: str, ranges: Iterable[Range]) -> None:
        """Nobody needs these any more; idempotent.  Inside a transaction."""
        mine = self.settled[stream]
        before = set(mine)
        mine.update(ranges)
        after = set(mine)
        old = [(stream, first) for first, _ in before - after]
        self.link.executemany("DELETE FROM settled WHERE stream = ? AND first = ?", old)
        new = [(stream, first, last) for first, last in after - before]
        self.link.executemany("INSERT OR REPLACE INTO settled VALUES (?,?,?)", new)

    def acknowledge(self, stream: str, epoch: int, ranges: Iterable[Range]) -> None:
        """What the platform has.  Numbers that this epoch never gave are ignored."""
        low, high = self.span(stream, epoch)
        self.settle(stream, clip(ranges, low, high))

    def span(self, stream: str, epoch: int) -> Range:
        """The numbers that belong to the epoch; an empty range for one that is not ours."""
        for each, first, last in self.epochs(stream, 1, self.numbers.last(stream)):
            if each == epoch:
                return first, last
        return NONE

    def epochs(self, stream: str, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """The range cut where one epoch ends and the next begins: epoch, first, last."""
        for epoch, begin, end in spans(self.begins, stream, last):
            if max(begin, first) <= min(end, last):
                yield epoch, max(begin, first), min(end, last)

    def standing(self) -> Standing:
        """A copy for other threads."""
        urgent, bulk = self.settled[URGENT].copy(), self.settled[BULK].copy()
        return Standing(self.numbers, tuple(self.begins), urgent, bulk)

    def usage(self) -> Usage:
        (pages,) = self._one("PRAGMA page_count")
        (free,) = self._one("PRAGMA freelist_count")
        return Usage(self._urgent_bytes, max(0, (pages - free) * self._page - self._urgent_bytes))

    def lowest(self, stream: str) -> int:
        """The number that the oldest row begins with; one more than the last if there is none."""
        table, first, _ = _FIRST_LAST[stream]
        after = self.numbers.last(stream) + 1
        (low,) = self._one(f"SELECT coalesce(min({first}), {after}) FROM {table}")  # noqa: S608
        return low

    def rows(self, stream: str, within: Range, most: int) -> list[Range]:
        """The oldest rows that lie wholly within the range."""
        table, first, last = _FIRST_LAST[stream]
        found = self.link.execute(
            f"SELECT {first}, {last} FROM {table}"  # noqa: S608
            f" WHERE {first} >= ? AND {first} <= ? AND {last} <= ? ORDER BY {first} LIMIT ?",
            (within[0], within[1], within[1], most),
        )
        return [(low, high) for low, high in found]

    def absent(self, stream: str, within: Range, most: int) -> list[Range]:
        """What of the range no row holds, as far as the first ``most`` rows tell."""
        table, first, last = _FIRST_LAST[stream]
        found = self.link.execute(
            f"SELECT {first}, {last} FROM {table} WHERE {last} >= ? AND {first} <= ?"  # noqa: S608
            f" AND {first} >= coalesce((SELECT max({first}) FROM {table} WHERE {first} <= ?), 0)"
            f" ORDER BY {first} LIMIT ?",
            (*within, within[0], most),
        ).fetchall()
        end = within[1] if len(found) < most else found[-1][1]
        return list(Ranges(found).holes(within[0], end))

    def named(self, stream: str, epoch: int) -> Ranges:
        """Numbers for which a gap record is stored that the platform has or will get: of the last
        few thousand gap records."""
        found = self.link.execute(
            "SELECT payload FROM urgent WHERE kind = ? ORDER BY seq DESC LIMIT ?", (GAP, MOST_GAPS)
        )
        named = Ranges()
        for (payload,) in found:
            told = json.loads(payload)
            if (told["stream"], told["epoch"]) == (stream, epoch):
                named.add(told["first"], told["last"])
        return named

    def altered(self, first: int, last: int) -> bool:
        """Whether that block is there and its bytes are not those that were written."""
        found = self.link.execute(
            "SELECT crc, payload FROM block WHERE first_seq = ? AND last_seq = ?", (first, last)
        ).fetchone()
        return found is not None and block.crc(found[1]) != found[0]

    def captured(self, stream: str, after: int, most: int) -> list[Captured]:
        """The oldest rows beyond ``after``, and when they were captured."""
        table, first, last = _FIRST_LAST[stream]
        when = "boot, mono_ns, utc_ns, kind" if stream == URGENT else "boot, t1, utc_ns, ''"
        found = self.link.execute(
            f"SELECT {first}, {last}, {when} FROM {table}"  # noqa: S608
            f" WHERE {first} > ? ORDER BY {first} LIMIT ?",
            (after, most),
        )
        return found.fetchall()

    def anchors(self) -> list[tuple[int, int, int]]:
        """The first of every boot that has one: boot, monotonic time, offset."""
        found = self.link.execute("SELECT boot, min(mono_ns), offset_ns FROM anchor GROUP BY boot")
        return found.fetchall()

    def delete(self, stream: str, rows: list[Range]) -> None:
        """Rows by their first and last number, which stay used.  Inside a transaction."""
        table, column, _ = _FIRST_LAST[stream]
        firsts = [(first,) for first, _ in rows]
        if stream == URGENT:
            size = "SELECT length(payload) FROM urgent WHERE seq = ?"
            for each in firsts:
                for (length,) in self.link.execute(size, each):
                    self._urgent_bytes -= length + _ROW_BYTES
        self.link.executemany(f"DELETE FROM {table} WHERE {column} = ?", firsts)  # noqa: S608
        self.put_state(f"{stream}_last", self._last(stream, self.numbers.last(stream)))
        self.settle(stream, rows)

    def state(self, key: str) -> int | str | None:
        with judged():
            statement = "SELECT value FROM state WHERE key = ?"
            found = self.link.execute(statement, (key,)).fetchone()
            return None if found is None else found[0]

    def put_state(self, key: str, value: int | str) -> None:
        self.link.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))

    def begin_epoch(self, epoch: int, why: str) -> None:
        """Numbers from here on belong to ``epoch``.  Inside a transaction."""
        numbers = self.numbers
        row = (epoch, numbers.urgent + 1, numbers.bulk + 1, why)
        self.link.execute("INSERT INTO epoch VALUES (?,?,?,?)", row)
        self.begins.append(Begin(*row[:3]))
        self.numbers = Numbers(epoch, numbers.urgent, numbers.bulk)

    def checkpoint(self, how: str = "PASSIVE") -> int:
        """Fold the log into the database, as far as readers let it; how long it is still, bytes."""
        self.logged = 0
        with judged():
            _, frames, _ = self.link.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
        return int(max(0, frames) * self._page)

    def touch(self) -> None:
        """A transaction of nothing, through every lock that a real one takes."""
        with judged():
            self.link.execute("BEGIN IMMEDIATE")
            self.link.execute("ROLLBACK")

    def close(self) -> None:
        """Never raises."""
        with suppress(sqlite3.Error):
            self.link.close()

    def _one(self, statement: str) -> tuple[int, ...]:
        with judged():
            row: tuple[int, ...] = self.link.execute(statement).fetchone()
            return row

    def _last(self, stream: str, least: int = 0) -> int:
        """The highest number ever given: of the rows, of those that became a gap instead, or kept
        when the newest were deleted."""
        table, first, last = _FIRST_LAST[stream]
        newest = f"SELECT {last} FROM {table} ORDER BY {first} DESC LIMIT 1"  # noqa: S608
        (high,) = self._one(f"SELECT coalesce(({newest}), 0)")
        kept = self.state(f"{stream}_last")
        gone = self.settled[stream].highest()
        return max(least, high, gone, kept if isinstance(kept, int) else 0)

    def _settled(self, stream: str) -> list[Range]:
        with judged():
            return self.link.execute(
                "SELECT first, last FROM settled WHERE stream = ?", (stream,)
            ).fetchall()

    def _boot(self, boot: str) -> int:
        if boot not in self._boots:
            self.link.execute("INSERT OR IGNORE INTO boot (boot) VALUES (?)", (boot,))
            found = self.link.execute("SELECT id FROM boot WHERE boot = ?", (boot,)).fetchone()
            self._boots[boot] = found[0]
        return self._boots[boot]

    def _urgent_row(self, row: UrgentRow) -> tuple[object, ...]:
        at = row.at
        boot = self._boot(at.boot)
        return row.seq, row.epoch, boot, at.mono_ns, known_utc(at), row.kind, row.payload

    def _block_row(self, row: BlockRow) -> tuple[object, ...]:
        of = row.sealed
        boot, crc = self._boot(of.boot), block.crc(row.payload)
        times = (boot, of.t0, of.t1, of.utc_ns, of.n)
        return row.first, row.last, row.epoch, *times, block.CODEC, crc, row.payload

    def _anchor_row(self, row: AnchorRow) -> tuple[object, ...]:
        return self._boot(row.at.boot), row.at.mono_ns, row.offset_ns, row.source
