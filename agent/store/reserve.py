"""Space that belongs to the journal before it is needed, so that deleting works on a full disk.

Deleting in SQLite first makes the log longer.  On a disk that others have filled, that fails, and
what cannot delete sends the same records for ever.  So a file is allocated while there is room,
and given back when there is none.
"""

import os
from pathlib import Path

from agent.store.files import sync_directory

NAME = "reserve"
_SHARE = 8  # of a small disk, at most this part is reserved


class Reserve:
    """One file.  Its methods raise OSError, except ``release``."""

    def __init__(self, directory: Path, size: int) -> None:
        self._path = directory / NAME
        self._wanted = size

    @property
    def whole(self) -> bool:
        """Whether the space is there to be released."""
        try:
            return self._path.stat().st_size >= self._size()
        except OSError:
            return False

    def fill(self) -> bool:
        """Allocate the space if the disk has twice as much; whether it is whole then."""
        if self.whole:
            return True
        size = self._size()
        if _free(self._path.parent) < 2 * size:
            return False
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, size)
        finally:
            os.close(handle)
        sync_directory(self._path.parent)
        return True

    def release(self) -> bool:
        """Give the space back; whether there was any.  Never raises."""
        try:
            had = self._path.stat().st_size > 0
            self._path.unlink()
        except OSError:
            return False
        return had

    def _size(self) -> int:
        disk = os.statvfs(self._path.parent)
        return max(1, min(self._wanted, disk.f_blocks * disk.f_frsize // _SHARE))


def _free(directory: Path) -> int:
    disk = os.statvfs(directory)
    return disk.f_bavail * disk.f_frsize
