"""A worker's side of the mail: nothing is forgotten before the core has it on its disk."""

import logging
from collections import deque
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

WINDOW = 2048
"""Bulk messages on their way at once.  The core acknowledges when a block is sealed, so this is
several blocks; with fewer than one block nothing would ever be acknowledged before its time."""

RESERVE = 256  # urgent ones on top of it: an alarm does not wait behind a full window
MOST_WAITING = 4096  # of each kind; then the oldest goes: a few minutes of a busy bus

Send = Callable[[bytes], bool]
Write = Callable[[int], bytes]
"""The frame of a message that was given this id."""

Waiting = tuple[int, bytes]


class Unacked:
    """``send`` says False if the frame cannot be taken now; it is tried again with ``flow``."""

    def __init__(self, send: Send, window: int = WINDOW) -> None:
        self._send, self._window = send, window
        self._next = 1
        self._sent: dict[int, bytes] = {}
        self._urgent: deque[Waiting] = deque()
        self._bulk: deque[Waiting] = deque()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._sent) + len(self._urgent) + len(self._bulk)

    @property
    def bytes(self) -> int:
        """What all that is kept here takes; adds it up."""
        waiting = (frame for queue in (self._urgent, self._bulk) for _, frame in queue)
        return sum(map(len, self._sent.values())) + sum(map(len, waiting))

    def put(self, write: Write, *, urgent: bool) -> None:
        """Raises what ``write`` raises, and then has not taken it."""
        queue = self._urgent if urgent else self._bulk
        queue.append((self._next, write(self._next)))
        self._next += 1
        self.flow()
        if len(queue) > MOST_WAITING:
            queue.popleft()
            if not self.dropped:
                log.error("the core takes nothing: messages are dropped")
            self.dropped += 1

    def acked(self, ids: Iterable[int]) -> None:
        for one in ids:
            self._sent.pop(one, None)
        self.flow()

    def again(self) -> None:
        """The core may be another one: what was sent is sent once more, oldest first."""
        for frame in tuple(self._sent.values()):
            if not self._send(frame):
                return
        self.flow()

    def flow(self) -> None:
        """Send what credit allows."""
        for queue, room in ((self._urgent, self._window + RESERVE), (self._bulk, self._window)):
            while queue and len(self._sent) < room:
                number, frame = queue[0]
                if not self._send(frame):
                    return
                queue.popleft()
                self._sent[number] = frame
