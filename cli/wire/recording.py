"""A recording of a wire: JSON lines, the first says of what (docs/monitor.md)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

MOST_BYTES = 8 * 2**20
"""A day of a device that talks once a second.  A support bundle is sent over 4G."""

VERSION = 1


class Unreadable(Exception):
    """The file is no recording; the text names the line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """``who``: "host" or "device"."""

    mono_ns: int
    who: str
    data: bytes

    def as_line(self) -> dict[str, object]:
        return {"mono_ns": self.mono_ns, "from": self.who, "hex": self.data.hex()}


class Recorder:
    """Writes what fits into ``most`` bytes; then it says so once and writes no more."""

    def __init__(self, out: TextIO, most: int = MOST_BYTES, **of: object) -> None:
        self._out, self._left = out, most
        self.full = False
        self._write({"recording": VERSION, **of})

    def add(self, piece: Piece) -> None:
        if not self.full:
            self._write(piece.as_line())

    def _write(self, line: dict[str, object]) -> None:
        text = json.dumps(line) + "\n"
        self._left -= len(text)
        self.full = self._left < 0
        if not self.full:
            self._out.write(text)
            self._out.flush()


def read(path: Path) -> Iterator[Piece]:
    """Unreadable with the first line that is wrong; a last line that was cut off is left out."""
    lines = path.read_text(encoding="utf-8").split("\n")
    if not lines or _object(path, 1, lines[0]).get("recording") != VERSION:
        raise Unreadable(f"{path}:1: no recording of a wire 不是线路录制文件")
    for number, line in enumerate(lines[1:-1], 2):
        told = _object(path, number, line)
        try:
            yield Piece(int(told["mono_ns"]), _who(told["from"]), bytes.fromhex(told["hex"]))
        except (KeyError, TypeError, ValueError) as wrong:
            raise Unreadable(f"{path}:{number}: {wrong!r} 无法读取") from wrong


def _who(word: str) -> str:
    if word not in ("host", "device"):
        raise ValueError(word)
    return word


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError as wrong:
        raise Unreadable(f"{path}:{number}: not JSON: {wrong} 不是 JSON") from wrong
    if not isinstance(told, dict):
        raise Unreadable(f"{path}:{number}: not an object 不是 JSON 对象")
    return told
