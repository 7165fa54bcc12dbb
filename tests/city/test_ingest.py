"""Acknowledgements: after the commit, never instead of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from city.commands import Commands
from city.desk import Desk
from city.ingest import Intake, Post
from city.link import NoBroker
from city.look import Look
from city.parcels import Arrival, Parcel
from city.settings import Pacing
from city.store.base import Outcome, StoreRefused
from city.store.sqlite import SqliteStore
from city.topics import Topics
from cli.protocol import check
from tests.city.boxes import block, line, text
from tests.city.waiting import until

HELLO = {"v": 1, "gateway": "box-1", "run": "r", "nonce": "n-1"}


class _Sick(SqliteStore):
    """Refuses as often as it is told to."""

    refusals = 0

    def commit(self, parcels: Sequence[Parcel]) -> Outcome:
        if self.refusals:
            self.refusals -= 1
            raise StoreRefused("the disk is full")
        return super().commit(parcels)


class _World:
    def __init__(self, directory: Path) -> None:
        self.directory, self.away = directory, False
        self.desk, self.store = Desk(), _Sick(directory)
        self.said: asyncio.Queue[tuple[str, str, dict[str, Any]]] = asyncio.Queue()
        topics = Topics("demo", "s0")
        self.commands = Commands(self.desk, self.store, None, topics, self.publish)
        post = Post(topics, self.publish, self.publish)
        self.intake = Intake(self.desk, self.store, self.commands, post, Pacing(fleet=7))

    async def publish(self, topic: str, payload: bytes, expiry_s: int | None) -> None:
        assert check(topic, payload) == []  # as docs/protocol says
        assert expiry_s is None
        if self.away:
            raise NoBroker("away")
        assert not check(topic, payload)
        *_, gateway, _, branch = topic.split("/")
        await self.said.put((gateway, branch, json.loads(payload)))

    async def send(self, branch: str, payload: bytes, gateway: str = "box-1") -> None:
        await self.intake.put(Arrival(gateway, branch, payload, 0))

    async def hears(self) -> tuple[str, str, dict[str, Any]]:
        async with asyncio.timeout(10):
            return await self.said.get()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[_World]:
    world = _World(tmp_path)
    running = asyncio.create_task(world.intake.run())
    yield world
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
    world.store.close()
    world.desk.close()


async def test_acknowledgements_are_merged_by_sequence(world: _World) -> None:
    await world.send("live", block(21, 10))
    await world.send("backfill", block(1, 20))
    await world.send("backfill", block(1, 9, gateway="box-2"), "box-2")
    await world.send("urgent", text(line(1), line(2), line(9)))
    heard = [await world.hears() for _ in range(3)]
    acks = {(gateway, said["stream"]): said["ranges"] for gateway, branch, said in heard}
    assert {branch for _, branch, _ in heard} == {"ack"}
    assert acks == {
        ("box-1", "bulk"): [[1, 30]],
        ("box-2", "bulk"): [[1, 9]],
        ("box-1", "urgent"): [[1, 2], [9, 9]],
    }
    with Look(world.directory) as look:
        assert look.count() == 42


async def test_what_was_not_committed_is_not_acknowledged(world: _World) -> None:
    world.store.refusals = 1
    await world.send("live", block(1, 10))
    await until(lambda: not world.store.refusals)
    await world.send("live", block(11, 10))
    _, _, said = await world.hears()
    assert said["ranges"] == [[11, 20]]
    gateway, branch, _ = await world.hears()  # after a moment
    assert (gateway, branch) == ("box-1", "call")
    await world.send("live", block(1, 10))  # the box sends again what stayed without word
    _, _, said = await world.hears()
    assert said["ranges"] == [[1, 10]]


async def test_a_lost_acknowledgement_is_said_again_when_the_records_come_again(
    world: _World,
) -> None:
    world.away = True
    await world.send("live", block(1, 10))
    with Look(world.directory) as look:
        await until(lambda: look.count() == 10)
    world.away = False
    await world.send("live", block(1, 10))
    while (await world.hears())[2]["ranges"] != [[1, 10]]:
        pass
    with Look(world.directory) as look:
        assert look.count() == 10


async def test_an_aside_is_not_acknowledged_and_stops_nobody(world: _World) -> None:
    await world.send("live", b"noise")
    await world.send("live", block(1, 10, gateway="box-2"))  # in the name of another
    await world.send("urgent", b"{torn\n" + text(line(3)))
    _, _, said = await world.hears()
    assert (said["stream"], said["ranges"]) == ("urgent", [[3, 3]])
    with Look(world.directory) as look:
        assert look.status()["aside"] == 3


async def test_a_hello_is_answered_and_holes_are_asked_for(world: _World) -> None:
    await world.send("live", block(11, 10))
    await world.hears()
    span = {"epoch": 1, "first": 1, "last": 30, "cursor": 21}
    await world.send("hello", json.dumps(HELLO | {"streams": {"bulk": [span]}}).encode())
    _, branch, said = await world.hears()
    assert branch == "hello"
    assert said["utc"].endswith("Z")
    assert said | {"utc": ""} == {
        "v": 1,
        "nonce": "n-1",
        "utc": "",
        "renew": None,
        "pacing": {"catchup_rps": 20_000, "fleet": 7},
    }
    _, branch, said = await world.hears()
    assert branch == "replay"
    assert said == {"v": 1, "id": "r-1", "stream": "bulk", "epoch": 1, "ranges": [[1, 10]]}


async def test_what_came_before_a_hello_is_acknowledged_before_its_answer(world: _World) -> None:
    """Afterwards another box of the same name may be on the line."""
    await world.send("live", block(1, 10))
    await world.send("hello", json.dumps(HELLO).encode())
    assert [(await world.hears())[1] for _ in range(2)] == ["ack", "hello"]


async def test_a_box_is_reachable_from_its_hello_to_its_last_will(world: _World) -> None:
    away = b'{"v":1,"online":false,"run":"r"}'
    hello = json.dumps(HELLO).encode()
    await world.send("state", away)  # of the connection before
    await world.send("hello", hello)
    await world.hears()
    assert "box-1" in world.commands._nonces
    await world.send("state", away)
    await until(lambda: "box-1" not in world.commands._nonces)
