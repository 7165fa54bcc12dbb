"""A connection to the platform's broker, as the rest of sync needs it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


class LinkTrouble(Exception):
    """There is no connection, or no longer one.  ``reason`` is one word for a person's screen."""

    def __init__(self, reason: str, detail: object = "") -> None:
        super().__init__(f"{reason}: {detail}" if str(detail) else reason)
        self.reason = reason


class Unreachable(LinkTrouble):
    """No connection came about: ``refused``, ``no_route``, ``no_name``, ``silent``, ``tls``.

    Try again later.
    """


class TurnedAway(LinkTrouble):
    """The broker does not want this box: ``credentials``, ``not_allowed``, ``protocol``.

    A person must act, mostly at the other end; so try again later.
    """


class Unfit(LinkTrouble):
    """A file of ours that the connection needs cannot be used: ``files``.  A person must act."""


class LinkLost(LinkTrouble):
    """What was a connection has fallen: ``lost``, ``silent``.

    Of what was just being published nobody knows whether it arrived.
    """


@dataclass(frozen=True, slots=True)
class Arrival:
    """``retained``: the broker had kept it, so nobody knows when it was said."""

    topic: str
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says in our place when we vanish, retained; and we when we leave."""

    topic: str
    payload: bytes


class Link(Protocol):
    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Returns once the broker has taken it (PUBACK).  LinkLost."""
        ...

    def messages(self) -> AsyncIterator[Arrival]:
        """Everything under the platform's topics.  Ends with LinkLost only."""
        ...


Connect = Callable[[Will], AbstractAsyncContextManager[Link]]
"""Entering connects and subscribes, or raises LinkTrouble; leaving says the will and goes."""
