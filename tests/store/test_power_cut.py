"""The power goes at any moment: nothing called durable is lost, no number means two things.

The recording is of the real journal module in a process of its own, down to the bytes that its
SQLite wrote.  Each image is opened by the stock library; a share of them also by the journal's
own recovery, which then goes on writing.
"""

import asyncio
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config import settings
from agent.model.time import Stamp
from agent.store.journal import Journal
from agent.store.reading import records as stored
from hwsim.disk.build import NoCompiler, build, environment
from hwsim.disk.log import Record, read
from tests.store.powercut import Disk, Image, marks
from tests.store.workload import event

IMAGES = 5_000
RECOVERED = 50  # every so manieth image is also opened by the journal itself
HOW = ("none", "some", "some", "garbage", "all")

pytestmark = pytest.mark.timeout(400)


def _recording(directory: Path, synchronous: str) -> list[Record]:
    try:
        shim = build(directory)
    except NoCompiler as why:
        pytest.skip(str(why))
    state, log = directory / "state", directory / "log"
    state.mkdir()
    subprocess.run(
        [sys.executable, "-m", "tests.store.workload", str(state), synchronous],
        env=environment(shim, log=log, directory=state),
        check=True,
        timeout=120,
    )
    return list(read(log))


def _images(records: list[Record], count: int) -> Iterator[tuple[int, Image]]:
    """After every prefix in turn, until there are ``count``; from the first durable record on."""
    dice, turns = random.Random(11), 0
    while turns < count:
        disk = Disk()
        for index, record in enumerate(records):
            disk.play(record)
            if marks([record], 1) or turns or index > len(records) // 50:
                yield index + 1, disk.cut(dice, HOW[turns % len(HOW)])
                turns += 1
                if turns == count:
                    return


def _laid_out(image: Image, place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for path, data in image.items():
        (place / path).write_bytes(data)
    return place / "journal.db"


def _verdict(database: Path, promised: int) -> str:
    """ok, corrupt, or lost; ``promised`` is the last event that was called durable."""
    if not database.exists():
        return "lost" if promised else "ok"
    link = sqlite3.connect(database)
    try:
        (whole,) = link.execute("PRAGMA integrity_check").fetchone()
        rows = link.execute("SELECT payload FROM urgent ORDER BY seq").fetchall()
        (deleted,) = link.execute(
            "SELECT coalesce(max(last), 0) FROM settled WHERE stream = 'urgent'"
        ).fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # it quotes the damage it found
        return "corrupt"
    finally:
        link.close()
    if whole != "ok":
        return "corrupt"
    try:
        there = {json.loads(payload)["data"]["weight"] for (payload,) in rows}
    except ValueError:  # a sound page around torn contents
        return "corrupt"
    gone = set(range(1, promised + 1)) - there
    return "lost" if any(number > deleted for number in gone) else "ok"


async def _goes_on(state: Path) -> None:
    store = settings.Store(dir=state, seal_s=60, seal_n=64, reserve_bytes=65_536)
    journal = Journal.open(store, "box", lambda: Stamp("later", 1))
    for number in range(9_000, 9_004):
        journal.put(event(number))
    await journal.close()


def _numbers(state: Path) -> dict[tuple[str, int, int], str]:
    return {
        (line["stream"], line["epoch"], line["seq"]): json.dumps(
            line.get("data") or [line.get("mono_ns"), line.get("value")]
        )
        for line in stored(state)
    }


def _seen(image: Image, place: Path) -> dict[tuple[str, int, int], str]:
    """What could have been read after the cut, from a copy: reading folds the log, too."""
    database = _laid_out(image, place)
    return _numbers(place) if database.exists() else {}


def _examine(records: list[Record], count: int, place: Path) -> Counter[str]:
    found, named = Counter[str](), dict[tuple[str, int, int], str]()
    place.mkdir()
    for turn, (upto, image) in enumerate(_images(records, count)):
        database = _laid_out(image, place / "image")
        found[_verdict(database, marks(records, upto))] += 1
        if turn % RECOVERED == 0 and found["corrupt"] == 0:
            database = _laid_out(image, place / "image")  # stock SQLite has folded its log
            before = _seen(image, place / "seen")
            asyncio.run(_goes_on(database.parent))
            after = _numbers(database.parent)
            found["reused"] += sum(after.get(key, what) != what for key, what in before.items())
            found["unwritten"] += 4 - sum('"weight": 900' in what for what in after.values())
            named |= before
    return found


def test_no_power_cut_costs_what_was_called_durable(tmp_path: Path) -> None:
    records = _recording(tmp_path, "FULL")
    found = _examine(records, IMAGES, tmp_path / "cut")
    assert found == Counter(ok=IMAGES, reused=0, unwritten=0)


def test_without_syncs_the_test_finds_what_is_lost(tmp_path: Path) -> None:
    records = _recording(tmp_path, "OFF")
    found = _examine(records, 600, tmp_path / "cut")
    assert found["lost"] + found["corrupt"] > 0
