"""A camera's thread: the newest frame, away once and back once, and an end that comes."""

import logging
import threading
from collections.abc import Sequence

import pytest

from agent.vision.cameras import feed as feeds
from agent.vision.cameras.base import CameraGone, CameraRefused, Ended, Source
from agent.vision.cameras.feed import CameraFeed, Newest
from agent.vision.cameras.frame import Frame
from agent.vision.cameras.masks import NO_MASKS, Masks
from tests.vision.cameras import picture

Act = int | Exception
"""A frame of this grey, or what is raised."""


class Played:
    """Opened again and again, each time with the next of ``lives``; a read waits for ``turn``."""

    def __init__(self, *lives: Sequence[Act]) -> None:
        self._lives = iter(lives)
        self.turn = threading.Semaphore(0)
        self.closed = 0

    def open(self) -> Source:
        life = next(self._lives, None)
        if life is None:
            raise CameraGone("no life left")
        if life and isinstance(life[0], Exception):
            raise life[0]
        return Life(self, life)


class Life:
    def __init__(self, played: Played, acts: Sequence[Act]) -> None:
        self._played, self._acts, self._number = played, iter(acts), 0

    def read(self) -> Frame | None:
        if not self._played.turn.acquire(timeout=0.05):
            return None
        act = next(self._acts, None)
        if act is None:
            return None
        if isinstance(act, Exception):
            raise act
        self._number += 1
        return Frame(picture(act), self._number, self._number)

    def close(self) -> None:
        self._played.closed += 1


class Rig:
    def __init__(self, played: Played, masks: Masks = NO_MASKS) -> None:
        self.arrived = threading.Event()
        self.feed = CameraFeed("gate", played.open, masks, self.arrived)
        self.feed.start()

    def frame(self) -> Frame:
        while True:
            assert self.arrived.wait(5)
            self.arrived.clear()
            frame = self.feed.newest.take()
            if frame is not None:
                return frame


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(feeds, "LONGEST_WAIT", 0.02)
    monkeypatch.setattr(feeds, "REFUSED_WAIT", 0.01)


def ended(rig: Rig) -> None:
    rig.feed.stop()
    assert rig.feed.join(5)
    assert not rig.feed.up


def test_a_newer_frame_takes_the_place_of_an_older_one() -> None:
    newest = Newest(threading.Event())
    frames = [Frame(picture(1), at, at) for at in range(3)]
    for frame in frames:
        newest.put(frame)
    assert newest.take() is frames[2]
    assert newest.take() is None
    assert newest.missed == 2


def test_away_once_and_back_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="agent.vision.cameras.feed")
    fell = CameraGone("it fell")
    played = Played([fell], [fell], [50, CameraGone("it fell again")], [fell], [60])
    rig = Rig(played)
    for _ in range(3):
        played.turn.release()
    while rig.frame().picture.mean() != 60:
        pass
    ended(rig)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "camera gate is away: it fell",
        "camera gate is back",
        "camera gate is away: it fell again",
        "camera gate is back",
    ]
    assert played.closed == 2


def test_what_an_installer_must_mend_is_told_and_tried_again() -> None:
    played = Played([CameraRefused("wrong password")], [70])
    played.turn.release()
    rig = Rig(played)
    rig.frame()
    assert (rig.feed.why, rig.feed.refused) == ("wrong password", False)
    ended(rig)


def test_a_recording_ends_the_thread() -> None:
    played = Played([10, Ended("over")])
    rig = Rig(played)
    played.turn.release(2)
    assert rig.feed.join(5)
    assert (rig.feed.ended, rig.feed.up, played.closed) == (True, False, 1)
    assert rig.arrived.is_set()


def test_masks_are_burnt_in_before_anybody_has_the_frame() -> None:
    played = Played([200])
    rig = Rig(played, Masks([((0, 0), (1, 0), (1, 1), (0, 1))]))
    played.turn.release()
    assert not rig.frame().picture.any()
    ended(rig)


def test_a_thread_that_hangs_is_told() -> None:
    inside, hangs = threading.Event(), threading.Event()

    def opening() -> Source:
        inside.set()
        hangs.wait(10)
        raise CameraGone("at last")

    feed = CameraFeed("gate", opening, NO_MASKS, threading.Event())
    feed.start()
    assert inside.wait(5)
    feed.stop()
    assert not feed.join(0.05)
    hangs.set()
    assert feed.join(5)
