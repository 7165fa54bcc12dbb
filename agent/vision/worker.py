"""The process of the eyes: a feed for each camera, one thread that looks, one loop that posts.

It ends when it is asked to, when all its cameras were recordings and are over, and, so that systemd
starts it anew, when something hangs in a driver or a library where nobody can stop it.
"""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import cv2

from agent.config import settings
from agent.links.base import LinkDown
from agent.model.messages import Event
from agent.supervisor.sight import CameraState, Recent, socket_of
from agent.vision import memory
from agent.vision.cameras.base import Wanted
from agent.vision.cameras.feed import CameraFeed
from agent.vision.cameras.masks import Masks
from agent.vision.cameras.open import open_source
from agent.vision.eye import Around, Eye
from agent.vision.loop import Loop
from agent.vision.outbox import Outbox
from agent.vision.post import Ears, Post, claim
from agent.vision.said import Said
from agent.vision.senses import Outside, Sense
from agent.vision.view import View, view_of

log = logging.getLogger(__name__)

WELCOME_S: Final = 5.0  # for what the core knows; after that cameras matter more
STOP_S: Final = 8.0  # for all threads together; the unit's TimeoutStopSec is 20
HUNG_S: Final = 180.0  # of a camera's thread: opening and reading are bounded by a tenth of it
STALLED_S: Final = 15.0  # of the thread that looks: a picture that is hard to read takes one
ROUND_S: Final = 2.0  # of the watch over both


class Notifies(Protocol):
    """systemd (agent.app.notify)."""

    def ready(self) -> None: ...

    def fed(self) -> None: ...

    def stopping(self) -> None: ...


class Thread(Protocol):
    """A feed, or the loop."""

    name: str

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def join(self, seconds: float) -> bool: ...


Sensing = Callable[[settings.Camera, Outside], Sequence[Sense]]
"""Makes the senses of a camera, in the process that will use them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What drills and tests replace."""

    sensing: Sensing
    notifier: Notifies


async def run(box: settings.Box, parts: Parts) -> int:
    """The exit code: 0 it was asked to end or is over, 1 it had to.  Claimed if other eyes look;
    LinkDown, OSError where there is no place to meet the core."""
    memory.return_early()
    cv2.setNumThreads(1)
    claimed = claim(socket_of(box.health.socket))
    try:
        worker = Worker(box, parts)
        _on_end(worker.stop)
        return await worker.run()
    finally:
        os.close(claimed)


async def asked_to_end() -> None:
    """Until SIGTERM or SIGINT."""
    end = asyncio.Event()
    _on_end(end.set)
    await end.wait()


def _on_end(act: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, act)


class Worker:
    """Made on a running loop."""

    def __init__(self, box: settings.Box, parts: Parts) -> None:
        self._parts, self._loop = parts, asyncio.get_running_loop()
        socket = socket_of(box.health.socket)
        ears = Ears(states=self._states, loop=self._input, welcomed=self._remember)
        self._post = Post(socket, box.digest, ears)
        self._outbox = Outbox(self._loop, self._tell)
        self._view = _view(view_of(socket))
        self._end = asyncio.Event()
        self._failed = ""
        arrived = threading.Event()
        self._feeds = [_feed(camera, arrived) for camera in box.cameras]
        around = Around(say=self._outbox.say, view=self._view)
        outside = Outside(
            say=self._outbox.say,
            name=self._post.name_passage,  # called by the thread that looks, and by no other
            picture_bytes=box.vision.picture_kb * 1024,
        )
        self._eyes = [
            Eye(camera, feed, parts.sensing(camera, outside), around)
            for camera, feed in zip(box.cameras, self._feeds, strict=True)
        ]
        self._looking = Loop(self._eyes, arrived, self._over)
        self._threads: tuple[Thread, ...] = (self._looking, *self._feeds)

    def stop(self) -> None:
        """Ask it to end."""
        self._end.set()

    async def run(self) -> int:
        tasks = [asyncio.create_task(self._post.run()), asyncio.create_task(self._watch())]
        try:
            await self._post.welcomed(WELCOME_S)
            for thread in self._threads:
                thread.start()
            self._parts.notifier.ready()
            log.info("%d cameras are looked at", len(self._feeds))
            await self._end.wait()
        finally:
            self._parts.notifier.stopping()
            ended = await asyncio.to_thread(self._stop_threads)
            self._outbox.flush()
            await _cancelled(tasks)
            if self._view is not None and self._looking.join(0):
                self._view.close()
        return 0 if ended and not self._failed and not self._looking.broke else 1

    def _stop_threads(self) -> bool:
        """Whether all have ended: first who looks, so that it says what it still can."""
        until = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.stop()
        hang = [thread.name for thread in self._threads if not thread.join(_left(until))]
        if hang:
            log.error("these threads hang and die with the process: %s", ", ".join(hang))
        return not hang

    async def _watch(self) -> None:
        """systemd's watchdog is fed on proof of progress only."""
        while True:
            await asyncio.sleep(ROUND_S)
            hung = [feed.name for feed in self._feeds if feed.idle_s() > HUNG_S]
            if hung:
                self._failed = f"hung: {', '.join(hung)}"
                log.error("cameras hang in their drivers, we start anew: %s", ", ".join(hung))
                self._end.set()
            if self._looking.idle_s() < STALLED_S:
                self._parts.notifier.fed()

    def _over(self) -> None:
        """On the thread that looked."""
        self._loop.call_soon_threadsafe(self._end.set)

    def _states(self) -> dict[str, CameraState]:
        return {eye.id: eye.state() for eye in self._eyes}

    def _input(self, camera: str, active: bool) -> None:
        for eye in self._eyes:
            if eye.id == camera:
                eye.loop(active)

    def _remember(self, recent: Mapping[str, tuple[Recent, ...]]) -> None:
        """The core's times are of its own clock, which drills may shift."""
        here = self._post.stamp(0)
        for eye in self._eyes:
            told = recent.get(eye.id, ())
            eye.remember(
                [
                    (each.plate, each.direction, each.at.mono_ns - here.mono_ns)
                    for each in told
                    if each.at.boot == here.boot
                ]
            )

    def _tell(self, said: Said) -> None:
        event = Event(
            device=said.camera,
            at=self._post.stamp(said.mono_ns),
            kind=said.kind,
            data=said.data,
            point=said.point,
            raw=said.raw,
        )
        self._post.tell(event, said.shots)


def _feed(camera: settings.Camera, arrived: threading.Event) -> CameraFeed:
    wanted = Wanted(fps=camera.fps, username=camera.username, secret=camera.secret)
    opening = partial(open_source, camera.source, wanted)
    return CameraFeed(camera.id, opening, Masks(camera.masks), arrived)


def _view(path: Path) -> View | None:
    """Eyes that nobody can watch look all the same."""
    try:
        return View(path)
    except LinkDown as why:
        log.warning("no live view: %s", why)
        return None


def _left(until: float) -> float:
    return max(0.0, until - time.monotonic())


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
