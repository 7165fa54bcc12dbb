"""What is on its way out: the journal's records, read as they are published.

Its SQL runs on a thread of its own, one look at a time, never on the loop and never on the
writer's connection.  What is settled and what was given it knows from the ``Account``, so a hello
can be said while the disk is sick.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from agent.model.kinds import BULK, URGENT
from agent.store.ranges import Range, Ranges, clip
from agent.store.reading import Unreadable
from agent.store.shelf import Found, Open, Parcel, Shelf
from agent.store.standing import Account, Head
from agent.store.trouble import Corrupt

__all__ = ["Head", "Outbox", "Parcel", "Replayed", "Unreadable"]

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_RANGES = 256
"""Ranges of one look; a healthy journal has one or two that are still to be sent."""

CLOSE_S = 5.0
"""For a look that is under way.  A disk that never answers is left with its thread."""


class Reports(Protocol):
    """The journal, to which a reader tells what it came upon."""

    def damaged(self, first: int, last: int) -> None: ...

    def broken(self, opening: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Replayed:
    """The answer to a replay.  ``gone``: asked for, given once, and stored no more.  ``rest``: not
    looked at yet, because the parcels are as many as one answer holds; ask again for it.  Numbers
    that were never given stand nowhere."""

    parcels: list[Parcel]
    gone: list[Range]
    rest: list[Range]


class Outbox:
    """Made by ``Journal.outbox``.  All calls on the loop's thread; several may wait at once.

    Raises Unreadable (the disk does not let itself be read now: try again later) and nothing else.
    A block whose bytes have changed is left out and reported, and a gap record takes its place; a
    database that is damaged is reported, and one begun anew.
    """

    def __init__(self, journal: Open, account: Account, reports: Reports) -> None:
        self._account, self._reports = account, reports
        self._shelf = Shelf(journal)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        self._turn = asyncio.Lock()
        self._closed = False

    async def heads(self) -> dict[str, list[Head]]:
        """By stream, for the hello: the epoch in use last, older ones only while something of them
        is unsettled.  Asks no disk; the lists are empty before one was ever opened."""
        return {stream: self._account.heads(stream) for stream in (URGENT, BULK)}

    async def urgent(self, after: int, limit: int) -> list[Parcel]:
        """Unsettled records with numbers above ``after``, rising; at most ``limit``, and about
        256 KiB.  Fewer than there are, but never none if there is one."""
        return await self._pending(URGENT, after, None, limit)

    async def bulk(self, after: int, limit: int, upto: int | None = None) -> list[Parcel]:
        """Unsettled blocks that begin above ``after`` and end at ``upto`` at the latest; as
        ``urgent``.  A block is whole also if a part of it was acknowledged."""
        return await self._pending(BULK, after, upto, limit)

    async def replay(
        self, stream: str, epoch: int, ranges: Sequence[Range], limit: int
    ) -> Replayed:
        """What is still stored of these numbers, settled or not; at most ``limit`` parcels."""
        wanted = list(Ranges(clip(ranges, *self._account.span(stream, epoch))))
        if not wanted:
            return Replayed([], [], [])
        found = await self._look(stream, wanted[:MOST_RANGES], max(1, limit))
        rest = list(clip(wanted, found.looked + 1, wanted[-1][1]))
        return Replayed(found.parcels, found.missing, rest)

    async def aclose(self) -> None:
        """No call is answered afterwards."""
        if self._closed:
            return
        self._closed = True
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._run(self._shelf.close)
        except TimeoutError:
            log.error("the disk does not answer a reader")  # noqa: TRY400  # no bug of ours
        self._thread.shutdown(wait=False)

    async def _pending(self, stream: str, after: int, upto: int | None, limit: int) -> list[Parcel]:
        """Looks on until there is something: what is damaged must not look like the end."""
        begin = after + 1
        while wanted := self._account.unsettled(stream, begin, upto, MOST_RANGES):
            found = await self._look(stream, wanted, max(1, limit))
            parcels = [each for each in found.parcels if each.first > after]
            if upto is not None:
                parcels = [each for each in parcels if each.last <= upto]
            if parcels:
                return parcels
            begin = found.looked + 1
        return []

    async def _look(self, stream: str, ranges: Sequence[Range], most: int) -> Found:
        if self._closed:
            raise Unreadable("the outbox is closed")
        try:
            found = await self._run(partial(self._shelf.look, stream, ranges, most))
        except Corrupt as fault:
            self._reports.broken(self._shelf.opening)
            raise Unreadable(str(fault)) from fault
        for first, last in found.damaged:
            log.error("the block %d to %d is damaged", first, last)
            self._reports.damaged(first, last)
        return found

    async def _run(self, work: Callable[[], T]) -> T:
        """One at a time, also if the one who asked has gone away: nothing piles up."""
        await self._turn.acquire()
        answer = asyncio.get_running_loop().run_in_executor(self._thread, work)
        answer.add_done_callback(self._next)
        return await asyncio.shield(answer)

    def _next(self, answer: asyncio.Future[T]) -> None:
        self._turn.release()
        if not answer.cancelled():
            answer.exception()  # seen, if nobody waits for it any more
