"""What a box exports and what the city gives out are the same records, field by field."""

import asyncio
import json
import sqlite3
from pathlib import Path

from agent.config import settings
from agent.model.messages import Command, Event
from agent.model.time import Stamp
from agent.store.journal import Journal
from agent.store.reading import records
from city import codec
from city.look import Look
from city.parcels import Parcel
from city.store.sqlite import SqliteStore
from tests.city.boxes import BOOT, OFFSET, T0, gap, readings


async def _journal(directory: Path) -> None:
    store = settings.Store(dir=directory, seal_s=60, seal_n=64, reserve_bytes=65_536)
    at = Stamp(BOOT, T0 + 7, T0 + 7 + OFFSET)
    journal = Journal.open(store, "box-1", lambda: at)
    for reading in readings(200):
        journal.put(reading)
    journal.put(Event(device="scale-1", point="waste-a", kind="weighing", at=at, by="weigh",
                      data={"weight": 3.0, "unit": "kg", "门": None}))  # fmt: skip
    done = asyncio.Event()
    command = Command(
        id="gate-1", target="lock-1", action="pulse", at=at, ttl_ns=5 * 10**9, args={"ms": 500}
    )
    journal.put(command, done.set)
    async with asyncio.timeout(20):
        await done.wait()
    await journal.close()


def _published(directory: Path) -> list[Parcel]:
    """The payloads of the journal, as they are sent: verbatim."""
    link = sqlite3.connect(directory / "journal.db")
    lost = json.dumps(gap(1000, 120, 375))
    row = (1000, 1, 1, T0, None, "gap", lost)
    link.execute("INSERT INTO urgent VALUES (?,?,?,?,?,?,?)", row)
    link.commit()
    parcels: list[Parcel] = []
    for (payload,) in link.execute("SELECT payload FROM block"):
        parcels.append(codec.block("box-1", payload))
    for (payload,) in link.execute("SELECT payload FROM urgent"):
        parcels.extend(codec.lines("box-1", payload.encode() + b"\n"))
    link.close()
    return parcels


async def test_export_and_city_agree(tmp_path: Path) -> None:
    await _journal(tmp_path / "box")
    store = SqliteStore(tmp_path / "city")
    store.commit(_published(tmp_path / "box"))
    store.close()
    exported = {_key(each): each for each in records(tmp_path / "box")}
    with Look(tmp_path / "city") as look:
        received = {_key(each): each for each in look.records()}
    assert len(exported) == 203
    assert received == exported
    assert [type(each.get("value")) for each in received.values()] == [
        type(exported[key].get("value")) for key in received
    ]


def _key(record: dict[str, object]) -> tuple[object, object]:
    return record["stream"], record["seq"]
