"""A part that falls is begun anew, and one that is told to end ends with all it had begun."""

import asyncio
import logging
from unittest.mock import patch

import pytest

from agent.app import lasting
from agent.app.lasting import Lasting


async def test_what_falls_is_begun_anew(caplog: pytest.LogCaptureFixture) -> None:
    begun = asyncio.Queue[int]()

    async def falls() -> None:
        begun.put_nowait(1)
        raise LookupError("a bug")

    with patch.object(lasting, "AGAIN_S", 0.0), caplog.at_level(logging.ERROR):
        task = asyncio.create_task(Lasting("part", falls).run())
        for _ in range(3):
            await asyncio.wait_for(begun.get(), 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert any("part fell" in record.message for record in caplog.records)


async def test_an_end_reaches_the_part() -> None:
    ended = asyncio.Event()

    async def lasts() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.create_task(Lasting("part", lasts).run())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert ended.is_set()
