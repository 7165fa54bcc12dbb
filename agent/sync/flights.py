"""What was sent and has no word from the platform: docs/protocol.md, section 3.  Sans I/O.

A message that stays without word for 20 s is due again, then after 40 s, … 300 s.  Two things are
told apart by whether the platform has said anything since the message was sent:

* It has, but not about this one: the message was lost on the way, or the platform cannot read it.
  After a few tries it is *shelved*: still sent now and then, but it no longer holds up others.
* It has not: the platform is silent, be it slow or gone.  To send everything again would make a
  slow one slower and cost a mobile line its month.  So one message goes as a probe, others wait.
"""

import heapq
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from agent.store.ranges import Range

SECOND = 1_000_000_000
FIRST_NS, MOST_NS = 20 * SECOND, 300 * SECOND
SHELVE_AFTER = 3  # sendings without a word, while others got theirs: 20 + 40 + 80 s
MOST_SHELVED = 256
"""Beyond it the oldest is forgotten until the next hello, after which everything goes again."""

Key = tuple[int, int]  # epoch, first number


@dataclass(slots=True, eq=False)
class Flight:
    """One message.  ``pieces``: first to last number of each record or block without word."""

    lane: str
    epoch: int
    pieces: dict[int, int]
    tries: int = 0
    sent_ns: int = 0
    due_ns: int = 0

    @property
    def ranges(self) -> tuple[Range, ...]:
        return tuple(self.pieces.items())

    @property
    def records(self) -> int:
        return sum(last - first + 1 for first, last in self.pieces.items())


@dataclass(slots=True)
class Flights:
    """Of one stream.  ``most``: so many messages may be without word."""

    most: int
    records: Counter[str] = field(default_factory=Counter)  # without word, by lane
    _all: dict[Flight, None] = field(default_factory=dict)
    _of: dict[Key, Flight] = field(default_factory=dict)
    _keys: list[Key] = field(default_factory=list)  # sorted
    _due: list[tuple[int, int, Flight]] = field(default_factory=list)  # a heap; may hold old news
    _shelf: dict[Flight, None] = field(default_factory=dict)  # in the order in which they are due
    _heard_ns: int = 0
    _quiet_until_ns: int = 0  # nothing but the shelf is sent again before
    _probe_s: int = 0  # how long after a probe the next may go, while the platform is silent
    _tick: "count[int]" = field(default_factory=count)

    @property
    def room(self) -> bool:
        return len(self._all) - len(self._shelf) < self.most

    def has(self, epoch: int, first: int) -> bool:
        return (epoch, first) in self._of

    def holds(self, flight: Flight) -> bool:
        return flight in self._all

    def put(self, flight: Flight, now_ns: int) -> None:
        """It was just sent, for the first time or again."""
        if flight not in self._all:
            self._add(flight)
        wait_ns = min(FIRST_NS << min(flight.tries, 8), MOST_NS)
        flight.sent_ns, flight.tries = now_ns, flight.tries + 1
        if flight in self._shelf:
            flight.due_ns = now_ns + MOST_NS
            del self._shelf[flight]  # to its end
            self._shelf[flight] = None
        else:
            flight.due_ns = now_ns + wait_ns
            heapq.heappush(self._due, (flight.due_ns, next(self._tick), flight))

    def ack(self, epoch: int, ranges: Iterable[Range], now_ns: int) -> int:
        """The platform's word.  How many records of ours it settles."""
        if self.silent(now_ns):
            self._quiet_until_ns = now_ns + FIRST_NS  # it speaks again: let it finish
        self._heard_ns = now_ns
        self._probe_s = 0
        return sum(self._settle(epoch, wanted) for wanted in ranges)

    def drop(self, flight: Flight) -> None:
        """It need not be sent any more."""
        for first in tuple(flight.pieces):
            self._land(flight, first)

    def clear(self, now_ns: int) -> None:
        """A hello was answered: everything without word goes again, from the journal."""
        self.records.clear()
        self._all.clear()
        self._of.clear()
        self._keys.clear()
        self._due.clear()
        self._shelf.clear()
        self._heard_ns, self._quiet_until_ns, self._probe_s = now_ns, 0, 0

    def silent(self, now_ns: int) -> bool:
        """Something is due, and since it was sent there was no word about anything."""
        flight = self._next()
        return flight is not None and flight.due_ns <= now_ns and flight.sent_ns >= self._heard_ns

    def overdue(self, now_ns: int) -> Flight | None:
        """What is to be sent again now; the caller then calls ``put`` or ``drop``."""
        flight = self._next()
        if flight is None or now_ns < max(flight.due_ns, self._quiet_until_ns):
            return self._from_shelf(now_ns)
        if flight.sent_ns >= self._heard_ns:
            self._probe_s = min(max(2 * self._probe_s, 20), 300)
            self._quiet_until_ns = now_ns + self._probe_s * SECOND
        elif flight.tries >= SHELVE_AFTER:
            self._shelve(flight)
        return flight

    def wake_ns(self) -> int | None:
        """When ``overdue`` may have something; None if nothing is without word."""
        flight, shelved = self._next(), next(iter(self._shelf), None)
        wakes = [] if flight is None else [max(flight.due_ns, self._quiet_until_ns)]
        if shelved is not None:
            wakes.append(shelved.due_ns)
        return min(wakes, default=None)

    def _next(self) -> Flight | None:
        while self._due:
            due_ns, _, flight = self._due[0]
            if flight in self._all and flight not in self._shelf and flight.due_ns == due_ns:
                return flight
            heapq.heappop(self._due)
        return None

    def _from_shelf(self, now_ns: int) -> Flight | None:
        flight = next(iter(self._shelf), None)
        return flight if flight is not None and flight.due_ns <= now_ns else None

    def _add(self, flight: Flight) -> None:
        self._all[flight] = None
        self.records[flight.lane] += flight.records
        for first in flight.pieces:
            self._of[flight.epoch, first] = flight
            insort(self._keys, (flight.epoch, first))

    def _settle(self, epoch: int, wanted: Range) -> int:
        """A block that is settled in part stays: it is one message and goes again as a whole."""
        low = bisect_left(self._keys, (epoch, wanted[0]))
        high = bisect_left(self._keys, (epoch, wanted[1] + 1))
        settled = 0
        for _, first in self._keys[low:high]:
            flight = self._of[epoch, first]
            last = flight.pieces[first]
            if last <= wanted[1]:
                settled += last - first + 1
                self._land(flight, first)
        return settled

    def _land(self, flight: Flight, first: int) -> None:
        last, key = flight.pieces.pop(first), (flight.epoch, first)
        self.records[flight.lane] -= last - first + 1
        del self._of[key]
        del self._keys[bisect_left(self._keys, key)]
        if not flight.pieces:
            del self._all[flight]
            self._shelf.pop(flight, None)

    def _shelve(self, flight: Flight) -> None:
        self._shelf[flight] = None
        if len(self._shelf) > MOST_SHELVED:
            self.drop(next(iter(self._shelf)))
