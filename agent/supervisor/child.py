"""A child process: started, fed its errand, asked to go, killed."""

import asyncio
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

GO_S = 5.0
"""How long a worker may take to bring its outputs to rest (2 s), close and go."""


class Child:
    """It shares our stderr, so its log is ours; its stdin ends when we do."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, argv: Sequence[str], errand: str) -> "Child":
        """OSError if it cannot be started."""
        # A session of its own: Ctrl-C in a terminal is for the core, which then says stop.
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=PIPE, stdout=DEVNULL, start_new_session=True
        )
        child = cls(process)
        with suppress(BrokenPipeError, ConnectionResetError):  # it died already: ``gone`` tells
            process.stdin.write(errand.encode() + b"\n")  # type: ignore[union-attr]  # PIPE above
            await process.stdin.drain()  # type: ignore[union-attr]  # same
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    async def gone(self) -> str:
        """Return when it has ended; the word says how."""
        code = await self._process.wait()
        if code == 0:
            return "exited"
        if code == -signal.SIGALRM:  # its own dead man's handle: agent.app.worker
            return "hung"
        return "crashed" if code < 0 else "failed"

    async def kill(self) -> None:
        """With SIGKILL: a process that hangs hears nothing else.  Returns when it is gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def see_off(self) -> None:
        """It was asked to go: give it its time, then kill it."""
        try:
            async with asyncio.timeout(GO_S):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
