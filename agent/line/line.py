"""One wire, one reader, one conversation at a time.

Several devices with several protocols may hang on a pair of wires, and a reply often does not say
what it answers: a Modbus reply carries no register.  All the rules that keep one device's words
from being taken for another's are here:

* only ``pump`` reads; a question owns what comes back while it waits, and nobody else asks then;
* a question is asked into silence: ``gap`` after the last byte, and with everything that had come
  before delivered elsewhere;
* after a question without an answer the line keeps still for ``quiet`` and throws away what comes;
* what came while nobody looked, since the process was held, is thrown away unless it was asked for;
* a turn lasts for one attempt.  A door that waits comes before the second attempt of a sensor.

Times are those of the event loop.
"""

import asyncio
import contextlib
import logging
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import NoReturn, TypeVar

from agent.config.settings import Bus
from agent.line.asking import Answer, Found, Manners, NoAnswer
from agent.line.awake import Awake
from agent.line.counts import LineCounts
from agent.line.hearing import Hearing
from agent.line.pace import pace_of
from agent.line.turns import Turns
from agent.links.base import Link, LinkDown

T = TypeVar("T")
log = logging.getLogger(__name__)

Heard = Callable[[bytes], None]
"""Takes bytes that nobody asked for; must not raise."""

Tap = Callable[[str, bytes], None]
"""Sees all bytes: ``"host"`` for what we send, ``"device"`` for what comes, echoes included."""

SILENCE_S = 0.2
"""So long a question waits for a silence that does not come: on a talker's wire it never does."""

ECHO_S = 0.05
"""So long after its wire time the echo of something told may still come, USB's buffers included."""

HOPS = 4
"""Turns of the event loop from "the kernel has bytes" to "the asker has them"; a process that got
the processor late looks this far before it says that nobody answered."""


