"""One camera's way from a frame to what is said of it.

Most of the time there is a thumbnail, five times a second, and nothing moves on it.  When something
does, or an input says that a vehicle is there, frames are unpacked and read at the camera's own
pace, until it has been still for a while.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from agent.config import settings
from agent.supervisor.sight import CameraState
from agent.vision.cameras.feed import CameraFeed
from agent.vision.cameras.frame import THUMB, Frame, now_ns
from agent.vision.cameras.masks import Region
from agent.vision.health.camera import CameraHealth, Told
from agent.vision.passages.trigger import Motion, Trigger
from agent.vision.pictures import Picture, Unreadable
from agent.vision.said import Said, Say
from agent.vision.senses import Before, Found, Sense

log = logging.getLogger(__name__)

SECOND: Final = 1_000_000_000
IDLE_FPS: Final = 5.0  # a car at 30 km/h comes 1.7 m nearer between two looks
GLANCE_S: Final = 2.0  # so often it looks closely where nothing moves: a code may hang there
LINGERS_S: Final = 3.0  # after the last motion: a phone held still, a car that waits
TICK_S: Final = 1.0
SMOOTH: Final = 0.1  # of the latest, in what is told of times and rates


class Shows(Protocol):
    """agent.vision.view"""

    def wanted(self, camera: str) -> bool: ...

    def picture(self, camera: str, picture: Picture, found: Found) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """``clock``: CLOCK_BOOTTIME in nanoseconds."""

    say: Say
    clock: Callable[[], int] = now_ns
    view: Shows | None = None


@dataclass(slots=True)
class Counts:
    frames: int = 0  # looked at
    broken: int = 0  # that could not be unpacked
    reads: int = 0  # plates and codes
    cpu_ms: float = 0.0
    gap_s: float = 0.0  # between two that were looked at


class Eye:
    """All calls on the loop's thread; ``state``, ``loop`` and ``remember`` on any."""

    def __init__(
        self, camera: settings.Camera, feed: CameraFeed, senses: Sequence[Sense], around: Around
    ) -> None:
        self.id, self.feed = camera.id, feed
        self._camera, self._senses, self._around = camera, senses, around
        self._trigger = Trigger(Region(camera.region).stencil(*THUMB))
        self._health = CameraHealth(around.clock())
        self._input: bool | None = None  # news of the loop, from another thread
        self._before: tuple[Before, ...] = ()  # the same
        self._busy_ns = self._due_ns = self._ticked_ns = self._glanced_ns = self._last_ns = 0
        self._openings = 0  # of the feed, when its last frame came
        self.counts = Counts()

    def state(self) -> CameraState:
        counts, fault = self.counts, self._health.fault
        return CameraState(
            up=self.feed.up and counts.frames > 0 and fault not in {"gone", "stuck"},
            fault=fault,
            fps=round(1 / counts.gap_s, 1) if counts.gap_s else 0.0,
            frames=counts.frames,
            reads=counts.reads,
            cpu_ms=round(counts.cpu_ms, 1),
        )

    def loop(self, active: bool) -> None:
        """An input says that a vehicle is there, or is not any more."""
        self._input = active

    def remember(self, before: Sequence[Before]) -> None:
        """What was told before we were there, oldest first, and need not be told again."""
        self._before = tuple(before)

    def turn(self) -> bool:
        """Look at the newest frame if it is time for one; whether there was any."""
        now = self._around.clock()
        self._tick(now)
        frame = self.feed.newest.take() if now >= self._due_ns else None
        if frame is None:
            return False
        try:
            self._look(frame)
        except Unreadable as why:
            self.counts.broken += 1
            log.debug("camera %s: %s", self.id, why)
        fps = self._camera.fps if self._is_busy(now) else min(IDLE_FPS, self._camera.fps)
        self._due_ns = now + int(SECOND / fps)
        self._count(now, self._around.clock())
        return True

    def close(self) -> None:
        """There will be no more frames."""
        for sense in self._senses:
            sense.close(self._around.clock())

    def _tick(self, now: int) -> None:
        news, self._input = self._input, None
        if news is not None:
            self._trigger.loop(active=news, mono_ns=now)
            self._busy_ns = now
        before, self._before = self._before, ()
        for sense in self._senses if before else ():
            sense.remember(before)
        if now - self._ticked_ns < TICK_S * SECOND:
            return
        self._ticked_ns = now
        there = self.feed.up or self.feed.opened > self._openings
        self._tell(self._health.passed(now, there=there), now)
        for sense in self._senses:
            sense.passed(now)

    def _look(self, frame: Frame) -> None:
        """Unreadable."""
        thumb, now = frame.thumb(), frame.mono_ns
        self._openings = self.feed.opened
        motion = self._trigger.see(thumb, now)
        if motion.active:
            self._busy_ns = now
        self._examine(frame, thumb)
        found = Found()
        if self._is_busy(now) or now - self._glanced_ns >= GLANCE_S * SECOND:
            self._glanced_ns = now
            found = self._see(frame, motion)
        view = self._around.view
        if view is not None and view.wanted(self.id):
            view.picture(self.id, frame.picture, found)

    def _examine(self, frame: Frame, thumb: Picture) -> None:
        health, now = self._health, frame.mono_ns
        self._tell(health.saw(thumb, now), now)
        if health.wants_close(now):
            self._tell(health.saw_close(frame.half(), now), now)

    def _is_busy(self, now: int) -> bool:
        """Something moves, was seen, or is said to be there, or did a moment ago."""
        return now - self._busy_ns < LINGERS_S * SECOND

    def _see(self, frame: Frame, motion: Motion) -> Found:
        found = [sense.see(frame, motion) for sense in self._senses]
        plates = tuple(plate for each in found for plate in each.plates)
        codes = tuple(code for each in found for code in each.codes)
        if plates or codes:
            self._busy_ns = frame.mono_ns
        self.counts.reads += len(plates) + len(codes)
        return Found(plates, codes)

    def _tell(self, told: Iterable[Told], mono_ns: int) -> None:
        for each in told:
            if each.fault != "gone":  # which its feed has said
                log.warning("camera %s: %s%s", self.id, each.fault, " is over" if each.well else "")
            more = {"seconds": round(each.seconds, 1)} if each.well else {}
            self._around.say(
                Said(
                    camera=self.id,
                    kind="camera_well" if each.well else "camera_fault",
                    mono_ns=mono_ns,
                    data={"fault": each.fault, **more},
                    point=self._camera.point,
                )
            )

    def _count(self, began_ns: int, now: int) -> None:
        counts = self.counts
        counts.frames += 1
        counts.cpu_ms += SMOOTH * ((now - began_ns) / 1e6 - counts.cpu_ms)
        if self._last_ns:
            counts.gap_s += SMOOTH * ((now - self._last_ns) / SECOND - counts.gap_s)
        self._last_ns = now
