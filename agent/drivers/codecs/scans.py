"""What readers of codes send raw: text that ends with CR, CR LF or LF, and replies between.

Any byte but CR and LF may be part of a code (UTF-8, GBK, binary).  A reply can come in the middle
of one; it is cut out, and the scan names it.  A code has **no check of its own**: its hash either
is on a list or it is not.  So unlike in other protocols the rest of a damaged reply is not looked
at again: it would be taken for text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, More, Take, Taken, Why

R = TypeVar("R")
"""A reply, of whichever kind."""
F = TypeVar("F")

LONGEST_CODE = 512  # bytes; a version 10 QR at level M holds 213, and credentials are shorter
MOST = 1024  # a code, and a reply in its middle
END = rb"\r\n?|\n"
_ENDS = b"\r\n"


@dataclass(frozen=True, slots=True)
class Scan(Generic[R]):
    """``code`` without its end, and without the replies that stood in it."""

    code: bytes
    replies: tuple[R, ...] = ()


TakeReply = Callable[[bytes], Taken[R]]
"""Looks at the head of a buffer that begins as a reply does."""


def marks(reply: bytes) -> re.Pattern[bytes]:
    """What ends a code, or begins a reply (``reply``, a regular expression)."""
    return re.compile(END + b"|" + reply)


def take_scan(buffer: bytes, mark: re.Pattern[bytes], take_reply: TakeReply[R]) -> Taken[Scan[R]]:
    """``mark``: made by ``marks``."""
    if buffer[0] in _ENDS:
        return NOISE  # the second half of CR LF, or an empty line
    code, replies, at = b"", tuple[R, ...](), 0
    for found in mark.finditer(buffer):
        if found.start() < at:
            continue  # within a reply
        if found.group()[0] in _ENDS:
            code += buffer[at : found.start()]
            whole = Got(Scan(code, replies), found.end())
            return whole if len(code) <= LONGEST_CODE else _over(found.end())
        reply = take_reply(buffer[found.start() :])
        if isinstance(reply, More):
            break  # what looks like an end may be part of the reply
        if isinstance(reply, Got):
            code, replies = code + buffer[at : found.start()], (*replies, reply.frame)
            at = found.start() + reply.used
    return MORE if len(code) + len(buffer) - at <= LONGEST_CODE else _over(len(buffer))


def _over(used: int) -> Bad:
    return Bad(Why.FORMAT, used)


class Feeder(Generic[F]):
    """Scans and replies out of bytes that come in any portions.

    ``reset`` forgets a code that was begun: its end will not come any more.
    """

    def __init__(self, take: Take[F]) -> None:
        self._take = take
        self._buffer, self._drop = b"", False

    def reset(self) -> None:
        self._buffer, self._drop = b"", False

    def feed(self, data: bytes) -> list[F]:
        buffer, at, frames = self._buffer + data, 0, list[F]()
        if self._drop:
            buffer, self._drop = _behind_end(buffer)
        while at < len(buffer):
            taken = self._take(buffer[at:], Direction.DEVICE)
            if isinstance(taken, Got):
                frames.append(taken.frame)
                at += taken.used
            elif isinstance(taken, Bad):
                at += taken.used
                self._drop = taken.used > LONGEST_CODE and buffer[at - 1] not in _ENDS
            else:
                break
        self._buffer = buffer[at:]
        return frames


def _behind_end(buffer: bytes) -> tuple[bytes, bool]:
    """What stands behind the end of a code that was too long; whether its end is still to come."""
    end = re.search(rb"[\r\n]", buffer)
    return (b"", True) if end is None else (buffer[end.end() :], False)


def text(code: bytes) -> str | None:
    """As people read it: UTF-8, else GBK (GB 18030), None for anything else."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return code.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def shown(code: bytes) -> dict[str, object]:
    """For ``linli decode``."""
    return {"op": "scan", "text": text(code), "data": code.hex()}
