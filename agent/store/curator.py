"""What the pictures' thread does with its disk: found or made, within bounds, kept from damage.

Raises Refused, Full and Corrupt only; may block as long as the disk likes.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from agent.config import settings
from agent.model.evidence import Taken
from agent.model.time import Now, TimeQuality
from agent.store.album import DAY_NS, NAME, Album, size_of
from agent.store.audit import BOX
from agent.store.desk import Desk
from agent.store.files import sync_directory
from agent.store.schema import judged
from agent.store.steady import Steady
from agent.store.trouble import Corrupt, Refused
from agent.store.tuning import Tuning

BROKEN = "evidence-broken.sqlite3"
"""The last database that was moved aside.  It holds pictures too, so it has their term as well."""

_STEP = 64  # a budget's part that is freed at once
_SIDES = ("", "-wal", "-shm")
_TOLD, _SINCE = "told_head", "broken_ns"


class Curator:
    def __init__(
        self, store: settings.Store, vision: settings.Vision, now: Now, tuning: Tuning
    ) -> None:
        self._store, self._now, self._tuning = store, now, tuning
        self._term_ns, self._budget = vision.evidence_days * DAY_NS, vision.evidence_bytes
        self._steady = Steady(tuning.steady_s)
        self.album: Album | None = None
        self.dirty = True
        """Something was deleted whose pages may still be there; before this start as well."""

    def open(self) -> Album:
        if self.album is None:
            self.album = Album.open(self._store.dir, self._tuning)
        return self.album

    def drop(self) -> None:
        """Never raises."""
        if self.album is not None:
            self.album.close()
            self.album = None

    def put(self, taken: Taken) -> None:
        """Durable on return.  Refused("held") if all that could make room is held."""
        album, room = self.open(), self._budget - size_of(taken)
        if album.used() > room:
            self._shrink(album, room - self._budget // _STEP)
        elif self._crowded():
            self._shrink(album, album.used() * 7 // 8)
        if album.used() > room:
            raise Refused("held")
        album.put(taken, self._term_ns)
        if album.logged >= self._tuning.log_bytes:
            album.checkpoint()

    def make_room(self) -> bool:
        """The disk is full: whether it is worth trying again."""
        try:
            album = self.open()
            gone = album.shrink(self._now(), album.used() * 7 // 8).passages
            return bool(gone) and album.compact()
        except (Refused, Corrupt):
            return False

    def sweep(self) -> None:
        """What is too old goes, once the clock is to be believed."""
        album, at = self.open(), self._now()
        believed = at.tq is not TimeQuality.UNTRUSTED
        now_ns = self._steady.utc(at) if believed else None
        if now_ns is None:
            return
        swept = album.sweep(at, now_ns, self._term_ns)
        self.dirty = self.dirty or bool(swept.passages)
        self._forget_broken(album, now_ns)

    def compact(self) -> None:
        """What was deleted is gone for good, unless a reader keeps the log: then it stays dirty."""
        self.dirty = not self.open().compact()

    def news(self) -> Iterator[tuple[int, str]]:
        """Number and hash of the newest entry of the audit, if people have done something since
        the last time; the caller tells it, and it counts as told."""
        album = self.open()
        told = album.state(_TOLD)
        entries = list(Desk(album).audit(told if isinstance(told, int) else 0))
        if any(entry.who != BOX for entry in entries):
            yield entries[-1].n, entries[-1].hash
            album.put_state(_TOLD, entries[-1].n)

    def move_aside(self) -> str:
        """A new database is begun; where the old one lies."""
        self.drop()
        with judged():
            self._forget()
            for side in _SIDES:  # the database first: its log is nothing without it
                part = self._path(NAME, side)
                if part.exists():
                    part.rename(self._path(BROKEN, side))
            sync_directory(self._store.dir)
        self.open()
        return BROKEN

    def _shrink(self, album: Album, size: int) -> None:
        self.dirty = bool(album.shrink(self._now(), size).passages) or self.dirty

    def _crowded(self) -> bool:
        """Whether others fill the disk: the journal comes first."""
        with judged():
            disk = os.statvfs(self._store.dir)
        return disk.f_bavail * disk.f_frsize < 2 * self._store.reserve_bytes

    def _forget_broken(self, album: Album, now_ns: int) -> None:
        """The pictures in it are no older than the day on which it was first seen here."""
        since = album.state(_SINCE)
        if not self._path(BROKEN).exists():
            if since is not None:
                album.put_state(_SINCE, None)
        elif not isinstance(since, int):
            album.put_state(_SINCE, now_ns)
        elif now_ns >= since + self._term_ns:
            with judged():
                self._forget()

    def _forget(self) -> None:
        for side in _SIDES:
            self._path(BROKEN, side).unlink(missing_ok=True)

    def _path(self, name: str, side: str = "") -> Path:
        return self._store.dir / (name + side)
