"""What is said on a wire, kept for whoever looks for a fault; only while somebody does."""

from collections import deque
from dataclasses import dataclass

from agent.model.time import Now

MOST_BYTES = 65_536
"""A minute of a pair at 9600 baud that never rests, both directions."""

LISTENS_NS = 30 * 1_000_000_000
"""So long after it was last asked for the tape runs on; then it is stopped and thrown away, since
codes and cards pass along these wires."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes as they were sent or came, in one portion.  ``who``: "host" or "device"."""

    number: int
    mono_ns: int
    who: str
    data: bytes

    def as_line(self) -> dict[str, object]:
        """Of a recording, docs/monitor.md."""
        return {
            "n": self.number,
            "mono_ns": self.mono_ns,
            "from": self.who,
            "hex": self.data.hex(),
        }


class Tape:
    """One wire's.  ``tap`` costs next to nothing while nobody listens."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._pieces: deque[Piece] = deque()
        self._size = self._numbers = 0
        self._until = 0

    def tap(self, who: str, data: bytes) -> None:
        if not self._until:
            return
        at = self._now().mono_ns
        if at > self._until:
            self._stop()
            return
        self._numbers += 1
        self._pieces.append(Piece(self._numbers, at, who, data))
        self._size += len(data)
        while self._size > MOST_BYTES:
            self._size -= len(self._pieces.popleft().data)

    def listen(self) -> list[dict[str, object]]:
        """All that is on the tape; from now on it runs for ``LISTENS_NS`` more.

        A gap in the numbers is what did not fit.
        """
        self._until = self._now().mono_ns + LISTENS_NS
        return [piece.as_line() for piece in self._pieces]

    def _stop(self) -> None:
        self._pieces.clear()
        self._size = self._until = 0
