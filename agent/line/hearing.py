"""What was heard since a question, and what in it was not for the asker.  No I/O, no clock."""

from typing import TypeVar

from agent.line.asking import Answer, Found

T = TypeVar("T")

MOST_HEARD = 4096
"""Sixteen of the longest Modbus frames (256 bytes).  More than that is somebody else's talk."""


class Hearing:
    """``echo``: what the adapter will repeat of our own words; empty if it does not.

    The echo must go before anybody looks for an answer: a relay confirms by repeating the request,
    and an echo taken for that would say "done" for a relay that is not there.  An echo with a lost
    or broken byte is noise, and the codec's check passes over it.
    """

    def __init__(self, echo: bytes = b"") -> None:
        self._echo = echo
        self._heard = b""
        self._start = 0  # an answer is looked for from here on
        self._answer: slice | None = None

    def add(self, data: bytes) -> bytes:
        """Take ``data``; return what had to go for it, the oldest."""
        self._heard += data
        self._strip_echo()
        cut = max(0, len(self._heard) - MOST_HEARD)
        gone, self._heard = self._heard[:cut], self._heard[cut:]
        self._start = max(0, self._start - cut)
        return gone

    @property
    def echoed(self) -> bool:
        """Nothing of our own is still to come."""
        return not self._echo

    def search(self, answer: Answer[T]) -> Found[T] | None:
        """What ``answer`` finds.  Its bytes are the asker's; all others are ``rest``."""
        end = len(self._heard) - self._begun()
        if end <= self._start:
            return None
        found = answer(self._heard[self._start : end])
        if found is not None:
            self._answer = slice(self._start + found.start, self._start + found.end)
        return found

    def rest(self) -> tuple[bytes, bytes]:
        """What stood before the answer and what came behind it; without an answer, all of it."""
        if self._answer is None:
            return self._heard, b""
        return self._heard[: self._answer.start], self._heard[self._answer.stop :]

    def _strip_echo(self) -> None:
        at = self._heard.find(self._echo) if self._echo else -1
        if at >= 0:
            self._heard = self._heard[:at] + self._heard[at + len(self._echo) :]
            self._start, self._echo = at, b""  # what came before it answers nobody

    def _begun(self) -> int:
        """How many of the last bytes may be the beginning of the echo."""
        for length in range(min(len(self._echo) - 1, len(self._heard)), 0, -1):
            if self._heard.endswith(self._echo[:length]):
                return length
        return 0
