"""The one thread that looks: from camera to camera, each in its turn, the newest frame of each."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from agent.vision.eye import Eye

log = logging.getLogger(__name__)

WAIT_S: Final = 0.05  # for the next frame of any camera; time is told to all of them meanwhile


class Loop:
    """``run`` in a thread of its own; the rest is called by another."""

    def __init__(
        self, eyes: Sequence[Eye], arrived: threading.Event, done: Callable[[], None]
    ) -> None:
        """``arrived`` is set whenever a camera has a new frame; ``done``: called when it ends,
        for whatever reason, on its own thread."""
        self.name = "looking"
        self._eyes, self._arrived, self._done = eyes, arrived, done
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._stirred = time.monotonic()
        self.broke = False
        """It ended by an error of ours, which it has logged."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._arrived.set()

    def join(self, seconds: float) -> bool:
        """Whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def idle_s(self) -> float:
        """Since it last came around."""
        return time.monotonic() - self._stirred

    def _run(self) -> None:
        self.broke = True
        try:
            self._look()
            self.broke = False
        finally:
            self._done()

    def _look(self) -> None:
        while not self._stop.is_set():
            self._arrived.wait(WAIT_S)
            self._arrived.clear()
            over = all(eye.feed.ended for eye in self._eyes)  # before the last frame is taken
            looked = [eye.turn() for eye in self._eyes]
            self._stirred = time.monotonic()
            if over and not any(looked) and all(eye.feed.newest.empty for eye in self._eyes):
                break
        for eye in self._eyes:
            eye.close()
