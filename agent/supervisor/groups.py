"""What task groups make of errors and of being cancelled.

Two faults of asyncio before Python 3.13 meet here.  A group whose task fails forgets that we were
cancelled meanwhile: ``obey_cancel`` after it remembers.  And a group whose task fails while the
group only waits for its tasks leaves us marked as cancelled: so whoever lives on after a group
awaits something *inside* of it for as long as it lasts.
"""

import asyncio
from collections.abc import Iterator


def obey_cancel() -> None:
    """Call after a group that may have failed; raises if we were cancelled meanwhile."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors themselves, out of groups in groups."""
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from leaves(part)
    else:
        yield error
