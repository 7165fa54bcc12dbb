"""An event loop whose time jumps to the next thing that is due: hours pass in milliseconds."""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


class JumpingLoop(asyncio.SelectorEventLoop):
    """Nothing really waits, so a test on it neither depends on luck nor on being fast."""

    def __init__(self) -> None:
        self.virtual = 1000.0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.virtual


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(5.0 if timeout is None else 0)
        if not ready and timeout:
            self._loop.virtual += timeout
        return ready


def jumping(
    test: Callable[P, Coroutine[Any, Any, None]],
) -> Callable[P, None]:
    """Run an async test on a loop whose time jumps."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run


async def until(so: Callable[[], bool], within: float = 600.0) -> None:
    """Wait for a condition, looking each virtual millisecond."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not so():
        assert loop.time() < deadline, "it never came to pass"
        await asyncio.sleep(0.001)
