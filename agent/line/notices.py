"""What a peer notifies: to whom it goes, and how much of it may wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from agent.line.asking import NoAnswer

MOST = 64
"""Notifications that wait for a driver: a sensor at 50 Hz is more than a second behind by then."""

ECHO_S = 0.5
"""BlueZ tells the value of a read as a notification, over another connection than the answer."""


class Notices(AsyncIterator[bytes]):
    """The end that a driver holds.  ``check`` raises when the link has ended."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._waiting: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._mad = False

    def put(self, data: bytes) -> None:
        if len(self._waiting) < MOST:
            self._waiting.append(data)
        else:
            self._mad = True
        self._news.set()

    def wake(self) -> None:
        """The link has ended: whoever waits looks again."""
        self._news.set()

    async def __anext__(self) -> bytes:
        while True:
            if self._mad:
                raise NoAnswer(f"more than {MOST} notifications wait")
            if self._waiting:
                return self._waiting.popleft()
            self._check()
            self._news.clear()
            await self._news.wait()


class Channel:
    """One characteristic that notifies, and all who listen to it.

    The value of a read that comes as a notification too is dropped once.
    """

    def __init__(self) -> None:
        self.listeners: list[Callable[[bytes], None]] = []
        self._reads = 0
        self._held: list[bytes] = []  # came while a read was under way
        self._echo: bytes | None = None
        self._echo_until = 0.0

    def heard(self, data: bytes) -> None:
        if self._reads and len(self._held) < MOST:
            self._held.append(data)
        elif data == self._echo and _now() < self._echo_until:
            self._echo = None
        else:
            self._pass(data)

    def reading(self) -> None:
        """A read begins."""
        self._reads += 1

    def read(self, value: bytes | None) -> None:
        """It is over; None: it failed."""
        self._reads -= 1
        held, self._held = self._held, []
        if value in held:
            held.remove(value)
        elif value is not None:
            self._echo, self._echo_until = value, _now() + ECHO_S
        for data in held:
            self._pass(data)

    def _pass(self, data: bytes) -> None:
        for listener in tuple(self.listeners):
            listener(data)


def _now() -> float:
    return asyncio.get_running_loop().time()
