"""From the thread that looks to the loop that posts: bounded, and nobody waits."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from agent.vision.said import Said

log = logging.getLogger(__name__)

MOST: Final = 256
"""Events that wait for the loop; cameras make a few in a second, and pictures are 100 kB each."""


class Outbox:
    def __init__(self, loop: asyncio.AbstractEventLoop, post: Callable[[Said], None]) -> None:
        """``post`` is called on ``loop``."""
        self._loop, self._post = loop, post
        self._waiting: deque[Said] = deque()
        self.dropped = 0

    def say(self, said: Said) -> None:
        """From any one thread, as long as the loop runs."""
        if len(self._waiting) >= MOST:
            self.dropped += 1
            if self.dropped == 1:
                log.error("the loop takes nothing; what is seen is lost 事件丢失")
            return
        self._waiting.append(said)
        self._loop.call_soon_threadsafe(self.flush)

    def flush(self) -> None:
        """On the loop."""
        while self._waiting:
            self._post(self._waiting.popleft())
