"""What a driver sees of a wire: it asks, it tells, and it may hear that nobody is there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class NoAnswer(Exception):
    """The wire is up, but this device stayed silent.  Its neighbours may be well."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """An answer, and where it stood in what was heard: the rest belongs to the listeners."""

    value: T
    start: int
    end: int


Answer = Callable[[bytes], Found[T] | None]
"""Looks for one answer anywhere in all that was heard since the question; pure, never raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How long a device may think, from its manual; seconds.

    An answer that comes after ``patience`` must be past within ``quiet``, or it would be taken for
    the answer to the next question: a Modbus reply does not say what it answers.  The wire time
    of question and answer is added by the line, which knows the baud rate.
    """

    patience: float = 0.2
    quiet: float = 0.1
    attempts: int = 2


class Asks(Protocol):
    """A device's seat at its wire."""

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int = 16, patience: float | None = None
    ) -> T:
        """Send ``request`` and return the first answer found.  ``expect``: its usual length.

        ``patience``: seconds for this one question, which is asked once only: a modem takes a
        minute to send what others answer at once.  NoAnswer after the last attempt, LinkDown if
        the wire goes.
        """
        ...

    async def tell(self, request: bytes) -> None:
        """Send what has no answer; returns when the wire has taken it."""
        ...
