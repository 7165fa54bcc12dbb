"""The journal as the agent uses it, on a disk that behaves, and on one that was damaged."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from agent.config import settings
from agent.model.messages import Event, Message
from agent.model.time import Stamp
from agent.store.journal import Journal
from agent.store.reading import records
from tests.store.workload import event, reading


def _store(directory: Path) -> settings.Store:
    return settings.Store(dir=directory, seal_s=60, seal_n=64, reserve_bytes=65_536)


def _journal(store: settings.Store) -> Journal:
    return Journal.open(store, "box", lambda: Stamp("boot", 1))


async def _put(journal: Journal, message: Message) -> None:
    durable = asyncio.Event()
    journal.put(message, durable.set)
    async with asyncio.timeout(20):
        await durable.wait()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  # the journal has no event for its counts
            await asyncio.sleep(0.01)


async def test_what_is_put_can_be_read(tmp_path: Path) -> None:
    journal = _journal(_store(tmp_path))
    for number in range(3):
        journal.put(reading(number))
    await _put(journal, event(7))
    await journal.close()
    lines = list(records(tmp_path))
    assert [line["value"] for line in lines if line["type"] == "reading"] == [0, 1, 2]
    assert [line["data"]["weight"] for line in lines if line["type"] == "event"] == [7]
    assert {(line["gateway"], line["epoch"]) for line in lines} == {("box", 1)}


async def test_an_urgent_record_seals_what_is_open(tmp_path: Path) -> None:
    journal = _journal(_store(tmp_path))
    journal.put(reading(1))
    await _put(journal, event(1))
    await _until(lambda: journal.counts().streams[1].stored == 1)
    await journal.close()


async def test_readings_are_sealed_by_number_and_by_time(tmp_path: Path) -> None:
    journal = _journal(replace(_store(tmp_path), seal_s=0.05, seal_n=4))
    for number in range(5):
        journal.put(reading(number))
    await _until(lambda: journal.counts().streams[1].stored == 5)
    await journal.close()


async def test_all_that_is_handed_in_is_accounted_for(tmp_path: Path) -> None:
    journal = _journal(_store(tmp_path))
    for number in range(500):
        journal.put(reading(number))
        if number % 50 == 0:
            journal.put(event(number))
    await journal.close()
    for stream in journal.counts().streams:
        assert stream.captured == stream.stored + stream.gapped
        assert stream.open == 0


async def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    for number in (1, 2):
        journal = _journal(_store(tmp_path))
        await _put(journal, event(number))
        await journal.close()
    assert [(line["epoch"], line["seq"]) for line in records(tmp_path)] == [(1, 1), (1, 2)]


async def test_a_damaged_database_is_moved_aside_under_a_new_epoch(tmp_path: Path) -> None:
    journal = _journal(_store(tmp_path))
    await _put(journal, event(1))
    await journal.close()
    database = tmp_path / "journal.db"
    database.write_bytes(b"\xa5" * database.stat().st_size)
    journal = _journal(_store(tmp_path))
    await _put(journal, event(2))
    await journal.close()
    lines = list(records(tmp_path))
    assert {line["epoch"] for line in lines} == {2}
    assert [line["kind"] for line in lines] == ["buffer_lost", "weighing"]
    assert any(name.startswith("broken-") for name in os.listdir(tmp_path))  # noqa: PTH208


async def test_the_first_sync_gives_earlier_records_their_utc(tmp_path: Path) -> None:
    journal = _journal(_store(tmp_path))
    await _put(journal, event(1))
    synced = Event(
        device="box",
        at=Stamp("boot", 5_000_000),
        kind="clock_synced",
        data={"source": "rtc", "offset_ns": 1_800_000_000 * 10**9},
    )
    await _put(journal, synced)
    await journal.close()
    first = next(records(tmp_path))
    assert (first["utc"], first["tq"]) == ("2027-01-15T08:00:00.001000Z", "untrusted")


async def test_the_floor_survives(tmp_path: Path) -> None:
    journal = _journal(_store(tmp_path))
    assert journal.floor() == 0
    journal.raise_floor(1_800_000_000 * 10**9)
    await journal.close()
    again = _journal(_store(tmp_path))
    assert again.floor() == 1_800_000_000 * 10**9
    await again.probe()
    await again.close()


async def test_a_disk_that_refuses_costs_nobody_a_wait(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be", encoding="utf-8")
    journal = _journal(_store(tmp_path / "state"))
    journal.put(event(1))
    await journal.probe()
    await _until(lambda: bool(journal.counts().reason))
    assert not journal.counts().writes
    await journal.close()
