"""When space is short: what goes first, and what is said of it."""

import json
from dataclasses import replace
from pathlib import Path

from agent.config import settings
from agent.store.journal import Journal, StreamCounts
from tests.store.journals import events, fill, gaps, lines, running, store

SMALL = 200_000  # bytes: some five hundred blocks of ten readings
SLACK = 16_384  # what one transaction adds: it trims before it writes


def _small(directory: Path, *, bulk: int = SMALL, urgent: int = 2**24) -> settings.Store:
    return replace(store(directory), bulk_bytes=bulk, urgent_bytes=urgent)


def _streams(journal: Journal) -> tuple[StreamCounts, StreamCounts]:
    urgent, bulk = journal.counts().streams
    return urgent, bulk


async def _overfill(journal: Journal, first: int = 0, blocks: int = 1_500) -> None:
    for block in range(blocks // 50):
        await fill(journal, 500, first + 500 * block)


async def test_readings_that_the_platform_has_go_without_a_word(tmp_path: Path) -> None:
    async with running(_small(tmp_path)) as (journal, outbox):
        for round_ in range(6):
            await _overfill(journal, 2_500 * round_, blocks=250)
            journal.ack("bulk", 1, ((1, journal.last("bulk")),))
        _, bulk = _streams(journal)
        assert (bulk.stored, bulk.dropped, bulk.pending) == (15_000, 0, 0)
        assert bulk.bytes <= SMALL + SLACK
        assert journal.last("urgent") == 0
        assert await outbox.bulk(0, 1) == []


async def test_what_is_acknowledged_goes_before_what_is_older_and_is_not(tmp_path: Path) -> None:
    async with running(_small(tmp_path)) as (journal, outbox):
        await _overfill(journal, blocks=250)
        journal.ack("bulk", 1, ((1_001, 2_500),))
        await _overfill(journal, 2_500, blocks=250)
        assert (await outbox.bulk(0, 100))[0].first == 1
        assert len(await outbox.bulk(0, 100, upto=1_000)) == 100
        assert _streams(journal)[1].dropped == 0


async def test_what_goes_unsent_leaves_gap_records(tmp_path: Path) -> None:
    async with running(_small(tmp_path)) as (journal, outbox):
        await _overfill(journal)
        urgent, bulk = _streams(journal)
        assert bulk.captured == bulk.stored == 15_000
        assert bulk.dropped > 5_000
        assert bulk.pending == 15_000 - bulk.dropped
        assert bulk.bytes <= SMALL + SLACK
        (oldest,) = await outbox.bulk(0, 1)
        assert oldest.first == bulk.dropped + 1
        said = [json.loads(p.payload) for p in await outbox.urgent(0, 999)]
        assert urgent.captured == urgent.stored == 0  # gap records are our own
    lost = gaps(tmp_path)
    assert {(stream, epoch, why) for stream, epoch, _, _, why in lost} == {("bulk", 1, "budget")}
    assert [first for _, _, first, _, _ in lost] == [
        1,
        *(last + 1 for _, _, _, last, _ in lost[:-1]),
    ]
    assert lost[-1][3] == bulk.dropped
    assert len(said) == len(lost) < 20  # a ring of gaps has few records


async def test_an_event_never_goes_to_make_room_for_readings(tmp_path: Path) -> None:
    async with running(_small(tmp_path)) as (journal, outbox):
        await events(journal, 30)
        await _overfill(journal)
        found = await outbox.urgent(0, 30)
        assert [json.loads(p.payload)["data"]["weight"] for p in found] == list(range(1, 31))


async def test_events_make_room_for_events(tmp_path: Path) -> None:
    async with running(_small(tmp_path, urgent=50_000)) as (journal, outbox):
        await fill(journal, 10)
        for turn in range(20):
            await events(journal, 50, first=50 * turn)
        urgent, bulk = _streams(journal)
        assert urgent.bytes <= 50_000 + SLACK
        assert urgent.dropped > 500
        assert bulk.dropped == 0
        assert len(await outbox.bulk(0, 9)) == 1
    lost = [gap for gap in gaps(tmp_path) if gap[0] == "urgent"]
    assert lost
    kinds = [line["type"] for line in lines(tmp_path)]
    assert kinds.count("event") + urgent.dropped >= 1_000


async def test_a_settled_event_goes_before_an_older_one(tmp_path: Path) -> None:
    async with running(_small(tmp_path, urgent=50_000)) as (journal, outbox):
        await events(journal, 150)
        journal.ack("urgent", 1, ((51, 150),))
        for turn in range(3):
            await events(journal, 50, first=151 + 50 * turn)
        assert [p.first for p in await outbox.urgent(0, 50)] == list(range(1, 51))
        assert _streams(journal)[0].dropped == 0


async def test_the_ring_goes_on_after_a_restart(tmp_path: Path) -> None:
    table = _small(tmp_path)
    async with running(table) as (journal, _):
        await _overfill(journal, blocks=600)
        before = _streams(journal)[1].dropped
    async with running(table) as (journal, outbox):
        assert journal.last("bulk") == 6_000
        await _overfill(journal, 6_000, blocks=250)
        dropped = before + _streams(journal)[1].dropped
        (oldest,) = await outbox.bulk(0, 1)
        assert oldest.first == dropped + 1
