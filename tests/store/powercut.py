"""What a power cut can leave of a disk, rebuilt from a recording of every write and sync.

An honest card keeps what was synced; of the rest it keeps any part, sector by sector, in any
order, and now and then garbage.  Names that were made or moved are durable once anything was
synced after them (ext4 commits its journal with any later sync).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from hwsim.disk.log import MARK, Op, Record

SECTOR = 512
GARBAGE = 0.05

Image = dict[str, bytes]


@dataclass(slots=True)
class Disk:
    """Replays a recording; ``cut`` says what would be left if the power went now."""

    durable: dict[str, bytearray] = field(default_factory=dict)
    unsynced: dict[str, list[Record]] = field(default_factory=dict)

    def play(self, record: Record) -> None:
        if record.path == MARK:
            return
        match record.op:
            case Op.WRITE | Op.TRUNCATE:
                self.unsynced.setdefault(record.path, []).append(record)
            case Op.SYNC:
                for waiting in self.unsynced.pop(record.path, []):
                    _apply(self.durable.setdefault(record.path, bytearray()), waiting)
            case _:
                self._name(record)

    def _name(self, record: Record) -> None:
        if record.op is Op.CREATE:
            self.durable.setdefault(record.path, bytearray())
        elif record.op is Op.UNLINK:
            self.durable.pop(record.path, None)
            self.unsynced.pop(record.path, None)
        elif record.op is Op.RENAME:
            self._rename(record.path, record.to)

    def cut(self, dice: random.Random, how: str) -> Image:
        """``how``: none of the unsynced is kept, all, some sectors, or some with garbage."""
        files = {path: bytearray(data) for path, data in self.durable.items()}
        keep = dice.random()
        for path, waiting in self.unsynced.items():
            file = files.setdefault(path, bytearray())
            for record in waiting:
                if how == "all":
                    _apply(file, record)
                elif how != "none":
                    _torn(file, record, dice, keep, garbage=how == "garbage")
        return {path: bytes(data) for path, data in files.items()}

    def _rename(self, old: str, new: str) -> None:
        for files in (self.durable, self.unsynced):
            if old in files:
                files[new] = files.pop(old)  # type: ignore[assignment]  # each its own kind


def _apply(file: bytearray, record: Record) -> None:
    if record.op is Op.TRUNCATE:
        del file[record.offset :]
        file.extend(bytes(record.offset - len(file)))
        return
    file.extend(bytes(max(0, record.offset - len(file))))
    file[record.offset : record.offset + len(record.data)] = record.data


def _torn(
    file: bytearray, record: Record, dice: random.Random, keep: float, *, garbage: bool
) -> None:
    if record.op is Op.TRUNCATE:
        if dice.random() < keep:
            _apply(file, record)
        return
    for begin in range(0, len(record.data), SECTOR):
        if dice.random() >= keep:
            continue
        piece = record.data[begin : begin + SECTOR]
        if garbage and dice.random() < GARBAGE:
            piece = dice.randbytes(len(piece))
        at = record.offset + begin
        file.extend(bytes(max(0, at - len(file))))
        file[at : at + len(piece)] = piece


def marks(records: Sequence[Record], upto: int) -> int:
    """The last number whose ``done`` had been called before the cut."""
    said = [int(record.mark) for record in records[:upto] if record.mark]
    return max(said, default=0)
