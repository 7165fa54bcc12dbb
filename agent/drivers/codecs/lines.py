"""Protocols whose frames are lines of text, at the speed of ``bytes.split``.

A talker of 30 000 lines a second leaves no time to look at every byte in Python; the newline is
searched in C, and only a line that is no frame is looked at again.
"""

from collections.abc import Callable
from typing import Generic

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, F, Got, Take, Taken

Parse = Callable[[bytes], F | Bad]
"""Reads one line, given without its newline.  Pure, never raises."""


class Lines(Generic[F]):
    """Frames out of lines that come in any portions.

    ``heads`` are what a frame begins with: noise, or a line that was cut, may stand before it.
    ``most`` bounds a line; of a longer one only the end is looked at.
    """

    def __init__(self, parse: Parse[F], heads: tuple[bytes, ...], most: int) -> None:
        self._parse, self._heads, self._most = parse, heads, most
        self._rest = b""

    def feed(self, data: bytes) -> list[F]:
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()[-self._most :]
        parse, frames = self._parse, list[F]()
        for line in lines:
            frame = parse(line) if len(line) <= self._most else NOISE
            if isinstance(frame, Bad):
                frame = self._behind_noise(line[-self._most :])
            if not isinstance(frame, Bad):
                frames.append(frame)
        return frames

    def _behind_noise(self, line: bytes) -> F | Bad:
        for start in sorted(_starts(line, self._heads)):
            frame = self._parse(line[start:])
            if not isinstance(frame, Bad):
                return frame
        return NOISE


def _starts(line: bytes, heads: tuple[bytes, ...]) -> set[int]:
    found = set[int]()
    for head in heads:
        at = line.find(head)
        while at >= 0:
            found.add(at)
            at = line.find(head, at + 1)
    return found


def take_line(parse: Parse[F], heads: tuple[bytes, ...], most: int) -> Take[F]:
    """The same protocol as a ``take``, for ``linli decode``."""

    def take(buffer: bytes, direction: Direction | None) -> Taken[F]:
        del direction  # hosts do not speak in these lines
        end = buffer.find(b"\n", 0, most + 1)
        if end < 0:
            begun = any(buffer.startswith(head) or head.startswith(buffer) for head in heads)
            return MORE if begun and len(buffer) <= most else NOISE
        frame = parse(buffer[:end])
        return Bad(frame.why, end + 1) if isinstance(frame, Bad) else Got(frame, end + 1)

    return take
