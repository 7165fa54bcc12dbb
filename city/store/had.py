"""What is had of each sequence, in memory and in its table."""

import sqlite3

from city.ranges import Ranges

MOST_REMEMBERED = 50_000
"""Sequences: ten for each of five thousand boxes."""


class Had:
    """Changed inside the caller's transaction; ``flush`` before its end, ``forget`` after a
    rollback."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link
        self._sets: dict[int, Ranges] = {}
        self._changes: dict[tuple[int, int], int | None] = {}

    def of(self, sequence: int) -> Ranges:
        """For reading; changes go through ``add``."""
        known = self._sets.get(sequence)
        if known is None:
            rows = self._link.execute(
                "SELECT first, last FROM had WHERE sequence = ? ORDER BY first", (sequence,)
            )
            known = self._sets[sequence] = Ranges(rows)
        return known

    def add(self, sequence: int, first: int, last: int) -> None:
        ranges = self.of(sequence)
        if ranges.covers(first, last):
            return
        swallowed, (low, high) = ranges.add(first, last)
        for gone in swallowed:
            self._changes[sequence, gone] = None
        self._changes[sequence, low] = high

    def flush(self) -> None:
        changes = self._changes.items()
        gone = [key for key, last in changes if last is None]
        stands = [(*key, last) for key, last in changes if last is not None]
        self._link.executemany("DELETE FROM had WHERE sequence = ? AND first = ?", gone)
        self._link.executemany("INSERT OR REPLACE INTO had VALUES (?, ?, ?)", stands)
        self._changes.clear()

    def forget(self) -> None:
        self._sets.clear()
        self._changes.clear()

    def tidy(self) -> None:
        """Between transactions: keep the memory bounded."""
        if len(self._sets) > MOST_REMEMBERED:
            self._sets.clear()
