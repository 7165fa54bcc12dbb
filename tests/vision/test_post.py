"""The way from the eyes to the core: whoever falls, each event arrives, and arrives once."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.model.evidence import MOST_BYTES, Shot
from agent.model.messages import Event, Fields
from agent.supervisor import sight
from agent.supervisor.sight import CameraState, Recent
from agent.vision import post as module
from agent.vision.post import Claimed, Ears, Post, claim
from tests.supervisor.eyes_room import CONFIG, JPEG, Room
from tests.supervisor.socket_world import really

Told = Mapping[str, tuple[Recent, ...]]


class Seen:
    """What the post calls."""

    def __init__(self) -> None:
        self.loops: list[tuple[str, bool]] = []
        self.welcomes: list[Told] = []
        self.states = {"gate-cam": CameraState(up=True, fps=9.5)}

    def ears(self) -> Ears:
        def loop(camera: str, active: bool) -> None:
            self.loops.append((camera, active))

        return Ears(states=lambda: self.states, loop=loop, welcomed=self.welcomes.append)


@asynccontextmanager
async def posting(room: Room, seen: Seen | None = None) -> AsyncIterator[Post]:
    post = Post(room.socket, CONFIG, (seen or Seen()).ears())
    task = asyncio.create_task(post.run())
    try:
        yield post
        assert not task.done(), task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def passing(post: Post) -> Event:
    at = post.stamp(time.clock_gettime_ns(time.CLOCK_BOOTTIME))
    data = {"passage": post.name_passage("gate-cam"), "plate": "湘A00001", "direction": "in"}
    return Event(device="gate-cam", at=at, kind=sight.PASSED, data=data)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_the_eyes_may_be_up_before_the_core(room: Room) -> None:
    async with posting(room) as post:
        post.tell(passing(post), (Shot("scene", JPEG),))
        assert not await post.welcomed(0.05)
        async with room.core() as core:
            assert await post.welcomed(10)
            await really(lambda: not post.waiting)
            await really(lambda: core.eyes().cameras[0].state.fps == 9.5)
            assert core.eyes().rss_bytes > 2**20
    (event,) = room.told(sight.PASSED)
    assert event.data["evidence"] == event.data["passage"]
    assert event.data["scene_sha256"] == Shot("scene", JPEG).sha256
    assert room.pictures[0].passage == event.data["evidence"]


async def test_a_core_that_is_started_anew_gets_what_is_not_durable(room: Room) -> None:
    room.slow = True
    async with posting(room) as post:
        async with room.core():
            post.tell(passing(post))
            await really(lambda: room.told(sight.PASSED))
        durable = room.told(sight.PASSED)[0]  # and its word never came
        async with room.core(durable):
            post.tell(passing(post))
            await really(lambda: len(room.told(sight.PASSED)) == 2)
            room.settle()
            await really(lambda: not post.waiting)
    assert len({each.data["passage"] for each in room.told(sight.PASSED)}) == 2


async def test_new_eyes_learn_what_was_told(room: Room) -> None:
    seen = Seen()
    async with room.core():
        async with posting(room) as old:
            await old.welcomed(10)
            old.tell(passing(old))
            await really(lambda: not old.waiting)
        async with posting(room, seen) as new:
            assert await new.welcomed(10)
            assert new.run_name != old.run_name
    (told,) = seen.welcomes[-1]["gate-cam"]
    assert (told.plate, told.direction) == ("湘A00001", "in")
    assert told.at == room.told(sight.PASSED)[0].at


async def test_the_core_tells_the_time_and_the_loops(room: Room) -> None:
    seen = Seen()
    async with room.core() as core, posting(room, seen) as post:
        assert await post.welcomed(10)
        at = post.stamp(time.clock_gettime_ns(time.CLOCK_BOOTTIME))
        assert at.boot == "boot"
        assert abs(at.mono_ns - room.world.now().mono_ns) < 20e9
        data: Fields = {"channel": 2, "state": "active"}
        core.saw(Event(device="loops-1", at=at, kind="input_changed", data=data))
        await really(lambda: seen.loops == [("gate-cam", True)])


async def test_pictures_are_bounded(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The core is away for long: events wait, and pictures stop to."""
    monkeypatch.setattr(module, "MOST_PICTURES", 50_000)
    picture = Shot("scene", JPEG + bytes(30_000))
    async with posting(room) as post:
        for _ in range(5):
            post.tell(passing(post), (picture,))
        async with room.core():
            await really(lambda: not post.waiting)
    with_pictures = [bool(each.data["evidence"]) for each in room.told(sight.PASSED)]
    assert with_pictures == [True, True, False, False, False]
    assert len(room.pictures) == 2


