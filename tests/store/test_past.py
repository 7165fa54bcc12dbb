"""What the journal remembers of the time before the start."""

import asyncio
import sqlite3
from pathlib import Path

from agent.clock.clock import Clock
from agent.clock.rules import Rules
from agent.model.messages import Event, Value
from agent.model.time import Stamp, TimeQuality
from agent.store.past import TAIL, Unfinished
from tests.store.journals import events, opened, put, running, store

UTC_NS = 1_800_000_000 * 10**9


def _said(kind: str, name: str, **more: Value) -> Event:
    data: dict[str, Value] = {"id": name, "action": "pulse", **more}
    return Event(device="lock-1", at=Stamp("boot", 1), kind=kind, data=data)


def _synced(boot: str, mono_ns: int, source: str) -> Event:
    data: dict[str, Value] = {"source": source, "offset_ns": UTC_NS + mono_ns}
    return Event(device="box", at=Stamp(boot, mono_ns), kind="clock_synced", data=data)


async def _remembered(directory: Path) -> list[Unfinished]:
    journal = opened(store(directory))
    found = journal.commands_without_result()
    await journal.close()
    return found


async def test_a_command_without_a_result_is_known_after_a_fall(tmp_path: Path) -> None:
    results = ("command_done", "command_failed", "command_expired", "command_unknown")
    async with running(tmp_path) as (journal, _):
        for number, result in enumerate(results):
            await put(journal, _said("command_accepted", f"c-{number}"))
            await put(journal, _said(result, f"c-{number}"))
        await put(journal, _said("command_accepted", "c-7"))
        await put(journal, _said("command_accepted", "c-8"))
        await put(journal, _said("command_done", "c-7"))
        assert journal.commands_without_result() == []
    assert await _remembered(tmp_path) == [("c-8", "lock-1", "pulse")]
    assert await _remembered(tmp_path) == [("c-8", "lock-1", "pulse")]
    async with running(tmp_path) as (journal, _):
        await put(journal, _said("command_unknown", "c-8"))
    assert await _remembered(tmp_path) == []


async def test_a_repeat_that_was_refused_is_no_result(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        await put(journal, _said("command_accepted", "c-1"))
        await put(journal, _said("command_failed", "c-1", reason="duplicate"))
    assert await _remembered(tmp_path) == [("c-1", "lock-1", "pulse")]


async def test_only_the_tail_is_looked_at(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        await put(journal, _said("command_accepted", "c-1"))
        await put(journal, _said("command_accepted", "c-2"))
        await events(journal, TAIL - 1)
    assert await _remembered(tmp_path) == [("c-2", "lock-1", "pulse")]


def _garble(directory: Path) -> None:
    link = sqlite3.connect(directory / "journal.db")
    link.execute("UPDATE urgent SET payload = substr(payload, 1, 30) WHERE seq = 1")
    link.execute("UPDATE urgent SET payload = '[1]' WHERE seq = 2")
    link.commit()
    link.close()


async def test_garbled_records_do_not_keep_the_box_from_starting(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        for name in ("c-1", "c-2", "c-3"):
            await put(journal, _said("command_accepted", name))
    await asyncio.to_thread(_garble, tmp_path)
    assert await _remembered(tmp_path) == [("c-3", "lock-1", "pulse")]


async def test_the_latest_anchor_of_this_boot_is_known(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        assert journal.anchor("boot") is None
        await put(journal, _synced("other", 9, "rtc"))
        await put(journal, _synced("boot", 7, "platform"))
        await put(journal, _synced("boot", 5, "rtc"))
    async with running(tmp_path) as (journal, _):
        assert journal.anchor("boot") == ("platform", UTC_NS + 7, 7)
        assert journal.anchor("other") is None  # that boot is over
    async with running(tmp_path, now=lambda: Stamp("third", 1)) as (journal, _):
        assert journal.anchor("third") is None


class _Boot:
    id = "boot"

    def mono_ns(self) -> int:
        return 8_000_000


async def test_a_clock_goes_on_from_it(tmp_path: Path) -> None:
    async with running(tmp_path) as (journal, _):
        await put(journal, _synced("boot", 5_000_000, "platform"))
    async with running(tmp_path) as (journal, _):
        clock = Clock(_Boot(), Rules(sources=("platform",)), "box", journal)
        told = journal.anchor("boot")
        assert told is not None
        clock.resume(*told)
        assert clock.now() == Stamp("boot", 8_000_000, UTC_NS + 13_000_000, TimeQuality.TRUSTED)


async def test_what_cameras_told_is_known_once(tmp_path: Path) -> None:
    """Whoever sends it again is known by it."""
    told = [
        Event(
            device="gate-cam",
            at=Stamp("boot", number * 10**6, 10**18 + number, TimeQuality.TRUSTED),
            kind="vehicle_passed",
            data={"passage": f"p-{number}", "plate": "湘A00001", "confidence": 0.1 + number},
            point="lane",
        )
        for number in range(3)
    ]
    async with running(tmp_path) as (journal, _):
        for event in told:
            await put(journal, event)
        await put(journal, _said("command_accepted", "c-1"))
    journal = opened(store(tmp_path))
    found = journal.seen()
    assert [(each.device, each.kind, dict(each.data), each.point) for each in found] == [
        (each.device, each.kind, dict(each.data), each.point) for each in told
    ]
    assert [each.at.mono_ns for each in found] == [each.at.mono_ns for each in told]
    assert journal.seen() == ()
    await journal.close()
