"""An event loop whose clock is held: it jumps to the next timer when nothing else is to do.

What takes a minute on a wire takes a millisecond here, and no test depends on being fast.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
Ready = list[tuple[selectors.SelectorKey, int]]


class Jumping(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Ready:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everybody waits, and nothing will ever happen"
            self.now += timeout
        return ready


class HeldLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def hold(self, seconds: float) -> None:
        self._jumping.now += seconds


def hold(seconds: float) -> None:
    """The whole process is stopped for so long."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, HeldLoop)
    loop.hold(seconds)


def held(main: Coroutine[Any, Any, T]) -> T:
    """Run ``main`` in time of its own, which begins at 0."""
    with asyncio.Runner(loop_factory=HeldLoop) as runner:
        return runner.run(main)


def now() -> float:
    return asyncio.get_running_loop().time()
