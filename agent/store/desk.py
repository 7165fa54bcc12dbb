"""What people do with pictures: look for them, take them out, hold them for a case, let them go.

Nothing leaves before it is on record who took it, and why (``audit``).  Names and cases are kept
as they were given; nothing here knows whether they are true.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.model.evidence import Shot
from agent.model.time import Stamp
from agent.store import audit
from agent.store.album import Album
from agent.store.audit import Deed

_KEPT = """
    SELECT passage.passage, camera, boot.boot, mono_ns, utc_ns, expires_ns, plate, direction,
        passage.id
    FROM passage JOIN boot ON boot.id = passage.boot
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    case_no: str
    until_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    role: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A passage whose pictures are here.  ``plate`` is personal: who prints it masks it."""

    passage: str
    camera: str
    boot: str
    mono_ns: int
    utc_ns: int | None
    expires_ns: int | None
    plate: str | None = field(repr=False)
    direction: str
    pictures: tuple[Picture, ...]
    holds: tuple[Hold, ...]


class Desk:
    """On an open album, in its thread.  Raises what it does; LookupError: no such passage."""

    def __init__(self, album: Album) -> None:
        self._album = album

    def kept(self, passage: str) -> Kept:
        with self._album.reading() as link:
            row = link.execute(f"{_KEPT} WHERE passage.passage = ?", (passage,)).fetchone()
            if row is None:
                raise LookupError(passage)
            return _kept(link, row)

    def newest(self, most: int, camera: str | None = None) -> list[Kept]:
        """Newest first."""
        where = "WHERE ?1 IS NULL OR camera = ?1 ORDER BY passage.id DESC LIMIT ?2"
        with self._album.reading() as link:
            rows = link.execute(f"{_KEPT} {where}", (camera, most)).fetchall()
            return [_kept(link, row) for row in rows]

    def of_case(self, case_no: str) -> list[Kept]:
        """Held for it, oldest first."""
        where = "WHERE passage.id IN (SELECT passage FROM hold WHERE case_no = ?)"
        with self._album.reading() as link:
            rows = link.execute(f"{_KEPT} {where} ORDER BY passage.id", (case_no,)).fetchall()
            return [_kept(link, row) for row in rows]

    def shots(self, passage: str, at: Stamp, deed: Deed) -> tuple[Shot, ...]:
        """The pictures, once it is on record who took them: scene, then crop."""
        with self._album.writing() as link:
            one = _id(link, passage)
            audit.add(link, at, self._album.utc(at), deed)
        with self._album.reading() as link:
            rows = link.execute(
                "SELECT role, jpeg FROM picture WHERE passage = ? ORDER BY role DESC", (one,)
            )
            return tuple(Shot(role, jpeg) for role, jpeg in rows)

    def hold(self, passages: Sequence[str], hold: Hold, at: Stamp, deed: Deed) -> None:
        """All of them or none; a hold that is there already gets the new day."""
        with self._album.writing() as link:
            rows = [(_id(link, passage), hold.case_no, hold.until_ns) for passage in passages]
            link.executemany("INSERT OR REPLACE INTO hold VALUES (?,?,?)", rows)
            audit.add(link, at, self._album.utc(at), deed)

    def release(self, case_no: str, passages: Sequence[str], at: Stamp, deed: Deed) -> int:
        """Of a case: these passages, or all of it if there are none.  How many it were."""
        with self._album.writing() as link:
            rows = [(case_no, _id(link, passage)) for passage in passages]
            if rows:
                statement = "DELETE FROM hold WHERE case_no = ? AND passage = ?"
                released = link.executemany(statement, rows).rowcount
            else:
                released = link.execute("DELETE FROM hold WHERE case_no = ?", (case_no,)).rowcount
            audit.add(link, at, self._album.utc(at), deed)
        return released

    def record(self, at: Stamp, deed: Deed) -> None:
        """Durable on return."""
        with self._album.writing() as link:
            audit.add(link, at, self._album.utc(at), deed)

    def audit(self, after: int = 0) -> Iterator[audit.Entry]:
        """Oldest first."""
        with self._album.reading() as link:
            yield from audit.entries(link, after)

    def audit_broken_at(self) -> int | None:
        """The first entry that somebody changed, or that lacks the one before it."""
        with self._album.reading() as link:
            return audit.broken_at(link)


def _id(link: sqlite3.Connection, passage: str) -> int:
    found = link.execute("SELECT id FROM passage WHERE passage = ?", (passage,)).fetchone()
    if found is None:
        raise LookupError(passage)
    return int(found[0])


def _kept(link: sqlite3.Connection, row: tuple[Any, ...]) -> Kept:
    passage, camera, boot, mono_ns, utc_ns, expires_ns, plate, direction, one = row
    pictures = link.execute(
        "SELECT role, sha256, length(jpeg) FROM picture WHERE passage = ? ORDER BY role DESC",
        (one,),
    )
    holds = link.execute("SELECT case_no, until_ns FROM hold WHERE passage = ?", (one,))
    return Kept(
        passage=passage,
        camera=camera,
        boot=boot,
        mono_ns=mono_ns,
        utc_ns=utc_ns,
        expires_ns=expires_ns,
        plate=plate,
        direction=direction,
        pictures=tuple(Picture(role=r, sha256=s, bytes=b) for r, s, b in pictures),
        holds=tuple(Hold(case_no=case, until_ns=until) for case, until in holds),
    )