async def test_pictures_too_big_are_left_out(room: Room) -> None:
    async with room.core(), posting(room) as post:
        post.tell(passing(post), (Shot("scene", JPEG + bytes(MOST_BYTES)),))
        await really(lambda: not post.waiting)
    assert room.told(sight.PASSED)[0].data["evidence"] is None


async def test_what_no_letter_can_carry_harms_nobody(room: Room) -> None:
    async with room.core(), posting(room) as post:
        bad = passing(post)
        post.tell(Event(device="gate-cam", at=bad.at, kind="camera_fault", data={"x": b""}))  # type: ignore[dict-item]  # on purpose
        post.tell(passing(post))
        await really(lambda: not post.waiting)
    assert len(room.told(sight.PASSED)) == 1


def test_there_is_one_pair_of_eyes(tmp_path: Path) -> None:
    held = claim(tmp_path / "eyes" / "eyes.sock")
    with pytest.raises(Claimed):
        claim(tmp_path / "eyes" / "eyes.sock")
    os.close(held)
    os.close(claim(tmp_path / "eyes" / "eyes.sock"))


EYES = """
import asyncio, sys, time
from pathlib import Path
from agent.model.evidence import Shot
from agent.vision.post import Ears, Post
from tests.vision.test_post import passing
from tests.supervisor.eyes_room import CONFIG, JPEG

async def main():
    told = []
    post = Post(Path(sys.argv[1]), CONFIG, Ears(states=dict, welcomed=told.append))
    task = asyncio.create_task(post.run())
    await post.welcomed(20)
    print(len(told[-1]["gate-cam"]), flush=True)
    while True:
        event = passing(post)
        post.tell(event, (Shot("scene", JPEG),))
        while post.waiting:
            await asyncio.sleep(0.001)
        print(event.data["passage"], flush=True)

asyncio.run(main())
"""


def _started(argv: tuple[str, ...]) -> "subprocess.Popen[str]":
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


async def test_eyes_that_are_killed_lose_nothing_that_was_acknowledged(room: Room) -> None:
    acked: list[str] = []
    async with room.core():
        for life in range(2):
            argv = (sys.executable, "-c", EYES, str(room.socket))
            eyes = _started(argv)
            assert eyes.stdout is not None
            known = await asyncio.to_thread(eyes.stdout.readline)
            assert bool(int(known)) is (life > 0)
            acked += [(await asyncio.to_thread(eyes.stdout.readline)).strip() for _ in range(20)]
            eyes.send_signal(signal.SIGKILL)
            await asyncio.to_thread(eyes.wait)
            rest = (await asyncio.to_thread(eyes.stdout.read)).split()
            acked += [one for one in rest if one.count("-") == 3]
            eyes.stdout.close()
    told = Counter(str(each.data["passage"]) for each in room.told(sight.PASSED))
    assert set(acked) - {""} <= set(told)
    assert set(told.values()) == {1}


def test_the_agent_needs_no_opencv() -> None:
    code = (
        "import sys, json; import agent.app.main, agent.supervisor.eyes, agent.vision.post;"
        "print(json.dumps([m for m in sys.modules if m in {'cv2','onnxruntime','zxingcpp'}]))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert json.loads(out.stdout) == []
