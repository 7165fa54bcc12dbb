"""What sync reads: everything that is unsettled, once each, as it is published."""

import asyncio
import json
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.store import block, shelf
from agent.store.outbox import Head, Outbox, Unreadable
from agent.store.ranges import Range
from agent.store.tuning import Tuning
from tests.store.journals import (
    events,
    fill,
    gaps,
    lines,
    opened,
    put,
    renewed,
    running,
    store,
    until,
)
from tests.store.workload import event


async def _blocks(outbox: Outbox, after: int = 0, upto: int | None = None) -> list[tuple[int, int]]:
    """All of them, a few at a time, as sync does it."""
    found: list[tuple[int, int]] = []
    while parcels := await outbox.bulk(after, 3, upto):
        found += [(each.first, each.last) for each in parcels]
        after = parcels[-1].last
    return found


async def test_records_are_read_as_they_are_published(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 20)
        await events(journal, 3)
        urgent = await outbox.urgent(0, 64)
        assert [(p.stream, p.epoch, p.first, p.last) for p in urgent] == [
            ("urgent", 1, seq, seq) for seq in (1, 2, 3)
        ]
        assert [json.loads(p.payload)["data"]["weight"] for p in urgent] == [1, 2, 3]
        assert all(b"\n" not in p.payload for p in urgent)
        bulk = await outbox.bulk(0, 64)
        assert [(p.stream, p.epoch, p.first, p.last) for p in bulk] == [
            ("bulk", 1, 1, 10),
            ("bulk", 1, 11, 20),
        ]
        who, readings = block.decode(bulk[1].payload)
        assert (who.gateway, who.epoch, who.first) == ("box", 1, 11)
        assert [each.value for each in readings] == list(range(10, 20))


async def test_reading_goes_on_after_a_number_up_to_another(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 50)
        assert await _blocks(outbox) == [(1, 10), (11, 20), (21, 30), (31, 40), (41, 50)]
        assert await _blocks(outbox, after=20, upto=45) == [(21, 30), (31, 40)]
        assert await _blocks(outbox, after=15) == [(21, 30), (31, 40), (41, 50)]
        assert await _blocks(outbox, after=50) == []
        await events(journal, 5)
        assert [p.first for p in await outbox.urgent(2, 2)] == [3, 4]


async def test_what_is_acknowledged_is_not_read_again_at_once_and_after_a_restart(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 40)
        journal.ack("bulk", 1, ((1, 10), (21, 30)))
        assert await _blocks(outbox) == [(11, 20), (31, 40)]
    async with running(tmp_path) as (journal, outbox):
        assert await _blocks(outbox) == [(11, 20), (31, 40)]
        assert (await outbox.heads())["bulk"] == [Head(1, 1, 40, 11)]


async def test_a_block_that_is_acknowledged_in_part_is_read_whole_and_once(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 20)
        journal.ack("bulk", 1, ((1, 2), (4, 6), (8, 12)))
        assert await _blocks(outbox) == [(1, 10), (11, 20)]


async def test_one_look_takes_no_more_than_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_BYTES", 1)
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 30)
        assert len(await outbox.bulk(0, 64)) == 1
        assert await _blocks(outbox) == [(1, 10), (11, 20), (21, 30)]


