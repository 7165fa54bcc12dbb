"""The process of the eyes from socket to socket: cameras that are real, and a core that listens."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import cv2
import pytest

from agent.config import settings
from agent.links import unixsocket
from agent.model.messages import Event, Fields
from agent.vision import outbox
from agent.vision import worker as module
from agent.vision.cameras.base import CameraGone, Source, Wanted
from agent.vision.cameras.frame import Frame, now_ns
from agent.vision.cameras.open import open_source
from agent.vision.found import FoundCode
from agent.vision.passages.trigger import Motion
from agent.vision.post import Claimed, claim
from agent.vision.said import Said
from agent.vision.senses import Before, Codes, Found, Outside, Sense
from agent.vision.show import NotLocal, Show
from agent.vision.view import view_of
from agent.vision.worker import Parts, Sensing, Worker
from tests.supervisor.eyes_room import CONFIG, Room
from tests.supervisor.socket_world import really
from tests.vision.cameras import STREAM, jpeg, part, picture, unix_camera


class Notes:
    """systemd."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def ready(self) -> None:
        self.said.append("ready")

    def fed(self) -> None:
        self.said.append("fed")

    def stopping(self) -> None:
        self.said.append("stopping")


class Grey:
    """Reads how light a picture is, as if a code said so."""

    def see(self, frame: cv2.typing.MatLike, mono_ns: int) -> list[FoundCode]:
        del mono_ns
        high, wide = frame.shape[:2]
        corners = ((0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high))
        return [FoundCode(b"grey %d" % round(float(frame.mean()) / 10), corners)]


def greys(camera: settings.Camera, outside: Outside) -> Sequence[Sense]:
    return (Codes(camera, Grey(), outside.say),)


def camera(id_: str, source: str) -> settings.Camera:
    return settings.Camera(id=id_, source=source, use=("codes",))


def box(directory: Path, *cameras: settings.Camera) -> settings.Box:
    return settings.Box(
        site=settings.Site(gateway="box"),
        buses=(),
        devices=(),
        cameras=cameras,
        stages=(),
        clock=settings.Clock(),
        store=settings.Store(dir=directory),
        sync=settings.Sync(),
        health=settings.Health(socket=directory / "agent.sock"),
        digest=CONFIG,
    )


def parts(sensing: Sensing = greys) -> Parts:
    return Parts(sensing=sensing, notifier=Notes())


@asynccontextmanager
async def working(
    room_box: settings.Box, made: Parts | None = None
) -> AsyncIterator[tuple[Worker, "asyncio.Task[int]"]]:
    worker = Worker(room_box, made or parts())
    task = asyncio.create_task(worker.run())
    try:
        yield worker, task
    finally:
        worker.stop()
        await asyncio.wait([task], timeout=20)
        assert task.done()


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WELCOME_S", 0.5)
    monkeypatch.setattr(module, "ROUND_S", 0.05)


