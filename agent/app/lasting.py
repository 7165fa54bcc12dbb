"""A task that a bug of ours must not end for good, nor take the doors with it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)

AGAIN_S = 60.0
"""A part that falls each time it starts costs a traceback a minute, and nothing else."""


class Lasting:
    """``make`` is awaited for ever; if it falls, the log says how, and it is begun anew."""

    def __init__(self, name: str, make: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._name, self._make = name, make

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            task = asyncio.create_task(self._make(), name=self._name)
            try:
                await asyncio.wait({task})
            finally:
                task.cancel()
                await asyncio.wait({task})
            if not task.cancelled() and (bug := task.exception()) is not None:
                log.error("%s fell; again in %.0f s", self._name, AGAIN_S, exc_info=bug)
            await asyncio.sleep(AGAIN_S)
