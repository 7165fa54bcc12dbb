"""One driver, and the last line of defence against what is wrong with it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from agent.drivers.base import (
    Acts,
    Driver,
    Hurries,
    Listens,
    Model,
    Polls,
    Refused,
    Repeats,
    Seat,
    Sights,
    Talks,
)
from agent.line.asking import NoAnswer
from agent.links.base import LinkDown
from agent.model.messages import Command, Event, Fields, Message, Reading
from agent.supervisor.backoff import Backoff
from agent.supervisor.world import World, loop_time

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT, HEALTHY = 0.1, 300.0, 60.0
"""A driver that breaks now and then is there again at once; one that always does costs twelve
urgent records an hour."""

MOST = 4096
"""Messages of one verb: four for every byte of the longest ``receive``."""

KINDS_SHOWN = 16
"""Kinds of errors whose traceback is logged, once each."""

LEAST_PERIOD = 0.02
"""Seconds; nothing on a serial wire answers faster (docs/adr/0006)."""

SAID_BY_DEVICES = (NoAnswer, Refused, LinkDown)
"""What ``poll`` and ``act`` may raise.  ``heard`` may raise nothing."""


class Broke(Exception):
    """The driver raised what none may raise, or did not return.  The text names the error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbs:
    """What a driver can do; a verb that it has not is None."""

    listens: Listens | None = None
    sights: Sights | None = None
    polls: Polls[Any] | None = None  # a keeper gives its drivers what they were written for
    acts: Acts[Any] | None = None
    hurries: Hurries | None = None
    every: float = LEAST_PERIOD
    silence: float | None = None
    repeats: bool = False


NO_VERBS = Verbs()


def _verbs_of(driver: Driver) -> Verbs:
    polls = driver if isinstance(driver, Polls) else None
    return Verbs(
        listens=driver if isinstance(driver, Listens) else None,
        sights=driver if isinstance(driver, Sights) else None,
        polls=polls,
        acts=driver if isinstance(driver, Acts) else None,
        hurries=driver if isinstance(driver, Hurries) else None,
        every=max(LEAST_PERIOD, polls.every) if polls else LEAST_PERIOD,
        silence=driver.silence if isinstance(driver, Talks) else None,
        repeats=isinstance(driver, Repeats) and driver.repeats,
    )


def _messages(said: Iterable[Message]) -> tuple[Message, ...]:
    messages = tuple(islice(said, MOST))
    for message in messages:
        if not isinstance(message, Reading | Event | Command):
            raise TypeError(f"a driver said {type(message).__name__}")
    return messages


class KeptDriver:
    """Calls the verbs of a driver; a bug in one costs this device a moment, and no other anything.

    A driver that broke is thrown away and built anew, after a back-off: its state cannot be
    trusted.  ``bound`` is how long a verb may take, in seconds.
    """

    def __init__(self, seat: Seat, model: Model, world: World, bound: float) -> None:
        self._seat, self._model, self._world, self._bound = seat, model, world, bound
        self._backoff = Backoff(world.dice, first=FIRST_WAIT, longest=LONGEST_WAIT, healthy=HEALTHY)
        self._driver: Driver | None = None
        self._verbs = NO_VERBS
        self._built = self._rest_until = 0.0
        self._shown: set[str] = set()
        self.times = 0

    @property
    def broken(self) -> bool:
        return self._driver is None

    @property
    def wait(self) -> float:
        """Seconds until a broken driver may be built again; 0 for one that is well."""
        return 0.0 if self._driver else max(0.0, self._rest_until - loop_time())

    def verbs(self, *, now: bool = False) -> Verbs:
        """What it can do; nothing while it rests after it broke, unless it is needed ``now``."""
        if self._driver is None and (now or self.wait == 0.0):
            self._build()
        return self._verbs

    def hear(self, verb: Callable[[], Iterable[Message]]) -> tuple[Message, ...]:
        """The messages of a listener; Broke."""
        with self._guard(()):
            return _messages(verb())

    async def call(self, verb: Callable[[], Awaitable[Iterable[Message]]]) -> tuple[Message, ...]:
        """The messages of ``poll`` or ``act``; Broke, NoAnswer, Refused, LinkDown."""
        with self._guard(SAID_BY_DEVICES):
            async with asyncio.timeout(self._bound):
                return await self._awaited(verb)

    @staticmethod
    async def _awaited(
        verb: Callable[[], Awaitable[Iterable[Message]]],
    ) -> tuple[Message, ...]:
        try:
            return _messages(await verb())
        except asyncio.CancelledError as stray:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Nobody cancelled us: it came out of the driver, and would end its polling unseen.
            raise RuntimeError("a driver let a cancelled future through") from stray

    def _build(self) -> None:
        try:
            with self._guard(()):
                driver = self._model.build(self._seat)
                self._verbs = _verbs_of(driver)  # asks for ``every``: may break as well
        except Broke:
            return
        self._driver, self._built = driver, loop_time()

    @contextmanager
    def _guard(self, allowed: tuple[type[Exception], ...]) -> Iterator[None]:
        try:
            yield
        except allowed:
            raise
        # The one broad except of the process: anything may come out of somebody's driver.
        except Exception as bug:
            self._drop(bug)
            raise Broke(type(bug).__name__) from bug

    def _drop(self, bug: Exception) -> None:
        error, device = type(bug).__name__, self._seat.device
        self.times += 1
        lasted = loop_time() - self._built if self._driver else 0.0
        self._driver, self._verbs = None, NO_VERBS
        self._rest_until = loop_time() + self._backoff.after(lasted)
        if error in self._shown or len(self._shown) >= KINDS_SHOWN:
            log.warning("the driver of %s broke again: %s", device, error)
        else:
            self._shown.add(error)
            log.error("the driver of %s broke", device, exc_info=bug)
        data: Fields = {"error": error, "times": self.times}
        at = self._world.now()
        self._world.emit(Event(device=device, at=at, kind="device_broke", data=data))
