"""What was heard a moment ago.  An advertisement is sent many times, and tells one thing once."""

from collections import OrderedDict
from typing import Final

from agent.model.time import Stamp

REPEAT_S: Final = 30.0
"""Heard again within so long of the last time it is the same one; makers repeat for seconds."""

MOST: Final = 16
"""A lock tells three things at once, and repeats them by turns."""

HOUR_NS: Final = 3600 * 10**9


class Recent:
    """Marks of what was heard of one device."""

    def __init__(self) -> None:
        self._last: OrderedDict[bytes, int] = OrderedDict()
        self._boot = ""

    def is_new(self, mark: bytes, at: Stamp) -> bool:
        """Whether it was not heard for ``REPEAT_S``; now it was."""
        if at.boot != self._boot:
            self._last.clear()
            self._boot = at.boot
        before = self._last.pop(mark, None)
        self._last[mark] = at.mono_ns
        if len(self._last) > MOST:
            self._last.popitem(last=False)
        return before is None or at.mono_ns - before > REPEAT_S * 1e9


class Seldom:
    """Anybody can make a device seem ill, as often as he likes: each fault is told once an hour."""

    def __init__(self) -> None:
        self._told: dict[str, Stamp] = {}

    def may(self, fault: str, at: Stamp) -> bool:
        """``fault``: one of a few words of our own."""
        last = self._told.get(fault)
        if last is not None and last.boot == at.boot and at.mono_ns - last.mono_ns < HOUR_NS:
            return False
        self._told[fault] = at
        return True
