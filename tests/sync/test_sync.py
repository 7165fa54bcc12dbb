"""Connections one after the other."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from agent.config import settings
from agent.model.kinds import BULK, URGENT
from agent.store.journal import Journal as RealJournal
from agent.sync.link import TurnedAway, Unreachable, Will
from agent.sync.parts import Journal
from agent.sync.sync import Sync
from tests.sync.fakes import Bench, PaperLink, PaperPlatform, connecting, until

TABLE = settings.Sync(
    enabled=True, url="mqtts://city:8883", tenant="demo", healthy_s=0.0, first_s=0.01, most_s=1.0
)


@asynccontextmanager
async def running(sync: Sync) -> AsyncIterator[None]:
    task = asyncio.create_task(sync.run())
    try:
        yield
        assert not task.done(), task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_what_was_lost_on_the_way_arrives_with_the_next_connection() -> None:
    bench, links = Bench(), (PaperLink(), PaperLink())
    first, second = (PaperPlatform(link) for link in links)
    first.acks = False
    connect, wills = connecting(*links)
    bench.journal.add(URGENT, 1)
    bench.journal.add(BULK, 1, 10)
    sync = Sync(TABLE, bench.parts(), connect)
    async with running(sync):
        await until(lambda: first.got[BULK])
        links[0].fall()
        await until(lambda: bench.journal.settled[BULK].total() == 10)
        state = sync.state()
    assert (second.got[URGENT], second.got[BULK]) == ([1], [1])
    assert state.up
    assert state.connects == 2
    assert [(lane.name, lane.sent, lane.resent) for lane in state.lanes] == [
        ("urgent", 2, 1),
        ("live", 0, 0),
        ("backfill", 20, 10),
    ]
    assert state.acked == {URGENT: 1, BULK: 10}
    assert wills[0] == wills[1]  # one run
    assert wills[0].topic == "linli/v1/demo/s0/box-1/up/state"
    assert bench.journal.closed


async def test_away_and_back_are_said_once_each(caplog: pytest.LogCaptureFixture) -> None:
    refused, link = Unreachable("refused"), PaperLink()
    PaperPlatform(link)
    connect, _ = connecting(refused, refused, TurnedAway("credentials"), link, refused, refused)
    bench = Bench()
    sync = Sync(TABLE, bench.parts(), connect)
    with caplog.at_level(logging.INFO):
        async with running(sync):
            await until(lambda: sync.state().up)
            assert sync.state().reason == ""
            link.fall()
            await until(lambda: sync.state().reason == "refused")
            await asyncio.sleep(0.1)
            assert not sync.state().up
    told = [record.getMessage() for record in caplog.records if record.name == "agent.sync.sync"]
    assert told == [
        "the platform is away (refused)",
        "the platform is back",
        "the platform is away (lost)",
    ]


async def test_the_platform_may_change_the_rule() -> None:
    link = PaperLink()
    retry = {"first_s": 50, "for_s": 60, "most_s": 70, "healthy_s": 80}
    PaperPlatform(link, retry=retry, fleet=5000, catchup_rps=123)
    connect, _ = connecting(link)
    bench = Bench()
    sync = Sync(TABLE, bench.parts(), connect)
    async with running(sync):
        await until(lambda: sync.state().up)
        assert sync.state().catchup_rps == 123
        assert sync._reconnect.fleet == 5000
        assert (sync._reconnect.rule.first_s, sync._reconnect.rule.most_s) == (50, 70)


async def test_a_modem_that_has_a_connection_again_is_tried_at_once() -> None:
    link = PaperLink()
    PaperPlatform(link)
    connect, _ = connecting(Unreachable("no_route"), link)
    bench = Bench()
    slow = replace(TABLE, first_s=1e6, most_s=1e6)
    sync = Sync(slow, bench.parts(), connect)
    async with running(sync):
        await until(lambda: sync.state().reason)
        await asyncio.sleep(0.02)
        sync.nudge()
        await until(lambda: sync.state().up)


async def test_a_platform_that_does_not_answer_is_not_up() -> None:
    link = PaperLink()
    PaperPlatform(link).answers = False
    connect, _ = connecting(link)
    sync = Sync(TABLE, Bench().parts(), connect)
    async with running(sync):
        await until(lambda: "hello" in link.words())
        state = sync.state()
    assert (state.connected, state.up, state.reason) == (True, False, "no_answer")


async def test_a_fault_of_ours_is_not_hidden() -> None:
    @asynccontextmanager
    async def broken(will: Will) -> AsyncIterator[PaperLink]:
        yield PaperLink()
        raise AssertionError(will)

    bench = Bench()
    bench.journal.heads = None  # type: ignore[method-assign, assignment]  # a bug
    with pytest.raises(ExceptionGroup):
        await Sync(TABLE, bench.parts(), broken).run()
    assert bench.journal.closed


def _the_real_journal_fits(journal: RealJournal) -> Journal:
    """For the type checker: what is written against our Protocol is what there is."""
    return journal
