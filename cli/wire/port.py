"""Listening to a port that nobody uses.  Not one byte is sent."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from agent.config.settings import Bus
from agent.links.open import open_link
from cli.wire.recording import Piece


async def listen(bus: Bus, seconds: float | None) -> AsyncIterator[Piece]:
    """LinkDown if it cannot be opened, is in service, or goes away."""
    link = await open_link(bus)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    data = await link.receive()
                    yield Piece(time.clock_gettime_ns(time.CLOCK_BOOTTIME), "device", data)
    finally:
        await link.aclose()
