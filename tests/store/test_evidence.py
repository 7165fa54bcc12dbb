"""The agent's side of the pictures: a thread that nobody waits for, within its bounds."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agent.config import settings
from agent.model.evidence import Taken
from agent.model.messages import Fields
from agent.model.time import TimeQuality
from agent.store.album import DAY_NS, NAME
from agent.store.curator import BROKEN, Curator
from agent.store.desk import Hold
from agent.store.evidence import Evidence
from tests.store.pictures import (
    ALICE,
    DAY_0,
    TUNING,
    album,
    on_disk,
    picture,
    taken,
    there,
    when,
)


class Box:
    """A store with a clock that is turned by hand."""

    def __init__(self, directory: Path, most_bytes: int = 2**30, reserve: int = 65_536) -> None:
        self.directory, self.at = directory, when(0)
        self.said: list[tuple[str, Fields]] = []
        store = settings.Store(dir=directory, reserve_bytes=reserve)
        vision = settings.Vision(evidence_bytes=most_bytes)
        curator = Curator(store, vision, lambda: self.at, TUNING)
        self.evidence = Evidence(curator, lambda kind, data: self.said.append((kind, data)), 0.02)

    async def put(self, one: Taken) -> None:
        durable = asyncio.Event()
        self.evidence.put(one, durable.set)
        async with asyncio.timeout(20):
            await durable.wait()

    async def until(self, kind: str) -> Fields:
        async with asyncio.timeout(20):
            while kind not in dict(self.said):  # noqa: ASYNC110  # the list has no event
                await asyncio.sleep(0.01)
        return dict(self.said)[kind]

    def there(self) -> list[str]:
        with album(self.directory) as (_, desk):
            return there(desk)


@asynccontextmanager
async def running(
    directory: Path, most_bytes: int = 2**30, reserve: int = 65_536
) -> AsyncIterator[Box]:
    box = Box(directory, most_bytes, reserve)
    box.evidence.start()
    try:
        yield box
    finally:
        await box.evidence.close()


async def gone(box: Box) -> None:
    async with asyncio.timeout(20):
        while box.there():  # noqa: ASYNC110  # another thread's disk has no event
            await asyncio.sleep(0.02)


async def test_the_agent_keeps_and_sweeps(tmp_path: Path) -> None:
    async with running(tmp_path) as box:
        await box.put(taken(1, when(0)))
        assert box.there() == ["p-1"]
        box.at = when(29.9)
        await asyncio.sleep(0.1)
        assert box.there() == ["p-1"]
        box.at = when(31, tq=TimeQuality.UNTRUSTED)
        await asyncio.sleep(0.1)
        assert box.there() == ["p-1"]
        box.at = when(31)
        await gone(box)
    assert picture(1)[1000:1064] not in on_disk(tmp_path)
    assert box.said == []


async def test_what_people_did_is_told_with_the_head_of_the_audit(tmp_path: Path) -> None:
    async with running(tmp_path) as box:
        await box.put(taken(1, when(0)))
        with album(tmp_path) as (_, desk):
            desk.shots("p-1", when(1), ALICE)
            (entry,) = desk.audit()
        assert await box.until("evidence_audited") == {"entries": 1, "head": entry.hash}
    async with running(tmp_path) as box:
        await asyncio.sleep(0.1)
        assert box.said == []  # told once


async def test_the_oldest_that_are_not_held_go_for_newer_ones(tmp_path: Path) -> None:
    async with running(tmp_path, most_bytes=1_000_000) as box:
        await box.put(taken(0, when(0)))
        with album(tmp_path) as (_, desk):
            hold = Hold(case_no="a", until_ns=DAY_0 + 90 * DAY_NS)
            desk.hold(["p-0"], hold, when(0), ALICE)
        for number in range(1, 160):
            await box.put(taken(number, when(0)))
        left = box.there()
        assert left[0] == "p-0"
        assert left[-1] == "p-159"
        assert 10 < len(left) < 60
        assert left[1:] == [f"p-{number}" for number in range(161 - len(left), 160)]
        assert (tmp_path / NAME).stat().st_size < 4_000_000
        assert box.evidence.counts().bytes <= 1_000_000


async def test_held_pictures_leave_no_room_and_that_is_told_once(tmp_path: Path) -> None:
    async with running(tmp_path, most_bytes=400_000) as box:
        for number in range(20):
            await box.put(taken(number, when(0)))
            with album(tmp_path) as (_, desk):
                hold = Hold(case_no="a", until_ns=DAY_0 + 90 * DAY_NS)
                if f"p-{number}" in there(desk):
                    desk.hold([f"p-{number}"], hold, when(0), ALICE)
        for number in range(20, 30):
            await box.put(taken(number, when(0)))
        assert [kind for kind, _ in box.said].count("evidence_trouble") == 1
        assert dict(box.said)["evidence_trouble"] == {"reason": "held"}
        assert box.evidence.counts().refused
        with album(tmp_path) as (_, desk):
            desk.release("a", [], when(0), ALICE)
        await box.put(taken(99, when(0)))
        await box.until("evidence_recovered")
        assert "p-99" in box.there()


async def test_it_gives_way_to_the_journal_on_a_disk_that_gets_full(tmp_path: Path) -> None:
    async with running(tmp_path, reserve=2**60) as box:
        for number in range(100):
            await box.put(taken(number, when(0)))
        assert 0 < len(box.there()) <= 70
        assert box.there()[-1] == "p-99"


async def test_a_full_disk_costs_the_oldest_pictures_and_no_newer_one(tmp_path: Path) -> None:
    async with running(tmp_path) as box:
        for number in range(20):
            await box.put(taken(number, when(0)))
        full = box.evidence._curator.open()._link
        (pages,) = full.execute("PRAGMA page_count").fetchone()
        full.execute(f"PRAGMA max_page_count={pages + 3}")
        for number in range(20, 40):
            await box.put(taken(number, when(0)))
        left = box.there()
        assert left[-1] == "p-39"
        assert "p-0" not in left
        assert len(left) > 10
        assert box.evidence.counts().refused == 0
    assert box.said == []


async def test_a_damaged_database_is_moved_aside_and_has_its_term_as_well(tmp_path: Path) -> None:
    async with running(tmp_path) as box:
        await box.put(taken(1, when(0)))
    data = bytearray((tmp_path / NAME).read_bytes())
    data[4096 * 2 : 4096 * 6] = bytes(4096 * 4)
    (tmp_path / NAME).write_bytes(data)
    async with running(tmp_path) as box:
        assert await box.until("evidence_lost") == {"reason": "damaged", "quarantine": BROKEN}
        await box.put(taken(2, when(0)))
        assert box.there() == ["p-2"]
        assert (tmp_path / BROKEN).exists()
        box.at = when(1)
        await asyncio.sleep(0.1)
        box.at = when(29)
        await asyncio.sleep(0.1)
        assert (tmp_path / BROKEN).exists()
        box.at = when(32)
        await gone(box)
        async with asyncio.timeout(20):
            while (tmp_path / BROKEN).exists():  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.01)


async def test_a_disk_that_refuses_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("in the way")
    async with running(tmp_path / "x") as box:
        for number in range(3):
            await box.put(taken(number, when(0)))
        assert [kind for kind, _ in box.said] == ["evidence_trouble"]
        assert box.evidence.counts().refused == 3
        assert not box.evidence.counts().writes
        (tmp_path / "x").unlink()
        await box.put(taken(4, when(0)))
        await box.until("evidence_recovered")


KEEPER = """
import asyncio, sys
from pathlib import Path
from tests.store.test_evidence import Box, taken, when

async def main():
    box = Box(Path(sys.argv[1]))
    box.evidence.start()
    first = int(sys.argv[2])
    for number in range(first, first + 10_000):
        await box.put(taken(number, when(0)))
        print(number, flush=True)

asyncio.run(main())
"""


def test_what_was_called_durable_survives_a_crash(tmp_path: Path) -> None:
    done: list[int] = []
    for life in range(3):
        argv = (sys.executable, "-c", KEEPER, str(tmp_path), str(life * 100))
        keeper = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert keeper.stdout is not None
        done += [int(keeper.stdout.readline()) for _ in range(10 + life)]
        keeper.kill()
        keeper.wait()
        keeper.stdout.close()
    with album(tmp_path) as (_, desk):
        kept = set(there(desk))
        assert {f"p-{number}" for number in done} <= kept
        for passage in sorted(kept):
            number = int(passage.removeprefix("p-"))
            assert desk.shots(passage, when(0), ALICE) == taken(number, when(0)).shots
