"""The seam to a database: what the city asks of it, in words that hold for any.

A store is used by one thread, and blocks.  Readers have connections of their own (``city.look``).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from city.hello import Verdict
from city.parcels import Hello, Parcel, Result
from city.ranges import Ranges

Key = tuple[str, str, int]
"""Gateway, stream, epoch: what numbers are unique within."""

STATES: Mapping[str, int] = {
    "sent": 0,
    "rejected": 1,  # below accepted: somebody's late copy of a command may be rejected as well
    "accepted": 2,
    "done": 3,
    "failed": 3,
    "expired": 3,
    "unknown": 3,
}
"""States of a command.  One gives way only to one that knows more."""
FINAL = frozenset(STATES) - {"sent", "accepted"}


class StoreRefused(Exception):
    """The database did not take it, and kept nothing of it.  Whoever sent it sends it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command before it is sent; ``state`` and ``reason`` as they became known later."""

    id: str
    gateway: str
    target: str
    action: str
    args: str  # JSON
    ttl_ms: int
    by: str | None
    kid: str
    state: str = "sent"
    reason: str | None = None


@dataclass(slots=True)
class Outcome:
    """What may be said once the transaction is committed, and not before.

    ``acks`` holds what came, duplicates too.  ``counts``: ``rows``, ``duplicates``, ``conflicts``,
    ``asides``.
    """

    acks: dict[Key, Ranges] = field(default_factory=dict)
    greetings: list[tuple[Hello, Verdict]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


Now = Callable[[], int]
"""UTC in nanoseconds."""


class Store(Protocol):
    """Every call is a transaction of its own: whole or not at all.  StoreRefused."""

    def commit(self, parcels: Sequence[Parcel]) -> Outcome:
        """In their order.  Records and what is had of their sequences go together."""

    def open_order(self, order: Order) -> None:
        """Durable before the command is published, so that its result finds it."""

    def order(self, name: str) -> Order | None: ...

    def gateways(self) -> list[str]:
        """All that ever published."""

    def close(self) -> None:
        """Never raises."""
