"""How far the journal is: which numbers were given, under which epoch, and who needs them still.

``Standing`` is the writer's word after a transaction, ``Account`` what the loop makes of it:
acknowledgements that wait for a transaction count there at once.  Neither asks the disk.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from agent.model.kinds import BULK, URGENT
from agent.store.draft import Numbers
from agent.store.ranges import Range, Ranges, clip

MOST_ACKED = 1_024
"""Ranges acknowledged within one ``lazy_s``.  An honest platform's are a handful; beyond the bound
they are forgotten here, which costs no more than that some records are sent again."""

NONE: Range = (1, 0)
"""The empty range."""


class Begin(NamedTuple):
    """An epoch, and the first number of each stream that belongs to it."""

    epoch: int
    urgent: int
    bulk: int

    def of(self, stream: str) -> int:
        return self.urgent if stream == URGENT else self.bulk


@dataclass(frozen=True, slots=True)
class Head:
    """An epoch of a stream, as a hello tells it (docs/protocol.md, section 4).

    ``first`` is its first number, ``last`` the highest that was given (``first - 1`` before there
    is any), ``cursor`` the lowest that is still to come (``last + 1`` if none is).
    """

    epoch: int
    first: int
    last: int
    cursor: int


def spans(begins: Sequence[Begin], stream: str, last: int) -> Iterator[tuple[int, int, int]]:
    """Each epoch with its first and last number; the last of an empty one lies below its first."""
    ends = [begin.of(stream) - 1 for begin in begins[1:]]
    for begin, end in zip(begins, [*ends, last], strict=False):
        yield begin.epoch, begin.of(stream), end


@dataclass(frozen=True, slots=True)
class Standing:
    """As of a transaction.  ``settled`` are copies: whoever holds a Standing may read them.

    ``begins`` are the epochs of this database, oldest first; none before one was opened.
    """

    numbers: Numbers
    begins: tuple[Begin, ...]
    urgent: Ranges
    bulk: Ranges

    def settled(self, stream: str) -> Ranges:
        return self.urgent if stream == URGENT else self.bulk

    def span(self, stream: str, epoch: int) -> Range:
        """The numbers given under the epoch; an empty range for one that is not ours."""
        if stream not in (URGENT, BULK):
            return NONE
        for each, first, last in spans(self.begins, stream, self.numbers.last(stream)):
            if each == epoch:
                return first, last
        return NONE


NOTHING = Standing(Numbers(0), (), Ranges(), Ranges())
"""Before a database was ever opened."""


class Account:
    """On the loop's thread.  Numbers never start anew within one database, so they stand alone;
    where an epoch is named it is checked."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._acked = {URGENT: Ranges(), BULK: Ranges()}

    @property
    def epoch(self) -> int:
        """The one in use; 0 before a database was ever opened."""
        return self._standing.numbers.epoch

    def last(self, stream: str) -> int:
        """The highest durable number."""
        return self._standing.numbers.last(stream)

    def span(self, stream: str, epoch: int) -> Range:
        return self._standing.span(stream, epoch)

    def moved(self, standing: Standing) -> bool:
        """Take the writer's word; whether a number was given since the last."""
        before, self._standing = self._standing, standing
        same = before.begins[:1] == standing.begins[:1]  # else it is another database
        for stream, acked in self._acked.items():
            settled = standing.settled(stream)
            waiting = (one for one in acked if not settled.covers(*one))
            self._acked[stream] = Ranges(waiting if same else ())
        return before.numbers != standing.numbers

    def acked(self, stream: str, epoch: int, ranges: Iterable[Range]) -> tuple[Range, ...]:
        """What of an acknowledgement is about numbers that were given."""
        low, high = self.span(stream, epoch)
        mine = tuple(clip(ranges, low, high))
        if mine:
            acked = self._acked[stream]
            acked.update(mine)
            if len(acked) > MOST_ACKED:
                self._acked[stream] = Ranges()
        return mine

    def settled(self, stream: str) -> Ranges:
        """Numbers that nobody needs; a copy."""
        settled = self._standing.settled(stream).copy()
        settled.update(self._acked[stream])
        return settled

    def pending(self, stream: str) -> int:
        """How many the platform still lacks."""
        return self.last(stream) - self.settled(stream).total()

    def unsettled(self, stream: str, first: int, last: int | None, most: int) -> list[Range]:
        """At most ``most`` ranges of what is still to be sent, from ``first`` on."""
        end = self.last(stream) if last is None else min(last, self.last(stream))
        return list(islice(self.settled(stream).holes(max(1, first), end), most))

    def heads(self, stream: str) -> list[Head]:
        """The epoch in use, last; older ones of which something is still to come."""
        settled, heads = self.settled(stream), []
        for epoch, first, last in spans(self._standing.begins, stream, self.last(stream)):
            cursor = next((low for low, _ in settled.holes(first, last)), last + 1)
            if epoch == self.epoch or cursor <= last:
                heads.append(Head(epoch, first, last, cursor))
        return heads
