"""Who may speak next: the lower number, then the earlier deadline, then who came first."""

import asyncio
import heapq
import itertools
import math

from agent.links.base import LinkDown


class Turns:
    """One turn at a time.  As many wait as there are tasks that ask, one entry each.

    A turn is given back with the moment from which the wire may be spoken on again; who comes
    first is decided at that moment, so a door that rings during the silence is not behind a poll.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[int, float, int, asyncio.Future[None]]] = []
        self._came = itertools.count()
        self._taken = False
        self._silence: asyncio.TimerHandle | None = None
        self._over: str | None = None

    async def take(self, priority: int, deadline: float = math.inf) -> None:
        """Return when it is ours.  ``deadline``: loop time by which it is wanted.

        LinkDown if there will be no more turns.  Cancel as you like."""
        self._check()
        if not self._taken:
            self._taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, deadline, next(self._came), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was ours already, and we are leaving
                self._next()
            raise
        self._check()

    def give(self, at: float) -> None:
        """Hand the turn on at loop time ``at``, or now if that is past."""
        loop = asyncio.get_running_loop()
        if self._over is None and at > loop.time():
            self._silence = loop.call_at(at, self._next)
        else:
            self._next()

    def end(self, why: str) -> None:
        """No more turns: all who wait fail now, all who come later at once."""
        if self._over is None:
            self._over = why
            if self._silence is not None:
                self._silence.cancel()
            for *_, turn in self._waiting:
                _grant(turn)
            self._waiting.clear()

    def _check(self) -> None:
        if self._over is not None:
            raise LinkDown(self._over)

    def _next(self) -> None:
        self._silence = None
        while self._waiting:
            if _grant(heapq.heappop(self._waiting)[-1]):
                return
        self._taken = False


def _grant(turn: asyncio.Future[None]) -> bool:
    if turn.done():  # its asker was cancelled
        return False
    turn.set_result(None)
    return True
