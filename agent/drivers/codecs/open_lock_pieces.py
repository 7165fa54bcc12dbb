"""Messages of the open lock profile in pieces that fit a write or an indication.

One byte stands before each piece: bit 7 is set on the last one, bits 0 to 6 count from 0
(docs/open-lock-profile.md, Pieces).
"""

from collections.abc import Iterator
from typing import Final

from agent.drivers.codecs.open_lock import MOST

LAST: Final = 0x80
LEAST_ROOM: Final = 20  # MTU 23 less three: Bluetooth Core 5.4, Vol 3, Part G, 5.2.1


def cut(message: bytes, room: int) -> Iterator[bytes]:
    """``message`` (1 to ``MOST`` bytes) in pieces of at most ``room`` bytes."""
    step = max(room, LEAST_ROOM) - 1
    for number, at in enumerate(range(0, len(message), step)):
        last = LAST if at + step >= len(message) else 0
        yield bytes((last | number,)) + message[at : at + step]


class Joiner:
    """Pieces in, messages out.  Holds ``MOST`` bytes at the most, and never raises.

    A piece that does not follow the one before ends what was being joined; number 0 begins anew.
    What is heard twice in a row, piece or message, counts once: a host may deliver an indication
    twice (bleak issue 2002), and no two messages of a session are alike.
    """

    def __init__(self) -> None:
        self._pending: bytes | None = None
        self._next = 0
        self._piece = self._message = b""

    def feed(self, piece: bytes) -> bytes | None:
        """The message that this piece completes."""
        if piece == self._piece:
            return None
        self._piece = piece
        self._add(piece)
        if self._pending is None or not piece[0] & LAST:
            return None
        whole, self._pending = self._pending, None
        if whole == self._message:
            return None
        self._message = whole
        return whole

    def _add(self, piece: bytes) -> None:
        number = piece[0] & ~LAST if len(piece) > 1 else -1
        if number == 0:
            self._pending = b""
        elif number != self._next:
            self._pending = None
        if self._pending is not None:
            self._pending += piece[1:]
            self._next = number + 1
            if len(self._pending) > MOST:
                self._pending = None
