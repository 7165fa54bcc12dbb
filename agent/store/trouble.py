"""What can be wrong with a disk, in the three ways that differ in what must be done."""

import sqlite3

_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY = 0xFF  # https://sqlite.org/rescode.html: the low byte of an extended code


class Refused(Exception):
    """The disk takes nothing at the moment, or is not ours to write: try again later.

    ``reason`` is a short name for events and metrics: ``full``, ``readonly``, ``io``, ``newer``…
    """

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(text or reason)
        self.reason = reason


class Full(Refused):
    """No room: releasing the reserve or deleting may help at once."""

    def __init__(self, text: str = "") -> None:
        super().__init__("full", text)


class Corrupt(Exception):
    """The database is damaged: it must be moved aside and begun anew."""


_REASONS = {
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_CANTOPEN: "cantopen",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_NOMEM: "memory",
}


def judge(fault: sqlite3.Error) -> Refused | Corrupt:
    """The exception to raise in place of ``fault``."""
    code = getattr(fault, "sqlite_errorcode", None)
    primary = sqlite3.SQLITE_ERROR if code is None else code & _PRIMARY
    if primary in _CORRUPT:
        return Corrupt(str(fault))
    if primary == sqlite3.SQLITE_FULL:
        return Full(str(fault))
    return Refused(_REASONS.get(primary, "sqlite"), str(fault))
