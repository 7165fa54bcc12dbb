"""One camera from frame to event, on a clock of the test's own."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config.settings import Camera
from agent.vision.cameras.feed import Newest
from agent.vision.cameras.frame import Frame
from agent.vision.eye import Around, Eye
from agent.vision.found import Corners, FoundCode
from agent.vision.passages.trigger import STILL, Motion
from agent.vision.pictures import Picture
from agent.vision.said import Said
from agent.vision.senses import Before, Codes, Found
from agent.vision.shown import AT_ONCE, Shown
from tests.vision.scenes import SECOND, Street, Weather, cars, day

CAMERA = Camera(id="door-cam", source="file:/x", use=("codes",), point="door", fps=10.0)


class Feed:
    """What an eye sees of a feed."""

    def __init__(self) -> None:
        self.newest = Newest(threading.Event())
        self.up, self.opened, self.ended = True, 1, False


class Sensed:
    """Counts; sees a code named as its frames' second."""

    def __init__(self) -> None:
        self.frames: list[float] = []
        self.ticks = 0
        self.moves = 0
        self.before: list[Before] = []
        self.closed = False
        self.found = Found()

    def remember(self, before: Sequence[Before]) -> None:
        self.before += before

    def see(self, frame: Frame, motion: Motion) -> Found:
        self.moves += motion.active
        self.frames.append(frame.mono_ns / SECOND)
        return self.found

    def passed(self, mono_ns: int) -> None:
        del mono_ns
        self.ticks += 1

    def close(self, mono_ns: int) -> None:
        del mono_ns
        self.closed = True


class Bench:
    """An eye whose camera gives 20 frames a second."""

    def __init__(self, street: Street | None = None) -> None:
        self.now = 100.0
        self.feed, self.sense, self.said = Feed(), Sensed(), list[Said]()
        self.street = street or Street()
        around = Around(say=self.said.append, clock=lambda: round(self.now * SECOND))
        self.eye = Eye(CAMERA, self.feed, (self.sense,), around)  # type: ignore[arg-type]

    def play(self, seconds: float, weather: Weather) -> int:
        """How many frames were looked at."""
        looked = 0
        for _ in range(round(seconds * 20)):
            self.now += 0.05
            self.feed.newest.put(self.street.frame(self.now, weather))
            looked += self.eye.turn()
        return looked


def test_where_nothing_moves_five_thumbnails_a_second_and_a_glance_now_and_then() -> None:
    bench = Bench()
    looked = bench.play(10, day)
    assert 45 <= looked <= 51
    assert 5 <= len(bench.sense.frames) <= 6
    assert bench.said == []
    assert 9 <= bench.sense.ticks <= 11
    assert bench.sense.moves == 0


def test_where_something_moves_all_frames_at_the_cameras_pace() -> None:
    bench = Bench()
    bench.play(3, day)
    before = len(bench.sense.frames)
    bench.play(6, cars)
    assert len(bench.sense.frames) - before >= 30
    assert bench.sense.moves >= 10


def test_an_input_says_that_a_vehicle_is_there() -> None:
    bench = Bench()
    bench.play(3, day)
    before = len(bench.sense.frames)
    bench.eye.loop(active=True)
    bench.play(6, day)
    assert len(bench.sense.frames) - before >= 50
    bench.eye.loop(active=False)
    bench.play(4, day)
    before = len(bench.sense.frames)
    bench.play(4, day)
    assert len(bench.sense.frames) - before <= 2


def test_what_was_seen_is_looked_at_again() -> None:
    bench = Bench()
    corners: Corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    bench.sense.found = Found(codes=(FoundCode(b"x", corners),))
    bench.play(4, day)
    assert len(bench.sense.frames) >= 30
    assert bench.eye.state().reads == len(bench.sense.frames)


