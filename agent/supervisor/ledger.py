"""The core's side of the mail: each message once, and word back when it is durable."""

import asyncio
from collections.abc import Callable

from agent.supervisor.unacked import RESERVE, WINDOW

REMEMBERED = 4 * (WINDOW + RESERVE)
"""Ids that are known again: all that one worker can have unacknowledged, several times over."""

Id = tuple[bytes, int]  # who, and its own number
Acknowledge = Callable[[bytes, list[int]], bool]


class Ledger:
    """``acknowledge`` is told the ids of one worker at a time, at most once per turn of the loop;
    False if it could not say so, and it is said again with the next."""

    def __init__(self, acknowledge: Acknowledge) -> None:
        self._acknowledge = acknowledge
        self._durable: dict[Id, bool] = {}
        self._owed: dict[bytes, list[int]] = {}
        self._soon = False

    def is_new(self, who: bytes, number: int) -> bool:
        """False for one that came before; it is acknowledged again if it is durable by now."""
        known = self._durable.get((who, number))
        if known is None:
            self._durable[who, number] = False
            if len(self._durable) > REMEMBERED:
                del self._durable[next(iter(self._durable))]
            return True
        if known:
            self._owe(who, number)
        return False

    def durable(self, who: bytes, number: int) -> None:
        if (who, number) in self._durable:
            self._durable[who, number] = True
        self._owe(who, number)

    def forget(self, who: bytes) -> None:
        """That worker is dead: nobody waits for word."""
        self._owed.pop(who, None)

    def flush(self) -> None:
        self._soon = False
        for who, numbers in tuple(self._owed.items()):
            if self._acknowledge(who, numbers):
                del self._owed[who]

    def _owe(self, who: bytes, number: int) -> None:
        owed = self._owed.setdefault(who, [])
        if len(owed) < REMEMBERED:
            owed.append(number)
        if not self._soon:
            self._soon = True
            asyncio.get_running_loop().call_soon(self.flush)
