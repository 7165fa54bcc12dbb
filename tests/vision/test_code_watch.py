"""What one frame cannot give, several together may; and what is still costs nothing."""

import numpy as np

from agent.vision.codes.reader import Attempt, CodeReader
from agent.vision.codes.regions import Region
from agent.vision.codes.watch import HELD_NS, NEAR_NS, REST_NS, SECOND, CodeWatch
from agent.vision.found import FoundCode
from agent.vision.pictures import Picture
from tests.vision.test_codes import code

CORNERS = ((300.0, 200.0), (400.0, 200.0), (400.0, 300.0), (300.0, 300.0))
FOUND = FoundCode(b"X", CORNERS)


class Script(CodeReader):
    """Reads what it is told to, and remembers how it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.near: list[Region | None] = []
        self.seen: list[Attempt | None] = []
        self.answer: list[FoundCode] = []
        self.tried: list[Attempt] = []

    def read(
        self, picture: Picture, near: Region | None = None, seen: Attempt | None = None
    ) -> list[FoundCode]:
        del picture
        self.near.append(near)
        self.seen.append(seen)
        self.attempts = list(self.tried)
        return self.answer


def frame(level: int = 90) -> Picture:
    return np.full((720, 1280, 3), level, np.uint8)


def test_a_still_empty_scene_is_looked_at_once_in_a_while() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    for step in range(10):
        assert watch.see(frame(), step * SECOND // 10) == []
    assert len(reader.near) == 1
    watch.see(frame(), REST_NS + SECOND)
    assert len(reader.near) == 2


def test_something_new_is_looked_at_at_once() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    watch.see(frame(), 0)
    changed = frame()
    changed[100:300, 100:300] = 200
    watch.see(changed, SECOND // 10)
    assert len(reader.near) == 2


def test_a_phone_is_sought_first_where_it_was() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    reader.answer = [FOUND]
    assert watch.see(frame(), 0) == [FOUND]
    assert watch.see(frame(), SECOND // 10) == [FOUND]
    first, second = reader.near
    assert first is None
    assert second is not None
    assert second.x < CORNERS[0][0]
    assert second.x + second.width > CORNERS[1][0]


def test_and_not_for_ever() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    reader.answer = [FOUND]
    watch.see(frame(), 0)
    watch.see(frame(), NEAR_NS + SECOND)
    assert reader.near == [None, None]


def noisy(seed: int) -> Attempt:
    """Strengths of one code of 21 modules, too noisy to read alone."""
    picture = code(b"SUM OF ALL", px=1)
    bits = np.where(picture[6:-6, 6:-6] > 0, 1.0, -1.0)
    rng = np.random.default_rng(seed)
    return Attempt(np.asarray(bits + rng.normal(0, 1.6, bits.shape), np.float32), CORNERS)


def test_frames_that_cannot_be_read_alone_are_read_together() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    found: list[FoundCode] = []
    steps = 0
    for steps in range(1, 21):  # told below
        reader.tried = [noisy(steps)]
        found = watch.see(frame(steps * 10), steps * SECOND // 10)
        if found:
            break
    assert [one.payload for one in found] == [b"SUM OF ALL"]
    assert 2 <= steps <= 20


def test_what_is_no_code_does_not_spoil_the_sum() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    rng = np.random.default_rng(3)
    found: list[FoundCode] = []
    for step in range(1, 21):
        chance = Attempt(rng.normal(0, 2, (21, 21)).astype(np.float32), CORNERS)
        flat = Attempt(np.zeros((21, 21), np.float32), CORNERS)
        reader.tried = [chance, noisy(step), flat]
        found = found or watch.see(frame(step * 10), step * SECOND // 10)
    assert [one.payload for one in found] == [b"SUM OF ALL"]


def test_what_was_seen_and_not_read_is_looked_for_there_for_a_moment() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    reader.tried = [noisy(1), noisy(2)]
    watch.see(frame(10), SECOND)
    reader.tried = []
    watch.see(frame(60), SECOND + HELD_NS // 2)
    watch.see(frame(110), SECOND + 2 * HELD_NS)
    first, second, third = reader.seen
    assert first is None
    assert second is not None
    assert second.version == 1
    assert third is None


def test_what_was_read_is_not_looked_for() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    reader.tried = [noisy(1)]
    watch.see(frame(10), SECOND)
    reader.answer, reader.tried = [FOUND], []
    watch.see(frame(60), SECOND * 11 // 10)
    watch.see(frame(110), SECOND * 12 // 10)
    assert reader.seen[-1] is None


def test_frames_that_lie_far_apart_are_not_added() -> None:
    reader = Script()
    watch = CodeWatch(reader)
    for step in range(12):
        reader.tried = [noisy(step)]
        assert watch.see(frame(step * 10), step * 3 * SECOND) == []


def test_frames_of_other_sizes_and_none_at_all_raise_nothing() -> None:
    watch = CodeWatch(CodeReader())
    for step, shape in enumerate([(720, 1280, 3), (480, 640), (0, 0, 3), (1, 1, 3)]):
        assert watch.see(np.zeros(shape, np.uint8), step * SECOND) == []
