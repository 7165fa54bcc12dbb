"""Pictures as files: new ones only, their owner's alone, and never one that is not whole."""

import os
from collections.abc import Sequence
from pathlib import Path

from agent.model.evidence import Shot
from agent.store.desk import Kept


class NotWhole(OSError):
    """The disk has changed the picture since it was taken: it proves nothing any more."""


def is_free(path: Path) -> None:
    """FileExistsError; asked before anything is put on record."""
    if path.exists():
        raise FileExistsError(f"{path}: 已存在 it is there already")


def write(path: Path, data: bytes) -> None:
    """OSError, also if it is there already."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def make(directory: Path) -> None:
    """OSError, also if it is there already."""
    directory.mkdir(mode=0o700)


def chosen(kept: Kept, shots: Sequence[Shot], role: str) -> Shot:
    """LookupError, NotWhole."""
    for shot in shots:
        if shot.role == role:
            is_whole(kept, shot)
            return shot
    raise LookupError(f"{kept.passage} {role}")


def is_whole(kept: Kept, shot: Shot) -> None:
    """NotWhole."""
    told = {picture.role: picture.sha256 for picture in kept.pictures}
    if told.get(shot.role) != shot.sha256:
        raise NotWhole(f"{kept.passage} {shot.role}: 图片已损坏 the picture is damaged")
