"""The whole box with eyes: a code opens the gate, and passages survive the agent, each once."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from agent.app.hub import Hub
from agent.app.sight import Sight, sight
from agent.config import settings
from agent.model.evidence import Shot
from agent.model.messages import Event, Fields
from agent.model.time import Stamp
from agent.pipeline import graph
from agent.store.album import NAME, Album
from agent.store.desk import Desk
from agent.store.journal import Journal
from agent.store.tuning import Tuning
from agent.supervisor.sight import CameraState, socket_of
from agent.vision.post import Ears, Post
from cli.drill import texts
from cli.drill.room import Room, doubled, events
from cli.world import Line

pytestmark = pytest.mark.timeout(120)

CAMERA = """
[[camera]]
id = "gate-cam"
source = "file:/nowhere.mp4"
use = ["plates", "codes"]
"""
CONFIG = texts.config(more=CAMERA).replace(
    f'inputs = ["{texts.READER}"]', f'inputs = ["{texts.READER}", "gate-cam"]'
)
JPEG = b"\xff\xd8\xff" + bytes(30_000)


async def test_a_box_without_cameras_still_forgets_its_pictures(tmp_path: Path) -> None:
    site, store = settings.Site(gateway="box"), settings.Store(dir=tmp_path)
    box = settings.Box(
        site=site,
        buses=(),
        devices=(),
        stages=(),
        clock=settings.Clock(),
        store=store,
        sync=settings.Sync(),
        health=settings.Health(socket=tmp_path / "agent.sock"),
        digest="",
    )

    def now() -> Stamp:
        return Stamp("boot", 1)

    journal = Journal.open(store, "box", now)
    hub = Hub(graph.build(box), journal, lambda _command: None)
    assert sight(box, journal, hub, now) == Sight()
    Album.open(tmp_path, Tuning()).close()
    seeing = sight(box, journal, hub, now)
    assert seeing.eyes is None
    assert seeing.evidence is not None
    await seeing.close()
    await journal.close()


@asynccontextmanager
async def posting(room: Room) -> AsyncIterator[Post]:
    state = CameraState(up=True, fps=9.5)
    post = Post(socket_of(room.socket), "digest", Ears(states=lambda: {"gate-cam": state}))
    task = asyncio.create_task(post.run())
    try:
        assert await post.welcomed(30)
        yield post
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def seen(post: Post, kind: str, data: Fields, raw: bytes = b"") -> Event:
    at = post.stamp(time.clock_gettime_ns(time.CLOCK_BOOTTIME))
    return Event(device="gate-cam", at=at, kind=kind, data=data, raw=raw)


def _is_relay(line: Line) -> bool:
    return line.get("device") == texts.RELAY


def passed(post: Post) -> Event:
    passage = post.name_passage("gate-cam")
    return seen(post, "vehicle_passed", {"passage": passage, "plate": "湘A12345"})


async def delivered(post: Post) -> None:
    async with asyncio.timeout(30):
        while post.waiting:  # noqa: ASYNC110  # its letters have no event
            await asyncio.sleep(0.02)


async def test_a_code_that_a_camera_read_opens_the_gate(tmp_path: Path) -> None:
    room = Room(tmp_path)
    code = texts.RESIDENT.encode()
    with room.world(texts.scenario()) as world, room.agent(CONFIG) as agent:
        assert await asyncio.to_thread(room.wait_here, texts.RELAY)
        async with posting(room) as post:
            digest: Fields = {"code_sha256": sha256(code).hexdigest(), "length": len(code)}
            began = len(world.lines())
            post.tell(seen(post, "code_scanned", digest, code))
            await delivered(post)
            moved = await asyncio.to_thread(partial(world.wait_for, _is_relay, 10.0, since=began))
            assert moved is not None
            state = await asyncio.to_thread(room.status)
            assert state["eyes"]["cameras"][0]["events"] == 1
            assert {each["id"]: each["here"] for each in state["devices"]}["gate-cam"] is True
        assert await asyncio.to_thread(agent.stop) == 0
    records = room.records()
    (granted,) = events(records, "access_granted")
    assert granted["device"] == "gate-cam"
    assert texts.RESIDENT not in str(records)


async def test_passages_survive_an_agent_that_is_killed(tmp_path: Path) -> None:
    room, told = Room(tmp_path), 0

    def tell(post: Post, count: int) -> None:
        nonlocal told
        told += count
        for _ in range(count):
            post.tell(passed(post), (Shot("scene", JPEG),))

    with room.world(texts.scenario()), room.agent(CONFIG) as first:
        async with posting(room) as post:
            for _ in range(10):
                tell(post, 1)
                await asyncio.sleep(0.01)
            first.kill()
            tell(post, 5)
            with await asyncio.to_thread(room.agent, CONFIG) as second:
                tell(post, 10)
                await delivered(post)
                assert await asyncio.to_thread(second.stop) == 0
    records = room.records()
    passages = Counter(line["data"]["passage"] for line in events(records, "vehicle_passed"))
    assert len(passages) == told == 25
    assert set(passages.values()) == {1}
    assert doubled(records) == 0
    album = Album.existing(room.state / NAME, Tuning())
    kept = {each.passage: each.pictures[0].sha256 for each in Desk(album).newest(100)}
    album.close()
    assert kept == {passage: Shot("scene", JPEG).sha256 for passage in passages}
