"""File names, which on Linux are bytes: any but zero and a newline's, one a line."""

import os
from collections.abc import Iterator
from typing import BinaryIO

LONGEST = 4096  # PATH_MAX of Linux


def names(lines: BinaryIO) -> Iterator[str]:
    """Each as soon as its line is there; empty lines are none.

    Of a line that is too long only the beginning is kept: no file is found by it.
    """
    while line := lines.readline(LONGEST + 1):
        rest = line
        while not rest.endswith(b"\n") and (rest := lines.readline(LONGEST + 1)):
            pass
        if name := line.removesuffix(b"\n"):
            yield os.fsdecode(name)


def printable(text: str) -> str:
    """For a terminal: whatever could move its cursor or colour it is written out."""
    return "".join(each if each.isprintable() else _written_out(each) for each in text)


def _written_out(each: str) -> str:
    return each.encode("unicode_escape", "backslashreplace").decode("ascii")
