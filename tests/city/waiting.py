"""Waiting for what has no event."""

import asyncio
from collections.abc import Callable

PATIENCE_S = 20.0


async def until(true: Callable[[], bool]) -> None:
    """TimeoutError if it does not come true."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110  # the subject of a test tells nobody
            await asyncio.sleep(0.01)
