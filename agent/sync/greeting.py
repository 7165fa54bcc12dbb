"""When the box says hello, and which answer counts: docs/protocol.md, section 4.  Sans I/O."""

from agent.sync.wire import Reply

SECOND = 1_000_000_000
WAITS_S = (5, 10, 20, 40, 60)  # for an answer; the last one for ever
AGAIN_S = 30 * 60  # while the connection lasts

CALLED_S = 1
"""A platform that calls gets its hello at once, but no more often than this: a flood of calls must
not become a flood of hellos.  It may come back a moment after the box, whose hello nobody heard."""


class Greeting:
    """One connection's.  Times are the monotonic clock's, in nanoseconds."""

    def __init__(self, now_ns: int) -> None:
        self.due_ns = now_ns
        self.answered = False  # at least once on this connection
        self._nonce: str | None = None  # of the hello that waits for its answer
        self._said_ns: int | None = None
        self.tries = 0  # hellos since the last answer

    def said(self, nonce: str, now_ns: int) -> None:
        """A hello is on its way."""
        self._nonce, self._said_ns = nonce, now_ns
        wait = WAITS_S[min(self.tries, len(WAITS_S) - 1)]
        self.tries += 1
        self.due_ns = now_ns + wait * SECOND

    def heard(self, reply: Reply, now_ns: int) -> int | None:
        """The round trip in nanoseconds; None if this answers no hello that waits."""
        if self._said_ns is None or reply.nonce != self._nonce:
            return None
        self._nonce, self.tries, self.answered = None, 0, True
        self.due_ns = now_ns + AGAIN_S * SECOND
        return now_ns - self._said_ns

    def hurry(self, now_ns: int) -> None:
        """Somebody wants a hello now."""
        soon = now_ns if self._said_ns is None else max(now_ns, self._said_ns + CALLED_S * SECOND)
        self.due_ns = min(self.due_ns, soon)
