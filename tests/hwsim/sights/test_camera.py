"""Cameras as buses of the world: served by HTTP and RTSP, harmed, healed, and the truth told."""

import hashlib
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from cli.world import World, until
from hwsim.sights.rtpjpeg import packets

Frame = npt.NDArray[np.uint8]
SECONDS = 20.0  # to wait at most
SCENARIO = """
[world]
seed = 5
[[bus]]
id = "lane"
kind = "camera"
fps = 20.0
width = 320
height = 180
[[bus]]
id = "exit"
kind = "camera"
fps = 10.0
width = 320
height = 176
rtsp = true
[[bus]]
id = "door"
kind = "camera"
fps = 10.0
width = 640
height = 360
tcp = true
[[device]]
id = "lane-1"
sim = "road_camera"
bus = "lane"
options = { stories = ["approach"], every_s = 1.0 }
[[device]]
id = "exit-1"
sim = "road_camera"
bus = "exit"
options = { stories = ["departure"] }
[[device]]
id = "door-1"
sim = "phone_camera"
bus = "door"
options = { hold_s = 1.0 }
"""


class Viewer:
    """A plain socket that asks as a browser does."""

    def __init__(self, address: str) -> None:
        if address.startswith("http:"):
            host, _, port = address.removeprefix("http://").strip("/").partition(":")
            self._socket = socket.create_connection((host, int(port)), 5)
        else:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(5)
            self._socket.connect(address)
        self._data = b""

    def __enter__(self) -> Self:
        with suppress(BrokenPipeError):
            self._socket.sendall(b"GET / HTTP/1.1\r\nHost: camera\r\n\r\n")
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def head(self) -> bytes:
        return self._until(b"\r\n\r\n")

    def jpeg(self) -> bytes:
        """The next one; ConnectionError if the camera hangs up."""
        length = next(
            int(line.split(b":")[1])
            for line in self._until(b"\r\n\r\n").split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        while len(self._data) < length:
            self._more()
        jpeg, self._data = self._data[:length], self._data[length:]
        return jpeg

    def quiet(self, seconds: float) -> bool:
        """Nothing comes for so long."""
        self._socket.settimeout(seconds)
        try:
            self._more()
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(5)
        return False

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._data:
            self._more()
        part, _, self._data = self._data.partition(mark)
        return part

    def _more(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the camera hung up")
        self._data += data


def _frame(jpeg: bytes) -> Frame:
    frame = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert frame is not None
    return np.asarray(frame, np.uint8)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("cameras")
    scenario = directory / "scenario.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    with World(scenario, directory / "run") as world:
        yield world


@pytest.fixture
def lane(world: World) -> Iterator[Viewer]:
    with Viewer(world.buses["lane"]) as viewer:
        viewer.head()
        yield viewer


def test_a_lane_is_served_on_the_socket_of_its_bus(world: World) -> None:
    path = Path(world.buses["lane"])
    assert path.is_socket()
    assert path.stat().st_mode & 0o077 == 0
    with Viewer(str(path)) as viewer:
        head = viewer.head()
        assert head.startswith(b"HTTP/1.1 200 OK")
        assert b"multipart/x-mixed-replace; boundary=" in head
        first, second = viewer.jpeg(), viewer.jpeg()
    assert _frame(first).shape == (180, 320, 3)
    assert first != second


def _crowd(world: World, viewers: ExitStack) -> Iterator[Viewer]:
    while True:
        viewer = viewers.enter_context(Viewer(world.buses["door"]))
        viewer.head()
        yield viewer


def test_several_may_look_and_one_too_many_may_not(world: World) -> None:
    with ExitStack() as viewers:
        crowd = _crowd(world, viewers)
        for _ in range(8):
            next(crowd)
        with pytest.raises(ConnectionError):
            next(crowd)


def test_the_truth_of_who_came_by(world: World) -> None:
    coming = world.wait_for(lambda line: line.get("what") == "coming", SECONDS)
    assert coming is not None
    over = world.wait_for(
        lambda line: line.get("what") == "passage" and line["device"] == "lane-1", SECONDS
    )
    assert over is not None
    assert (over["story"], over["direction"], over["without"]) == ("approach", "in", None)
    assert len(over["plate"]) in (7, 8)
    assert over["colour"] in ("blue", "green", "yellow", "white", "black")


def test_a_camera_on_the_loopback_by_rtsp(world: World) -> None:
    assert world.buses["exit"].startswith("rtsp://127.0.0.1:")
    video = cv2.VideoCapture(world.buses["exit"], cv2.CAP_FFMPEG)
    frames = [video.read() for _ in range(4)]
    video.release()
    assert all(there for there, _ in frames)
    pictures = [np.asarray(frame) for _, frame in frames]
    assert pictures[0].shape == (176, 320, 3)
    assert (pictures[0] != pictures[-1]).any()


def test_who_wants_rtp_over_udp_is_told_that_there_is_none(world: World) -> None:
    host, _, port = world.buses["exit"].removeprefix("rtsp://").strip("/").partition(":")
    with socket.create_connection((host, int(port)), 5) as sock:
        ask = "SETUP rtsp://x/track1 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP;unicast\r\n\r\n"
        sock.sendall(ask.encode())
        answer = sock.recv(4096)
    assert answer.startswith(b"RTSP/1.0 461 ")
    assert b"CSeq: 3\r\n" in answer


def test_a_phone_is_held_before_the_door(world: World) -> None:
    since = len(world.truth)
    world.tell(do="show", device="door-1", code="LINLI-1")
    shown = world.wait_for(lambda line: line.get("what") == "shown", SECONDS, since=since)
    assert shown is not None
    assert shown["code_sha256"] == hashlib.sha256(b"LINLI-1").hexdigest()
    with Viewer(world.buses["door"]) as viewer:
        viewer.head()
        empty = None
        spread = [float(_frame(viewer.jpeg()).std()) for _ in range(25)]
        empty = min(spread)
    assert max(spread) > empty + 4  # somebody stood there, and has left


def _harmed(world: World, harm: str) -> None:
    since = len(world.truth)
    world.tell(do="harm", bus="lane", harm=harm)
    told = world.wait_for(lambda line: line.get("truth") == "harm", SECONDS, since=since)
    assert told is not None
    assert (told["bus"], told["harm"], told["on"]) == ("lane", harm, True)


def _healed(world: World) -> None:
    since = len(world.truth)
    world.tell(do="heal", bus="lane")
    assert world.wait_for(lambda line: line.get("on") is False, SECONDS, since=since) is not None


def _becomes(viewer: Viewer, fits: Callable[[Frame], bool]) -> bool:
    return any(fits(_frame(viewer.jpeg())) for _ in range(60))


@pytest.mark.parametrize(
    ("harm", "fits"),
    [
        ("black", lambda frame: frame.max() < 30),
        ("over_exposed", lambda frame: float((frame > 250).mean()) > 0.5),
        ("blur", lambda frame: cv2.Laplacian(frame, cv2.CV_64F).var() < 30),
    ],
)
def test_a_harm_is_seen_until_it_is_healed(
    world: World, lane: Viewer, harm: str, fits: Callable[[Frame], bool]
) -> None:
    assert not fits(_frame(lane.jpeg()))
    _harmed(world, harm)
    assert _becomes(lane, fits)
    _healed(world)
    assert _becomes(lane, lambda frame: not fits(frame))


def test_a_camera_that_is_turned_sees_something_else(world: World, lane: Viewer) -> None:
    sky = _frame(lane.jpeg())[5:25, 150:170].astype(int).mean((0, 1))
    _harmed(world, "move")
    assert _becomes(
        lane, lambda frame: bool(np.abs(frame[5:25, 150:170].mean((0, 1)) - sky).max() > 20)
    )
    _healed(world)


def test_a_frozen_camera_says_the_same_again(world: World, lane: Viewer) -> None:
    _harmed(world, "freeze")
    last = [lane.jpeg()]

    def same() -> bool:
        last.append(lane.jpeg())
        return last[-1] == last[-2]

    assert until(same, SECONDS, 0.0)
    assert all(same() for _ in range(5))
    _healed(world)
    assert until(lambda: not same(), SECONDS, 0.0)


def _waits(world: World) -> bool:
    """Whether the camera lets somebody in who then sees nothing; who gives up makes room."""
    with Viewer(world.buses["lane"]) as viewer, suppress(ConnectionError):
        return viewer.quiet(0.02)
    return False


def test_a_stuck_camera_takes_who_comes_and_says_nothing(world: World, lane: Viewer) -> None:
    _harmed(world, "stuck")
    assert until(lambda: lane.quiet(0.5), SECONDS, 0.0)
    assert sum(until(lambda: _waits(world), SECONDS, 0.05) for _ in range(10)) == 10
    _healed(world)
    with Viewer(world.buses["lane"]) as other:
        assert other.head()


def test_a_camera_that_is_gone_hangs_up_and_comes_back(world: World, lane: Viewer) -> None:
    _harmed(world, "gone")
    with pytest.raises(ConnectionError):
        _becomes(lane, lambda _: False)
    assert until(lambda: not Path(world.buses["lane"]).exists(), SECONDS, 0.02)
    _healed(world)
    assert until(Path(world.buses["lane"]).exists, SECONDS, 0.02)
    with Viewer(world.buses["lane"]) as other:
        assert other.head()


def test_a_camera_cannot_have_the_harms_of_a_wire(world: World) -> None:
    since = len(world.truth)
    world.tell(do="harm", bus="lane", harm="noise")
    error = world.wait_for(lambda line: "error" in line, SECONDS, since=since)
    assert error is not None
    assert "lane is a camera" in error["error"]


def test_jpeg_in_rtp_says_where_each_packet_belongs() -> None:
    dice = np.random.default_rng(1)
    picture = dice.integers(0, 255, (64, 80, 3), np.uint8)
    _, jpeg = cv2.imencode(".jpg", picture)
    sent = list(packets(jpeg.tobytes(), 65535, 90000))
    assert len(sent) > 2
    assert [int.from_bytes(one[2:4], "big") for one in sent[:2]] == [65535, 0]
    assert [bool(one[1] & 0x80) for one in sent] == [False] * (len(sent) - 1) + [True]
    assert {one[1] & 0x7F for one in sent} == {26}
    assert sent[0][18:20] == bytes((80 // 8, 64 // 8))
    tables = 4 + 128
    sizes = [len(sent[0]) - 20 - tables, *(len(one) - 20 for one in sent[1:])]
    assert [int.from_bytes(one[12:16], "big") for one in sent[1:]] == list(np.cumsum(sizes)[:-1])


@pytest.mark.parametrize("junk", [b"", b"\xff\xd8", b"\xff\xd8\xff\xdb\x00\x04ab\xff\xda\x00\x02x"])
def test_what_is_no_jpeg_does_not_become_rtp(junk: bytes) -> None:
    with pytest.raises(ValueError, match="JPEG"):
        list(packets(junk, 0, 0))