class Line:
    """Turns on one open link.  Made anew each time the link is opened; ends with it."""

    def __init__(
        self, link: Link, bus: Bus, heard: Heard = lambda _: None, tap: Tap | None = None
    ) -> None:
        self.tap = tap
        self._link, self._heard, self._echo = link, heard, bus.echo
        self._pace = pace_of(bus)
        self._gap = max(self._pace.t35, bus.gap)
        self._turns, self._awake = Turns(), Awake()
        self._hearing: Hearing | None = None
        self._news: asyncio.Future[None] | None = None
        self._busy_until = float("-inf")  # the last byte on the wire, ours or theirs
        self._late_until = float("-inf")  # until then, what comes answers a question of before
        self._over: str | None = None
        self._tally: Counter[str] = Counter()

    def seat(self, priority: int, manners: Manners, deadline: float = math.inf) -> "LineSeat":
        """A device's place at this wire; cheap, make as many as you like."""
        return LineSeat(self, priority, manners, deadline)

    def counts(self) -> LineCounts:
        return LineCounts(**self._tally)

    async def pump(self) -> NoReturn:
        """Read until LinkDown; then, or when cancelled, all who ask or wait fail with LinkDown."""
        self._awake.start()
        try:
            while True:
                self._arrived(await self._link.receive())
        except LinkDown as down:
            self._end(str(down))
            raise
        finally:
            self._awake.stop()
            self._end("the line was closed")

    async def exchange(
        self, seat: "LineSeat", request: bytes, answer: Answer[T], expect: int
    ) -> Found[T] | None:
        """One attempt, in a turn of its own; None if nobody answered in time."""
        async with self._turn(seat):
            self._tally["exchanges"] += 1
            thinking = self._pace.seconds(len(request) + expect) + seat.manners.patience
            found, deadline = None, self._now() + thinking
            try:
                with self._hears(request) as hearing:
                    await self._send(request)
                    deadline = self._now() + thinking
                    found = await self._listen(hearing, answer, deadline)
            finally:
                if found is None:  # an answer may be on its way, to a cancelled asker as well
                    self._late_until = max(deadline, self._now()) + seat.manners.quiet
            self._tally["timeouts"] += found is None
            return found

    async def say(self, seat: "LineSeat", request: bytes) -> None:
        """Send what has no answer, in a turn of its own."""
        async with self._turn(seat):
            with self._hears(request) as hearing:
                await self._send(request)
                deadline = self._busy_until + ECHO_S
                while not hearing.echoed and self._now() < deadline:
                    await self._more(deadline)

    @contextlib.asynccontextmanager
    async def _turn(self, seat: "LineSeat") -> AsyncIterator[None]:
        await self._turns.take(seat.priority, seat.deadline)
        try:
            await self._silence()
            yield
        finally:
            self._turns.give(max(self._late_until, self._busy_until + self._gap))

    async def _silence(self) -> None:
        """Until nothing was on the wire for ``gap``, and all that came before is delivered."""
        give_up = self._now() + SILENCE_S
        while True:
            await _hop()
            self._check()
            wait = min(self._busy_until + self._gap, give_up) - self._now()
            if wait <= 0:
                return
            await asyncio.sleep(wait)

    @contextlib.contextmanager
    def _hears(self, request: bytes) -> Iterator[Hearing]:
        """What comes inside belongs to this conversation; what it leaves, to the listeners."""
        hearing = self._hearing = Hearing(request if self._echo else b"")
        try:
            yield hearing
        finally:
            self._hearing = None
            for noise in hearing.rest():
                self._noise(noise)

    async def _send(self, data: bytes) -> None:
        self._tally["bytes_out"] += len(data)
        if self.tap is not None:
            self.tap("host", data)
        try:
            await self._link.send(data)
        except LinkDown as down:
            self._end(str(down))
            raise
        finally:
            self._busy(self._now() + self._pace.seconds(len(data)))

    async def _listen(
        self, hearing: Hearing, answer: Answer[T], deadline: float
    ) -> Found[T] | None:
        while (found := hearing.search(answer)) is None:
            if self._now() >= deadline:
                await _hop()
                return hearing.search(answer)
            await self._more(deadline)
        return found

    async def _more(self, deadline: float) -> None:
        """Until bytes come, or ``deadline`` does."""
        self._check()
        loop = asyncio.get_running_loop()
        self._news = loop.create_future()
        timer = loop.call_at(deadline, self._tell_news)
        try:
            await self._news
        finally:
            timer.cancel()
        self._check()

    def _arrived(self, data: bytes) -> None:
        self._tally["bytes_in"] += len(data)
        self._busy(self._now())
        missed = self._awake.missed(len(data))
        if self.tap is not None:
            self.tap("device", data)
        if self._hearing is not None:
            self._noise(self._hearing.add(data))
            self._tell_news()
        elif missed:
            self._tally["stale_bytes"] += len(data)
            log.debug("%d bytes had lain there unread", len(data))
        elif self._now() < self._late_until:
            self._tally["late_bytes"] += len(data)
            log.debug("%d bytes came late", len(data))
        else:
            self._heard(data)

    def _noise(self, data: bytes) -> None:
        if data:
            self._tally["noise_bytes"] += len(data)
            self._heard(data)

    def _busy(self, until: float) -> None:
        self._busy_until = max(self._busy_until, until)

    def _tell_news(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def _end(self, why: str) -> None:
        if self._over is None:
            self._over = why
            self._turns.end(why)
            self._tell_news()

    def _check(self) -> None:
        if self._over is not None:
            raise LinkDown(self._over)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class LineSeat:
    """A device's seat (``Asks``).  Who waits on a cancelled or failed ask holds nobody up."""

    line: Line
    priority: int  # lower goes first
    manners: Manners
    deadline: float = math.inf  # loop time by which the answer is wanted

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int = 16, patience: float | None = None
    ) -> T:
        seat = self if patience is None else self.with_manners(_once(self.manners, patience))
        for _ in range(seat.manners.attempts):
            found = await self.line.exchange(seat, request, answer, expect)
            if found is not None:
                return found.value
        raise NoAnswer(f"no answer in {seat.manners.attempts} attempts")

    async def tell(self, request: bytes) -> None:
        await self.line.say(self, request)

    def with_manners(self, manners: Manners) -> "LineSeat":
        return replace(self, manners=manners)

    def impatient(self) -> "LineSeat":
        """One attempt only: how a device is asked that has long been silent."""
        return self.with_manners(replace(self.manners, attempts=1))


def _once(manners: Manners, patience: float) -> Manners:
    return replace(manners, patience=patience, attempts=1)


async def _hop() -> None:
    for _ in range(HOPS):
        await asyncio.sleep(0)
