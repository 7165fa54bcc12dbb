"""A child: the eye of one camera, from frames to events, in the time that the frames tell.

A task is ``{"frames": [[file, seconds]…], "direction": "in" | "out"}``, a film of its own.
"""

import os
import sys
import threading
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import NoReturn

import cv2

from agent.config import settings
from agent.vision import memory
from agent.vision.cameras.feed import CameraFeed
from agent.vision.cameras.frame import Frame
from agent.vision.cameras.masks import NO_MASKS
from agent.vision.eye import Around, Eye
from agent.vision.said import Said
from agent.vision.senses import Outside
from agent.vision.sensing import sensing
from cli.bench.eyes.child import CpuClock, Row, answer
from cli.bench.proc import rss_mb

SECOND = 1_000_000_000
BEGIN_S = 1000.0  # of the clock; a box has run for a while
TURN_S = 0.02
PICTURE_BYTES = settings.Vision().picture_kb * 1024
AFTER_S = 15.0  # in which what is still open is concluded


class Gate:
    """``seconds`` are those of the film."""

    def __init__(self, direction: str) -> None:
        camera = settings.Camera(
            id="gate", source="folder:/", use=("plates", "codes"), direction=direction
        )
        self.said = list[Said]()
        self._now_ns = int(BEGIN_S * SECOND)
        self._feed = CameraFeed("gate", _never, NO_MASKS, threading.Event())
        self._feed.up, self._feed.opened = True, 1
        names = count(1)
        outside = Outside(
            say=self.said.append, name=lambda _: str(next(names)), picture_bytes=PICTURE_BYTES
        )
        around = Around(say=self.said.append, clock=lambda: self._now_ns)
        self._eye = Eye(camera, self._feed, sensing(camera, outside), around)

    def see(self, frames: Iterable[tuple[str, float]]) -> None:
        seconds = 0.0
        for number, (file, seconds) in enumerate(frames):
            self._wait(seconds)
            self._feed.newest.put(Frame(Path(file).read_bytes(), self._now_ns, number))
            self._eye.turn()
        self._wait(seconds + AFTER_S)
        self._eye.close()

    def _wait(self, seconds: float) -> None:
        """Until then the eye has its turns, and finds no frame."""
        until = int((BEGIN_S + seconds) * SECOND)
        while self._now_ns < until:
            self._now_ns = min(until, self._now_ns + int(TURN_S * SECOND))
            self._eye.turn()


def judge(task: Row) -> Row:
    gate = Gate(task["direction"])
    with CpuClock() as took:
        gate.see(task["frames"])
    events = [
        {"t": each.mono_ns / SECOND - BEGIN_S, **each.data}
        for each in gate.said
        if each.kind == "vehicle_passed"
    ]
    return {"events": events, "rss_mb": rss_mb(os.getpid()), "ms": took.ms / len(task["frames"])}


def _never() -> NoReturn:
    raise AssertionError("the feed of this bench is never started")


if __name__ == "__main__":
    memory.return_early()  # as the worker does
    cv2.setNumThreads(1)
    answer(judge)
    sys.exit(0)
