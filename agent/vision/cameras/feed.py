"""Keeps one camera going in a thread of its own: open, read, fall, wait, again.

Away is said once and back once, by the same waits as every wire's.  Only the newest frame is kept:
whoever is late gets what is there now, and never a queue of what was.
"""

import logging
import random
import threading
import time
from typing import Final

from agent.supervisor.backoff import Backoff
from agent.vision.cameras.base import CameraGone, CameraRefused, Ended, Opening, Source
from agent.vision.cameras.frame import Frame
from agent.vision.cameras.masks import Masks

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT, HEALTHY = 0.5, 15.0, 30.0
"""Seconds.  A network camera takes 30 to 90 to start; asking it more often does not help it."""

REFUSED_WAIT: Final = 30.0  # at least: cameras lock a user out after some wrong passwords


class Newest:
    """A place for one frame; a newer one takes it.  Any thread may call anything."""

    def __init__(self, arrived: threading.Event) -> None:
        """``arrived`` is set with each frame; several cameras may share one."""
        self._arrived = arrived
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self.missed = 0
        """Frames that nobody took before the next was there."""

    def put(self, frame: Frame) -> None:
        with self._lock:
            self.missed += self._frame is not None
            self._frame = frame
        self._arrived.set()

    @property
    def empty(self) -> bool:
        return self._frame is None

    def take(self) -> Frame | None:
        """What nobody had yet."""
        with self._lock:
            frame, self._frame = self._frame, None
        return frame


class CameraFeed:
    """Everything that is public may be called and read by another thread.

    A thread that hangs in a native call cannot be ended; ``join`` tells, and it is a daemon.
    """

    def __init__(self, name: str, opening: Opening, masks: Masks, arrived: threading.Event) -> None:
        self.name, self._opening, self._masks = name, opening, masks
        self.newest = Newest(arrived)
        self._arrived = arrived
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"camera {name}", daemon=True)
        self._told_away = False
        self.up = False
        """It was opened and has not fallen since."""
        self.why = ""
        """Why it fell last; empty when it never did."""
        self.refused = False
        """It fell last in a way that an installer must mend."""
        self.ended = False
        """It was a recording, and is over."""
        self.opened = 0
        self._stirred = time.monotonic()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; does not wait."""
        self._stop.set()

    def join(self, seconds: float) -> bool:
        """Whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def idle_s(self) -> float:
        """Since a call into the camera last came back; much: it hangs in there."""
        return 0.0 if self.ended else time.monotonic() - self._stirred

    def _run(self) -> None:
        dice = random.Random()  # noqa: S311  # spreads waits, keeps no secret
        backoff = Backoff(dice, first=FIRST_WAIT, longest=LONGEST_WAIT, healthy=HEALTHY)
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._live()
            except Ended:
                self.up, self.ended = False, True
                self._arrived.set()
                return
            except CameraGone as gone:
                self._fell(gone)
            self._stirred = time.monotonic()
            wait = backoff.after(time.monotonic() - began)
            self._stop.wait(max(wait, REFUSED_WAIT) if self.refused else wait)

    def _live(self) -> None:
        """Until CameraGone, Ended, or it is asked to end."""
        source = self._opening()
        try:
            self.up, self.opened = True, self.opened + 1
            self._pass_on(source)
        finally:
            self.up = False
            source.close()

    def _pass_on(self, source: Source) -> None:
        while not self._stop.is_set():
            frame = source.read()
            self._stirred = time.monotonic()
            if frame is None:
                continue
            self._rose()
            frame.hide(self._masks)
            self.newest.put(frame)

    def _rose(self) -> None:
        self.refused = False
        if self._told_away:
            self._told_away = False
            log.info("camera %s is back", self.name)

    def _fell(self, gone: CameraGone) -> None:
        self.why, self.refused = str(gone), isinstance(gone, CameraRefused)
        if not self._told_away:
            self._told_away = True
            log.warning("camera %s is away: %s", self.name, gone)
