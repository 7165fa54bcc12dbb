"""A folder that somebody lays pictures into: the one whose name comes last is the newest.

Names grow as time does (a number, a timestamp).  A file that cannot be read yet is tried again
until it stays as it is: not everybody writes aside and renames.
"""

import os
import time
from typing import Final

from agent.vision import pictures
from agent.vision.cameras.address import Local
from agent.vision.cameras.base import CameraGone, CameraRefused, Source, Wanted
from agent.vision.cameras.frame import MOST_PIXELS, Frame, now_ns
from agent.vision.cameras.web import TICK_S
from agent.vision.pictures import Unreadable

KINDS: Final = (".jpg", ".jpeg", ".png", ".bmp")
MOST_FILES: Final = 100_000  # looking through so many takes 0.1 s; who keeps more must clear up

Look = tuple[str, int, int]
"""A name, its size and the time of its last change: while these differ it is being written."""


class Folder:
    def __init__(self, address: Local, wanted: Wanted) -> None:
        self._address, self._pause_s = address, min(TICK_S, 1 / wanted.fps)
        self._given = ""
        self._vain: Look | None = None
        self._number = 0

    def read(self) -> Frame | None:
        look = self._newest()
        if look is None or look == self._vain:
            time.sleep(self._pause_s)
            return None
        return self._frame(look)

    def close(self) -> None:
        """Nothing is open."""

    def _frame(self, look: Look) -> Frame | None:
        try:
            picture = pictures.from_file(self._address.path / look[0])
        except Unreadable:
            self._vain = look
            return None
        if picture.shape[0] * picture.shape[1] > MOST_PIXELS:
            raise CameraRefused(
                f"{self._address}: 像素过多 pictures of {MOST_PIXELS} pixels at most"
            )
        self._given, self._number = look[0], self._number + 1
        return Frame(picture, now_ns(), self._number)

    def _newest(self) -> Look | None:
        """None if no name comes after the last that was given."""
        latest: Look | None = None
        try:
            with os.scandir(self._address.path) as entries:
                for count, entry in enumerate(entries):
                    if count >= MOST_FILES:
                        raise CameraRefused(f"{self._address}: 文件过多 too many files")
                    if entry.name > (latest[0] if latest else self._given) and _is_picture(entry):
                        stat = entry.stat()
                        latest = (entry.name, stat.st_size, stat.st_mtime_ns)
        except OSError as why:
            raise CameraGone(f"{self._address}: {why.strerror}") from why
        return latest


def open_folder(address: Local, wanted: Wanted) -> Source:
    """CameraGone if it is not there."""
    if not address.path.is_dir():
        raise CameraGone(f"{address}: 目录不存在 there is no such folder")
    return Folder(address, wanted)


def _is_picture(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower().endswith(KINDS) and entry.is_file(follow_symlinks=False)
