"""Reads what the shim recorded.  The format is in ``hwsim/disk/__init__.py``."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

MAGIC = b"LNLSHIM1"
MARK = "mark"
"""The file that the process under test writes to when it has something to say to the test."""

_HEAD = struct.Struct("<cxHIqQ")


class Op(StrEnum):
    CREATE = "c"
    WRITE = "w"
    TRUNCATE = "t"
    SYNC = "s"
    UNLINK = "u"
    RENAME = "r"
    SYNC_DIRECTORY = "d"


@dataclass(frozen=True, slots=True)
class Record:
    """One call that succeeded.  ``path`` is relative to the recorded directory (itself: ".").

    ``offset``: where a write went, bytes; how long a truncation left the file; else 0.
    ``at_ns``: CLOCK_BOOTTIME when the call had returned.
    """

    op: Op
    path: str
    offset: int
    data: bytes
    at_ns: int

    @property
    def to(self) -> str:
        """The new path of a RENAME."""
        return self.data.decode()

    @property
    def mark(self) -> str | None:
        """What the process wrote to the file ``mark``, None for every other record."""
        return self.data.decode() if self.op is Op.WRITE and self.path == MARK else None


def read(path: Path) -> Iterator[Record]:
    """The records in the order of the disk.  ValueError if ``path`` is no log of the shim.

    A last record that is cut off (its process was killed) ends the log.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ValueError(f"{path} was not written by the shim")
        while (record := _next(file)) is not None:
            yield record


def _next(file: BinaryIO) -> Record | None:
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    op, path, size, offset, at_ns = _HEAD.unpack(head)
    body = file.read(path + size)
    if len(body) < path + size:
        return None
    return Record(Op(op.decode()), body[:path].decode(), offset, body[path:], at_ns)
