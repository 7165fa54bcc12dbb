"""A journal in a directory, small and quick, and the ways to wait for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from agent.config import settings
from agent.model.messages import Message
from agent.model.time import Now, Stamp
from agent.store.journal import Journal
from agent.store.outbox import Outbox
from agent.store.reading import Line, records
from agent.store.tuning import Tuning
from tests.store.workload import event, reading

BOOT = Stamp("boot", 1)


def store(directory: Path) -> settings.Store:
    return settings.Store(dir=directory, seal_s=60, seal_n=10, reserve_bytes=65_536)


def opened(
    where: settings.Store | Path, tuning: Tuning | None = None, now: Now = lambda: BOOT
) -> Journal:
    table = store(where) if isinstance(where, Path) else where
    return Journal.open(table, "box", now, tuning)


@asynccontextmanager
async def running(
    where: settings.Store | Path, tuning: Tuning | None = None, now: Now = lambda: BOOT
) -> AsyncIterator[tuple[Journal, Outbox]]:
    """A journal and a reader of it; both are closed."""
    journal = opened(where, tuning, now)
    outbox = journal.outbox()
    try:
        yield journal, outbox
    finally:
        await outbox.aclose()
        await journal.close()


async def put(journal: Journal, message: Message) -> None:
    """Durable on return."""
    durable = asyncio.Event()
    journal.put(message, durable.set)
    async with asyncio.timeout(20):
        await durable.wait()


async def fill(journal: Journal, readings: int, first: int = 0) -> None:
    """Whole blocks of ten; durable on return."""
    for number in range(first, first + readings - 1):
        journal.put(reading(number))
    await put(journal, reading(first + readings - 1))


async def events(journal: Journal, count: int, first: int = 1) -> None:
    for number in range(first, first + count - 1):
        journal.put(event(number))
    await put(journal, event(first + count - 1))


async def renewed(journal: Journal, at_least: int = 0) -> None:
    done = asyncio.Event()
    journal.renew(at_least, done.set)
    async with asyncio.timeout(20):
        await done.wait()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  # the journal has no event for its counts
            await asyncio.sleep(0.01)


def gaps(directory: Path) -> list[tuple[str, int, int, int, str]]:
    """Gap records: stream, epoch, first, last, reason of what is gone."""
    return [
        (line["of"], line["epoch"], line["first"], line["last"], line["reason"])
        for line in lines(directory)
        if line["type"] == "gap"
    ]


def lines(directory: Path) -> list[Line]:
    return list(records(directory))
