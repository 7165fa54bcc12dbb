"""Names that occur in every record, as small integers: looked up once, then remembered."""

import sqlite3

MOST_REMEMBERED = 200_000
"""About 40 MB.  Beyond it the memory is emptied; the database still knows them all."""

_Key = tuple[object, ...]


class Names:
    """Rows are made on first use, inside the caller's transaction; ``forget`` after a rollback."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link
        self._known: dict[_Key, int] = {}

    def forget(self) -> None:
        self._known.clear()

    def tidy(self) -> None:
        """Between transactions: keep the memory bounded."""
        if len(self._known) > MOST_REMEMBERED:
            self._known.clear()

    def gateway(self, name: str) -> int:
        return self._of(
            ("gateway", name),
            "SELECT id FROM gateway WHERE name = ?",
            "INSERT INTO gateway (name) VALUES (?)",
        )

    def sequence(self, gateway: str, stream: str, epoch: int) -> int:
        key = ("sequence", gateway, stream, epoch)
        if key in self._known:
            return self._known[key]
        found = self._of(
            ("sequence", self.gateway(gateway), stream, epoch),
            "SELECT id FROM sequence WHERE gateway = ? AND stream = ? AND epoch = ?",
            "INSERT INTO sequence (gateway, stream, epoch) VALUES (?, ?, ?)",
        )
        self._known[key] = found
        return found

    def series(self, device: str, point: str | None, quantity: str) -> int:
        return self._of(
            ("series", device, point, quantity),
            "SELECT id FROM series"
            " WHERE device = ? AND ifnull(point, '') = ifnull(?, '') AND quantity = ?",
            "INSERT INTO series (device, point, quantity) VALUES (?, ?, ?)",
        )

    def clock(self, boot: str, offset_ns: int | None, tq: str) -> int:
        return self._of(
            ("clock", boot, offset_ns, tq),
            "SELECT id FROM clock"
            " WHERE boot = ? AND ifnull(offset_ns, '') = ifnull(?, '') AND tq = ?",
            "INSERT INTO clock (boot, offset_ns, tq) VALUES (?, ?, ?)",
        )

    def _of(self, key: _Key, select: str, insert: str) -> int:
        known = self._known.get(key)
        if known is not None:
            return known
        found = self._link.execute(select, key[1:]).fetchone()
        if found is None:
            self._link.execute(insert, key[1:])
            found = self._link.execute("SELECT last_insert_rowid()").fetchone()
        number: int = found[0]
        self._known[key] = number
        return number