def test_faults_are_said_with_their_end() -> None:
    bench = Bench()
    bench.play(3, day)
    bench.feed.up = False
    for _ in range(400):
        bench.now += 0.05
        bench.eye.turn()
    assert (bench.eye.state().up, bench.eye.state().fault) == (False, "gone")
    bench.feed.up = True
    bench.play(6, day)
    assert [(each.kind, each.data["fault"]) for each in bench.said] == [
        ("camera_fault", "gone"),
        ("camera_well", "gone"),
    ]
    assert bench.said[1].data["seconds"] == pytest.approx(24, abs=2)
    assert bench.said[0].point == "door"
    assert bench.eye.state().up


def test_a_camera_that_opens_and_gives_nothing_is_stuck() -> None:
    bench = Bench()
    bench.play(1, day)
    for turn in range(400):
        bench.feed.up, bench.feed.opened = turn % 2 == 0, 1 + turn // 2
        bench.now += 0.05
        bench.eye.turn()
    assert bench.eye.state().fault == "stuck"


def test_a_broken_frame_is_counted_and_harms_nothing() -> None:
    bench = Bench()
    bench.feed.newest.put(Frame(b"\xff\xd8 no picture", round(bench.now * SECOND), 1))
    bench.eye.turn()
    assert bench.eye.counts.broken == 1
    assert bench.play(2, day) >= 9


def test_who_came_before_is_told_to_the_senses_once() -> None:
    bench = Bench()
    bench.eye.remember([(None, "in", 5)])
    bench.play(1, day)
    assert bench.sense.before == [(None, "in", 5)]
    bench.eye.close()
    assert bench.sense.closed


class Watch:
    def __init__(self) -> None:
        self.codes: list[FoundCode] = []

    def see(self, frame: Picture, mono_ns: int) -> list[FoundCode]:
        del frame, mono_ns
        return self.codes


def test_codes_are_told_as_readers_tell_them_and_only_from_the_region() -> None:
    camera = Camera(
        id="door-cam",
        source="x",
        use=("codes",),
        point="p",
        region=((0, 0), (0.5, 0), (0.5, 1), (0, 1)),
    )
    watch, said = Watch(), list[Said]()
    codes = Codes(camera, watch, said.append)

    def at(x: float, payload: bytes) -> FoundCode:
        return FoundCode(payload, ((x, 10), (x + 10, 10), (x + 10, 20), (x, 20)))

    watch.codes = [at(20, b"\xff\x00in"), at(150, b"out")]
    frame = Frame(np.zeros((90, 200, 3), np.uint8), 5 * SECOND, 1)
    assert codes.see(frame, STILL).codes == (watch.codes[0],)
    assert codes.see(frame, STILL) == Found()  # not due yet
    (told,) = said
    assert (told.camera, told.kind, told.point, told.raw) == (
        "door-cam",
        "code_scanned",
        "p",
        b"\xff\x00in",
    )
    assert told.data["length"] == 4
    assert len(str(told.data["code_sha256"])) == 64
    assert "raw" not in repr(told)


def test_a_code_in_view_is_told_once_and_again_when_it_was_away() -> None:
    shown = Shown()
    told = [second for second in range(60) if shown.is_new(b"phone", second * SECOND)]
    assert told == [0]
    assert not shown.is_new(b"phone", 61 * SECOND)
    assert shown.is_new(b"phone", 64 * SECOND)


def test_a_flood_of_codes_is_held_back() -> None:
    shown = Shown()
    told = sum(shown.is_new(b"%d" % turn, turn * SECOND // 10) for turn in range(600))
    assert told <= AT_ONCE + 60 * 2 + 1
    assert shown.held_back == 600 - told
    assert len(shown._seen) <= 64


@given(st.lists(st.tuples(st.binary(max_size=2), st.floats(0, 5)), max_size=60))
def test_the_same_code_is_never_told_twice_within_three_seconds(
    course: list[tuple[bytes, float]],
) -> None:
    shown, now, last = Shown(), 0, dict[bytes, int]()
    for payload, wait in course:
        now += int(wait * SECOND)
        if shown.is_new(payload, now):
            assert payload
            assert now - last.get(payload, -10 * SECOND) >= 3 * SECOND
            last[payload] = now