def again_and_again(*levels: int) -> Callable[[socket.socket, bytes], None]:
    def serve(sock: socket.socket, _: bytes) -> None:
        sock.sendall(STREAM)
        for turn in range(2000):
            sock.sendall(part(jpeg(levels[turn // 40 % len(levels)])))
            threading.Event().wait(0.01)

    return serve


def codes(room: Room) -> list[tuple[str, bytes]]:
    return [(event.device, event.raw) for event in room.told("code_scanned")]


async def test_from_a_cameras_socket_to_the_cores_journal(room: Room, tmp_path: Path) -> None:
    place = box(tmp_path, camera("door-cam", f"mjpeg+unix:{tmp_path / 's'}"))
    made = parts()
    with unix_camera(tmp_path / "s", again_and_again(50, 200)):
        async with room.core() as core, working(place, made) as (worker, task):
            await really(lambda: len(codes(room)) >= 2)
            await really(lambda: core.eyes().cameras[1].state.up)
            await really(lambda: "fed" in made.notifier.said)  # type: ignore[attr-defined]
            worker.stop()
            assert await task == 0
    assert codes(room)[:2] == [("door-cam", b"grey 5"), ("door-cam", b"grey 20")]
    assert core.eyes().cameras[1].state.reads >= 2
    said = made.notifier.said  # type: ignore[attr-defined]
    assert said[0] == "ready"
    assert said.count("stopping") == 1


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "door.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (64, 48))
    for _ in range(10):
        writer.write(picture(120, 64, 48))
    writer.release()
    return file


async def test_recordings_end_it(room: Room, recording: Path, tmp_path: Path) -> None:
    place = box(tmp_path, *(camera(one, f"file:{recording}") for one in ("door-cam", "gate-cam")))
    async with room.core():
        assert await Worker(place, parts()).run() == 0
    assert sorted(codes(room)) == [("door-cam", b"grey 12"), ("gate-cam", b"grey 12")]


async def test_without_a_core_what_was_seen_is_kept_for_it(
    room: Room, recording: Path, tmp_path: Path
) -> None:
    place = box(tmp_path, camera("door-cam", f"file:{recording}"))
    async with working(place) as (_, task):
        await asyncio.sleep(0)
        async with room.core():
            assert await task == 0
    assert codes(room) == [("door-cam", b"grey 12")]


class Breaks:
    def remember(self, before: Sequence[Before]) -> None: ...

    def see(self, frame: Frame, motion: Motion) -> Found:
        del motion
        raise ZeroDivisionError(f"our bug at {frame.number}")

    def passed(self, mono_ns: int) -> None: ...

    def close(self, mono_ns: int) -> None: ...


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_an_error_of_ours_ends_it_so_that_systemd_starts_it_anew(
    room: Room, recording: Path, tmp_path: Path
) -> None:
    place = box(tmp_path, camera("door-cam", f"file:{recording}"))
    async with room.core():
        assert await Worker(place, parts(lambda *_: (Breaks(),))).run() == 1


class Hangs:
    def __init__(self) -> None:
        self.inside, self.over = threading.Event(), threading.Event()

    def open(self, *_: object) -> Source:
        self.inside.set()
        self.over.wait(20)
        raise CameraGone("at last")


@pytest.fixture
def hangs(monkeypatch: pytest.MonkeyPatch) -> Hangs:
    """The first camera hangs in its driver; the others are as they are."""
    hanging = Hangs()

    def opening(source: str, wanted: Wanted) -> Source:
        return hanging.open() if source == "v4l2:/dev/hangs" else open_source(source, wanted)

    monkeypatch.setattr(module, "open_source", opening)
    monkeypatch.setattr(module, "STOP_S", 0.5)
    return hanging


async def test_a_camera_that_hangs_stops_no_other(
    room: Room, hangs: Hangs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cameras = (
        camera("gate-cam", "v4l2:/dev/hangs"),
        camera("door-cam", f"mjpeg+unix:{tmp_path / 's'}"),
    )
    with unix_camera(tmp_path / "s", again_and_again(90)):
        async with room.core(), working(box(tmp_path, *cameras)) as (worker, task):
            await really(lambda: codes(room))
            assert hangs.inside.is_set()
            worker.stop()
            assert await task == 1
    hangs.over.set()
    assert "these threads hang and die with the process: gate-cam" in caplog.text


async def test_a_camera_that_hangs_for_long_has_the_process_started_anew(
    room: Room, hangs: Hangs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HUNG_S", 0.1)
    async with room.core():
        assert (
            await Worker(box(tmp_path, camera("gate-cam", "v4l2:/dev/hangs")), parts()).run() == 1
        )
    hangs.over.set()


async def test_a_loop_input_reaches_its_camera(room: Room, tmp_path: Path) -> None:
    place = box(tmp_path, camera("gate-cam", f"folder:{tmp_path}"))
    async with room.core() as core, working(place) as (worker, _):
        await really(lambda: core.state().up)
        data: Fields = {"channel": 2, "state": "active"}
        core.saw(Event(device="loops-1", at=room.world.now(), kind="input_changed", data=data))
        (eye,) = worker._eyes
        await really(lambda: eye._is_busy(now_ns()))


async def test_there_are_no_two_eyes(room: Room, tmp_path: Path) -> None:
    handle = claim(room.socket)
    with pytest.raises(Claimed):
        await module.run(box(tmp_path), parts())
    os.close(handle)


# ── the live view ────────────────────────────────────────────────────────────────────────────


async def asked(where: Path | int, request: bytes, until: bytes) -> bytes:
    if isinstance(where, int):
        reader, writer = await asyncio.open_connection("127.0.0.1", where)
    else:
        with unixsocket.short(where) as name:
            reader, writer = await asyncio.open_unix_connection(name)
    writer.write(request)
    data = b""
    with suppress(asyncio.IncompleteReadError):
        data = await reader.readuntil(until)
    writer.close()
    return data


async def test_what_it_sees_can_be_watched(room: Room, tmp_path: Path) -> None:
    place = box(tmp_path, camera("door-cam", f"mjpeg+unix:{tmp_path / 's'}"))
    watched = tmp_path / "show.sock"
    with unix_camera(tmp_path / "s", again_and_again(90)):
        show = Show(view_of(room.socket), ["door-cam"]).serving(str(watched))
        async with room.core(), working(place), show:
            get = b"GET /%s HTTP/1.1\r\nHost: %s\r\n\r\n"
            stream = await asked(watched, get % (b"door-cam", b"127.0.0.1"), b"\xff\xd9\r\n")
            page = await asked(watched, get % (b"", b"[::1]:80"), b"alt='door-cam'>")
            stranger = await asked(watched, get % (b"", b"example.org:80"), b"\n\n")
    assert (page.startswith(b"HTTP/1.1 200 OK"), stranger) == (True, b"")
    assert stream.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace")
    shown = stream.partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")[2]
    assert shown.startswith(b"\xff\xd8")
    assert not watched.exists()


async def test_the_view_is_for_this_machine_only(tmp_path: Path) -> None:
    for where in ("0.0.0.0:8000", "example.org:80", "127.0.0.1", "127.0.0.1:x", "show.sock"):
        with pytest.raises(NotLocal):
            async with Show(tmp_path / "view.sock", []).serving(where):
                pass


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (b"GET /other HTTP/1.1\r\nHost: localhost:1\r\n\r\n", b"HTTP/1.1 404"),
        (b"POST / HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 0\r\n\r\n", b""),
        (b"GET / HTTP/1.1\r\nHost: [::\r\n\r\n", b""),
        (b"no request\r\n\r\n", b""),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 20_000, b""),
    ],
)
async def test_what_else_is_asked_of_the_view(
    tmp_path: Path, request_: bytes, answer: bytes
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with Show(tmp_path / "view.sock", ["a"]).serving(f"127.0.0.1:{port}"):
        with suppress(ConnectionError):
            data = await asked(port, request_, b"\r\n")
            assert data.startswith(answer)
            assert bool(data) is bool(answer)


def test_nobody_waits_for_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    """A loop that takes nothing costs a bounded number of events."""
    loop = asyncio.new_event_loop()
    taken: list[Said] = []
    box_ = outbox.Outbox(loop, taken.append)
    with caplog.at_level(logging.ERROR):
        for turn in range(outbox.MOST + 5):
            box_.say(Said(camera="c", kind="code_scanned", mono_ns=turn))
    assert (box_.dropped, len(caplog.records)) == (5, 1)
    loop.run_until_complete(asyncio.sleep(0))
    assert len(taken) == outbox.MOST
    loop.close()
