"""One thread for all that blocks on the store, so that the loop never does."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Desk:
    """Jobs run one at a time, in the order in which they came.

    Its callers bound it: one batch at a time, and as many requests as the HTTP server admits.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def do(self, job: Callable[[], T]) -> T:
        """What ``job`` returns or raises.  A job that has begun is finished even if the caller
        is cancelled."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, job)

    def close(self) -> None:
        """After the job that runs."""
        self._thread.shutdown(cancel_futures=True)