async def test_a_hello_tells_the_epochs(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        assert await outbox.heads() == {"urgent": [Head(1, 1, 0, 1)], "bulk": [Head(1, 1, 0, 1)]}
        await fill(journal, 20)
        await events(journal, 2)
        await renewed(journal, 7)
        await events(journal, 1, first=3)
        assert await outbox.heads() == {
            "urgent": [Head(1, 1, 2, 1), Head(7, 3, 3, 3)],
            "bulk": [Head(1, 1, 20, 1), Head(7, 21, 20, 21)],
        }
        assert [(p.epoch, p.first) for p in await outbox.urgent(1, 9)] == [(1, 2), (7, 3)]
        journal.ack("bulk", 1, ((1, 10),))
        journal.ack("urgent", 1, ((1, 2),))
        assert await outbox.heads() == {
            "urgent": [Head(7, 3, 3, 3)],
            "bulk": [Head(1, 1, 20, 11), Head(7, 21, 20, 21)],
        }


async def test_a_hello_is_said_on_a_sick_disk_and_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be", encoding="utf-8")
    async with running(tmp_path / "state") as (journal, outbox):
        journal.put(event(1))
        assert await outbox.heads() == {"urgent": [], "bulk": []}
        assert await outbox.urgent(0, 9) == []
        assert journal.last("urgent") == 0
        assert journal.commands_without_result() == []


async def test_a_database_that_is_closed_is_not_read(tmp_path: Path) -> None:
    """Alone, a reader would find what no sync has made durable yet."""
    async with running(tmp_path) as (journal, outbox):
        await events(journal, 2)
        journal._keeper.drop()
        with pytest.raises(Unreadable):
            await outbox.urgent(0, 9)
        await put(journal, event(3))
        assert [p.first for p in await outbox.urgent(0, 9)] == [1, 2, 3]


async def test_the_reader_follows_into_the_same_database(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await events(journal, 2)
        assert len(await outbox.urgent(0, 9)) == 2
        journal._keeper.drop()
        await put(journal, event(3))
        assert len(await outbox.urgent(0, 9)) == 3
        assert outbox._shelf.opening == journal._keeper.openings == 2


async def test_the_reader_follows_into_a_database_begun_anew(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await events(journal, 5)
        await fill(journal, 10)
        assert len(await outbox.urgent(0, 9)) == 5
        journal.ack("urgent", 1, ((1, 5),))
        journal.broken(journal._keeper.openings)
        await until(lambda: journal.last("urgent") == 6)  # whoever had got to 5 goes on from there
        assert journal.epoch == 2
        (lost,) = await outbox.urgent(5, 9)
        told = json.loads(lost.payload)
        assert (told["kind"], told["epoch"], told["data"]["old_epoch"]) == ("buffer_lost", 2, 1)
        assert await _blocks(outbox) == []
        assert await outbox.heads() == {
            "urgent": [Head(2, 6, 6, 6)],
            "bulk": [Head(2, 11, 10, 11)],
        }
        journal.ack("urgent", 1, ((1, 6),))  # of the epoch that is lost: of no number of this one
        await fill(journal, 10)
        assert len(await outbox.urgent(0, 9)) == 1
    async with running(tmp_path) as (journal, outbox):
        assert (journal.last("urgent"), journal.last("bulk")) == (6, 20)
        assert await _blocks(outbox) == [(11, 20)]


async def test_a_word_about_a_database_that_was_closed_since_harms_no_other(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        await events(journal, 1)
        journal._keeper.drop()
        await events(journal, 1, first=2)
        journal.broken(journal._keeper.openings - 1)
        await events(journal, 1, first=3)
        assert journal.epoch == 1


async def test_damage_counts_only_if_it_is_seen_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, looks = shelf._through, list[int]()

    def shaky(
        link: sqlite3.Connection, stream: str, ranges: Sequence[Range], most: int
    ) -> shelf.Found:
        looks.append(most)
        if len(looks) == 1:
            fault = sqlite3.DatabaseError("database disk image is malformed")
            fault.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise fault
        return real(link, stream, ranges, most)

    monkeypatch.setattr(shelf, "_through", shaky)
    async with running(tmp_path) as (journal, outbox):
        await events(journal, 2)
        assert len(await outbox.urgent(0, 9)) == 2
        await events(journal, 1, first=3)
        assert (len(looks), journal.epoch) == (2, 1)


def _spoil(directory: Path, first: int) -> None:
    link = sqlite3.connect(directory / "journal.db")
    junk = zlib.compress(b"no block")
    link.execute("UPDATE block SET payload = ? WHERE first_seq = ?", (junk, first))
    link.commit()
    link.close()


async def test_a_damaged_block_is_left_out_and_becomes_a_gap(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 30)
        await asyncio.to_thread(_spoil, tmp_path, 11)
        assert [p.first for p in await outbox.bulk(0, 9)] == [1, 21]
        await until(lambda: journal.last("urgent") == 1)
        assert journal.counts().streams[1].dropped == 10
        assert await _blocks(outbox) == [(1, 10), (21, 30)]
    assert gaps(tmp_path) == [("bulk", 1, 11, 20, "damaged")]


async def test_damage_alone_does_not_look_like_the_end(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 40)
        for first in (1, 11, 21):
            await asyncio.to_thread(_spoil, tmp_path, first)
        assert [p.first for p in await outbox.bulk(0, 1)] == [31]


async def test_a_block_that_is_sound_is_given_up_for_nobody(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 20)
        journal.damaged(1, 10)
        journal.damaged(12, 13)
        await events(journal, 1)
        assert await _blocks(outbox) == [(1, 10), (11, 20)]
        assert journal.last("urgent") == 1


def _break_page(directory: Path, payload: bytes) -> None:
    """Turn the page that holds the block into none."""
    database = directory / "journal.db"
    page = database.read_bytes().index(payload[:40]) // 4096 * 4096
    with database.open("r+b") as file:
        file.seek(page)
        file.write(b"\xa5" * 8)


async def test_damage_that_only_a_reader_meets_begins_the_database_anew(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 2000)
        (middle,) = await outbox.bulk(1000, 1)
    async with running(tmp_path) as (journal, outbox):
        await asyncio.to_thread(_break_page, tmp_path, middle.payload)
        await events(journal, 1)
        assert journal.counts().epoch == 1  # the writer has not come upon it
        with pytest.raises(Unreadable):
            await _blocks(outbox)
        await until(lambda: journal.epoch == 2 and journal.last("urgent") == 2)
        assert len(await outbox.urgent(0, 9)) == 1
    assert [line.get("kind") for line in lines(tmp_path)] == ["buffer_lost"]


async def test_a_replay_has_what_is_stored_settled_or_not(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 50)
        journal.ack("bulk", 1, ((1, 30),))
        answer = await outbox.replay("bulk", 1, [(25, 45), (5, 6)], 64)
        assert [p.first for p in answer.parcels] == [1, 21, 31, 41]
        assert (answer.gone, answer.rest) == ([], [])
        answer = await outbox.replay("bulk", 1, [(1, 2**70)], 2)
        assert [p.first for p in answer.parcels] == [1, 11]
        assert (answer.gone, answer.rest) == ([], [(21, 50)])


async def test_a_replay_says_what_is_gone_and_the_journal_leaves_gaps(tmp_path: Path) -> None:
    async with running(tmp_path, Tuning(lazy_s=0)) as (journal, outbox):
        await fill(journal, 60)
        journal.ack("bulk", 1, ((1, 60),))
        await events(journal, 1)
        await asyncio.to_thread(_delete, tmp_path, (11, 31))
        answer = await outbox.replay("bulk", 1, [(5, 35), (55, 99)], 64)
        assert [p.first for p in answer.parcels] == [1, 21, 51]
        assert answer.gone == [(11, 20), (31, 35)]
        journal.gone("bulk", 1, [*answer.gone, (1, 10), (61, 70)])
        await until(lambda: journal.last("urgent") == 3)
        journal.gone("bulk", 1, [(11, 20), (33, 36)])  # asked again, before the first word came
        await until(lambda: journal.last("urgent") == 4)
    assert gaps(tmp_path) == [
        ("bulk", 1, 11, 20, "gone"),
        ("bulk", 1, 31, 35, "gone"),
        ("bulk", 1, 36, 36, "gone"),
    ]


async def test_a_replay_names_urgent_records_as_well(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await events(journal, 5)
        await asyncio.to_thread(_delete, tmp_path, (2, 3, 5), "urgent", "seq")
        answer = await outbox.replay("urgent", 1, [(1, 9)], 64)
        assert [p.first for p in answer.parcels] == [1, 4]
        assert answer.gone == [(2, 3), (5, 5)]


@pytest.mark.parametrize(("stream", "epoch"), [("bulk", 2), ("bulk", 0), ("live", 1), ("", 1)])
async def test_what_was_never_given_is_neither_replayed_nor_gone(
    tmp_path: Path, stream: str, epoch: int
) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 10)
        answer = await outbox.replay(stream, epoch, [(1, 10)], 64)
        assert (answer.parcels, answer.gone, answer.rest) == ([], [], [])
        journal.gone(stream, epoch, [(1, 10)])
        journal.ack(stream, epoch, ((1, 10),))
        await events(journal, 1)
        assert journal.last("urgent") == 1
        assert await _blocks(outbox) == [(1, 10)]


def _delete(
    directory: Path, firsts: tuple[int, ...], table: str = "block", column: str = "first_seq"
) -> None:
    link = sqlite3.connect(directory / "journal.db")
    link.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(one,) for one in firsts])  # noqa: S608
    link.commit()
    link.close()


async def test_whoever_watches_is_called_when_something_is_durable(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        seen: list[tuple[int, int]] = []
        journal.watch(lambda: seen.append((journal.last("urgent"), journal.last("bulk"))))
        await events(journal, 1)
        await journal.probe()
        assert seen == [(1, 0)]
        await fill(journal, 10)
        await journal.probe()
        assert seen == [(1, 0), (1, 10)]
        journal.ack("bulk", 1, ((1, 10),))
        await journal.probe()
        assert len(seen) == 2


async def test_a_number_is_known_before_its_done_is_called(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        last: list[int] = []
        journal.put(event(1), lambda: last.append(journal.last("urgent")))
        await until(lambda: bool(last))
        assert last == [1]


async def test_one_who_goes_away_leaves_the_reader_to_others(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, outbox):
        await fill(journal, 30)
        asked = [asyncio.create_task(outbox.bulk(0, 9)) for _ in range(3)]
        await asyncio.sleep(0)
        asked[0].cancel()
        assert [len(found) for found in await asyncio.gather(*asked[1:])] == [3, 3]
        assert len(await outbox.bulk(0, 9)) == 3


async def test_a_closed_outbox_answers_no_more(tmp_path: Path) -> None:
    journal = opened(store(tmp_path))
    outbox = journal.outbox()
    await events(journal, 1)
    await outbox.aclose()
    await outbox.aclose()
    with pytest.raises(Unreadable):
        await outbox.urgent(0, 9)
    await journal.close()
