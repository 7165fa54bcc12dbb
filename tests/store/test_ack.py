"""Acknowledgements: any number of times, in any order, about any epoch."""

import asyncio
import sqlite3
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.store.draft import Numbers
from agent.store.pending import MOST_ACKS
from agent.store.ranges import Range, Ranges
from agent.store.standing import MOST_ACKED, Account, Begin, Head, Standing
from agent.store.tuning import Tuning
from tests.store.journals import events, fill, renewed, running

RANGES = st.lists(st.tuples(st.integers(-5, 130), st.integers(-5, 130)), max_size=12)
STANDING = Standing(
    Numbers(9, urgent=100, bulk=0),
    (Begin(3, 1, 1), Begin(5, 41, 1), Begin(9, 81, 1)),
    Ranges([(1, 4), (50, 60)]),
    Ranges(),
)


def _numbers(ranges: list[Range]) -> set[int]:
    return {each for first, last in ranges for each in range(first, last + 1)}


@given(st.lists(st.tuples(st.sampled_from([1, 3, 5, 9, 10]), RANGES), max_size=6))
def test_an_account_is_a_set_of_numbers(acks: list[tuple[int, list[Range]]]) -> None:
    account = Account(STANDING)
    had = _numbers([(1, 4), (50, 60)])
    spans = {3: (1, 40), 5: (41, 80), 9: (81, 100)}
    for epoch, ranges in acks:
        account.acked("urgent", epoch, ranges)
        low, high = spans.get(epoch, (1, 0))
        had |= {each for each in _numbers(ranges) if low <= each <= high}
    left = set(range(1, 101)) - had
    assert account.pending("urgent") == len(left)
    assert _numbers(account.unsettled("urgent", 1, None, 999)) == left
    assert _numbers(account.unsettled("urgent", 30, 70, 999)) == {n for n in left if 30 <= n <= 70}
    for head in account.heads("urgent"):
        assert head.cursor == min(
            (n for n in left if head.first <= n <= head.last), default=head.last + 1
        )
    assert [head.epoch for head in account.heads("urgent")] == [
        epoch for epoch, span in spans.items() if epoch == 9 or left & _numbers([span])
    ]


@given(RANGES, st.randoms(use_true_random=False))
def test_the_order_of_acknowledgements_is_of_no_account(ranges: list[Range], dice: Random) -> None:
    one, other = Account(STANDING), Account(STANDING)
    shuffled = [*ranges, *ranges]
    dice.shuffle(shuffled)
    for each in ranges:
        one.acked("urgent", 9, [each])
    other.acked("urgent", 9, shuffled)
    assert list(one.settled("urgent")) == list(other.settled("urgent"))


def test_a_scattered_acknowledgement_costs_no_memory() -> None:
    account = Account(Standing(Numbers(1, 10**6, 0), (Begin(1, 1, 1),), Ranges(), Ranges()))
    for number in range(1, 10**5, 2):
        account.acked("urgent", 1, [(number, number)])
    assert len(account.settled("urgent")) <= MOST_ACKED + 1


def test_another_database_knows_nothing_of_what_was_acknowledged() -> None:
    account = Account(STANDING)
    account.acked("urgent", 3, [(1, 40)])
    account.moved(Standing(Numbers(10, 30, 0), (Begin(10, 1, 1),), Ranges(), Ranges()))
    assert account.heads("urgent") == [Head(10, 1, 30, 1)]


def _settled(directory: Path) -> list[tuple[str, int, int]]:
    link = sqlite3.connect(directory / "journal.db")
    found = link.execute("SELECT stream, first, last FROM settled ORDER BY stream, first")
    rows = found.fetchall()
    link.close()
    return rows


async def test_the_disk_learns_of_them_in_the_end(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        await fill(journal, 50)
        await events(journal, 4)
        await renewed(journal, 5)
        await fill(journal, 10, first=50)
        for ranges in ([(31, 40)], [(1, 12), (8, 20)], [(31, 40)], [(45, 99)], [(20, 1)]):
            journal.ack("bulk", 1, tuple(ranges))
        journal.ack("bulk", 5, ((1, 55),))
        journal.ack("bulk", 4, ((1, 99),))
        journal.ack("urgent", 1, ((2, 2),))
        assert journal.counts().streams[1].pending == 19
    assert _settled(tmp_path) == [
        ("bulk", 1, 20),
        ("bulk", 31, 40),
        ("bulk", 45, 55),
        ("urgent", 2, 2),
    ]


async def test_they_make_no_transaction_of_their_own_and_travel_with_few(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        for block in range(8):
            await fill(journal, 10, first=10 * block)
            for number in range(1, 11):
                journal.ack("bulk", 1, ((1, 10 * block + number),))
                await journal.probe()
        assert journal.counts().commits == 8
        assert await asyncio.to_thread(_settled, tmp_path) == []
        assert journal.counts().streams[1].pending == 0
    assert _settled(tmp_path) == [("bulk", 1, 80)]


async def test_they_travel_once_they_are_old_enough(tmp_path: Path) -> None:
    async with running(tmp_path, Tuning(lazy_s=0, alone_s=3600)) as (journal, _):
        await fill(journal, 10)
        journal.ack("bulk", 1, ((1, 10),))
        await journal.probe()
        assert await asyncio.to_thread(_settled, tmp_path) == []
        await fill(journal, 10, first=10)
        assert await asyncio.to_thread(_settled, tmp_path) == [("bulk", 1, 10)]
        assert journal.counts().commits == 2


async def test_they_travel_alone_when_nothing_else_comes(tmp_path: Path) -> None:
    async with running(tmp_path, Tuning(lazy_s=0, alone_s=0)) as (journal, _):
        await fill(journal, 10)
        journal.ack("bulk", 1, ((1, 10),))
        await journal.probe()
        assert await asyncio.to_thread(_settled, tmp_path) == [("bulk", 1, 10)]


async def test_scattered_ones_do_not_wait(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 2 * MOST_ACKS + 8)
        journal.ack("bulk", 1, tuple((n, n) for n in range(1, 2 * MOST_ACKS, 2)))
        await journal.probe()
        assert len(await asyncio.to_thread(_settled, tmp_path)) == MOST_ACKS
        assert (await outbox.heads())["bulk"][0].cursor == 2


async def test_a_new_epoch_is_never_below_what_the_platform_knows(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await renewed(journal, 9)
        await renewed(journal, 3)
        assert journal.counts().epoch == 10
        assert [head.epoch for head in (await outbox.heads())["urgent"]] == [10]
    async with running(tmp_path) as (journal, _):
        assert journal.counts().epoch == 10


@pytest.mark.parametrize("why", ["behind", "cloned"])
async def test_the_database_keeps_why_an_epoch_began(tmp_path: Path, why: str) -> None:
    async with running(tmp_path) as (journal, _):
        done = asyncio.Event()
        journal.renew(2, done.set, why)
        await done.wait()
    link = sqlite3.connect(tmp_path / "journal.db")
    assert link.execute("SELECT epoch, why FROM epoch").fetchall() == [(1, "created"), (2, why)]
    link.close()
