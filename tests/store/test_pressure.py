"""More comes than the disk takes: memory stays bounded, and what goes is said."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.kinds import BULK, URGENT
from agent.model.messages import Event
from agent.model.time import Stamp
from agent.store.jobs import Ack, Chunk, Damaged, Gone, Urgent
from agent.store.journal import Journal
from agent.store.pending import MOST_ACKS, MOST_ASKED, Pending
from agent.store.tuning import Tuning
from tests.store.journals import events, gaps, lines, opened, put, running, store, until
from tests.store.workload import event, reading


def _accounted(journal: Journal) -> None:
    for stream in journal.counts().streams:
        assert stream.captured == stream.stored + stream.gapped
        assert stream.open == 0


async def test_what_finds_no_room_becomes_a_gap(tmp_path: Path) -> None:
    async with running(tmp_path, Tuning(most_waiting=10)) as (journal, _):
        for number in range(35):  # in one turn of the loop: the writer says nothing in between
            journal.put(reading(number))
        done = asyncio.Event()
        journal.put(event(1), done.set)
        await done.wait()  # given up for good
        await until(lambda: journal.last("urgent") == 3)
        _accounted(journal)
        assert [each.gapped for each in journal.counts().streams] == [1, 25]
        await put(journal, event(2))
    assert sorted(gaps(tmp_path)) == [
        ("bulk", 1, 11, 35, "overrun"),
        ("urgent", 1, 2, 2, "overrun"),
    ]


async def test_what_found_no_room_is_said_at_a_stop_as_well(tmp_path: Path) -> None:
    journal = opened(store(tmp_path), Tuning(most_waiting=10))
    for number in range(35):
        journal.put(reading(number))
    await journal.close()
    _accounted(journal)
    ((stream, _, first, last, why),) = gaps(tmp_path)
    assert (stream, last - first + 1, why) == ("bulk", 25, "overrun")


async def test_numbers_of_a_gap_are_given_to_nobody_else(tmp_path: Path) -> None:
    """They leave no row, and so must be known by the gap when the database is opened again."""
    journal = opened(store(tmp_path), Tuning(most_waiting=10))
    for number in range(35):
        journal.put(reading(number))
    await until(lambda: journal.last("bulk") == 35)  # the block first, the gap when there is room
    await journal.close()
    async with running(tmp_path) as (journal, outbox):
        assert journal.last("bulk") == 35
        for number in range(10):
            journal.put(reading(100 + number))
        await events(journal, 1)
        assert [(p.first, p.last) for p in await outbox.bulk(0, 9)] == [(1, 10), (36, 45)]
    named = [(line["stream"], line["epoch"], line["seq"]) for line in lines(tmp_path)]
    assert len(named) == len(set(named))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(1, 40))
def test_all_is_accounted_for_whatever_comes(
    tmp_path_factory: pytest.TempPathFactory, bursts: list[int], room: int
) -> None:
    async def run() -> Journal:
        directory = tmp_path_factory.mktemp("journal")
        journal = opened(replace(store(directory), seal_n=7), Tuning(most_waiting=room))
        for number, burst in enumerate(bursts):
            for each in range(burst):
                journal.put(event(each) if each % 9 == number else reading(each))
            await journal.probe()
        await journal.close()
        return journal

    _accounted(asyncio.run(run()))


@contextmanager
def _refusing(directory: Path) -> Iterator[None]:
    """A person with a tool holds the database; the writer asks again after its back-off."""
    link = sqlite3.connect(directory / "journal.db", isolation_level=None)
    link.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        link.execute("ROLLBACK")
        link.close()


async def test_a_disk_that_refuses_for_long_costs_the_oldest(tmp_path: Path) -> None:
    tuning = Tuning(held_bytes=2_000, held_urgent=5, retry_s=0.05, retry_most_s=0.05)
    async with running(tmp_path, tuning) as (journal, _):
        await put(journal, event(0))
        with _refusing(tmp_path):
            for burst in range(40):
                for number in range(20):
                    journal.put(reading(20 * burst + number))
                journal.put(event(burst + 1))
                await journal.probe()
        await until(lambda: journal.counts().writes and not journal.counts().reason)
        await put(journal, event(99))
        await until(lambda: not any(each.open for each in journal.counts().streams))
        _accounted(journal)
        urgent, bulk = journal.counts().streams
        assert 0 < bulk.gapped < 800
        assert 0 < urgent.gapped < 40
    kept = lines(tmp_path)
    assert {why for *_, why in gaps(tmp_path)} == {"memory"}
    assert [line["value"] for line in kept if line["type"] == "reading"][-1] == 799 % 97
    told = [line["kind"] for line in kept if line["type"] == "event"]
    assert told.count("buffer_recovered") == 1
    numbers = [(line["stream"], line["seq"]) for line in kept]
    assert len(numbers) == len(set(numbers))


def _chunk(number: int) -> Chunk:
    return Chunk([reading(number)], [])


def test_what_waits_is_bounded_while_the_disk_refuses() -> None:
    tuning = Tuning(held_bytes=5_000, held_urgent=10)
    pending, freed = Pending(tuning), 0
    for number in range(500):
        pending.put(_chunk(number))
        pending.put(Urgent(event(number), None))
        pending.put(Ack(BULK, number, ((1, 1), (3, 3))))
        freed += pending.squeeze()
    assert freed == 1_000
    load = pending.take(acks=True)
    assert sum(len(sealed.body) for sealed in load.held) <= 5_000
    lost = {each.stream: each.count for each in load.lost}
    assert lost[BULK] + len(load.held) == 500
    assert lost[URGENT] + len(load.urgent) == 500
    assert len(load.acks) == 500


def test_acknowledgements_and_questions_are_bounded() -> None:
    pending = Pending(Tuning())
    for number in range(2 * MOST_ACKS):
        pending.put(Ack(BULK, 1, ((3 * number + 1, 3 * number + 1),)))
        pending.put(Damaged(number, number))
        pending.put(Gone(BULK, 1, ((number, number),)))
        assert pending.crowded == (number + 1 >= MOST_ACKS // 2)
    load = pending.take(acks=True)
    assert len(load.acks[0].ranges) == MOST_ACKS
    assert len(load.asked) == MOST_ASKED
    assert not pending
    assert not pending.lazy


def test_a_question_is_asked_once() -> None:
    pending = Pending(Tuning())
    for _ in range(3):
        pending.put(Damaged(1, 10))
    assert pending.take(acks=False).asked == [Damaged(1, 10)]


async def test_what_cannot_be_written_becomes_a_gap_of_its_own(tmp_path: Path) -> None:
    odd = Event(device="box", at=Stamp("boot", 1), kind="odd", data={"x": float("nan")})
    async with running(tmp_path) as (journal, _):
        await put(journal, event(1))
        await put(journal, odd)
        await put(journal, event(2))
        _accounted(journal)
    assert gaps(tmp_path) == [("urgent", 1, 2, 2, "unwritable")]
