"""A doubt becomes a fault when it lasts, and is over when it has been gone for long enough."""

from dataclasses import dataclass
from typing import Final, Literal

Change = Literal["fault", "well"]

MOST_STEP_NS: Final = 5_000_000_000
"""What one look can prove of the time before it: frames that did not come prove nothing."""


@dataclass(slots=True)
class Latch:
    """``on_s`` and ``off_s``: how long a doubt, or its absence, must last without a break.

    A fault is told once, and its end once.  None in place of yes or no ("it cannot be told now")
    neither goes on nor breaks off: its time does not count.
    """

    on_s: float
    off_s: float
    standing: bool = False
    since_ns: int = 0
    """When the fault that stands, or stood last, began: where the doubt did."""
    _begun_ns: int | None = None  # when what contradicts ``standing`` began
    _held_ns: int = 0  # how long it has lasted, as far as that was seen
    _last_ns: int | None = None

    def judge(self, doubt: bool | None, mono_ns: int) -> Change | None:
        passed = 0 if self._last_ns is None else max(0, mono_ns - self._last_ns)
        self._last_ns = mono_ns
        if doubt is None:
            return None
        if doubt is self.standing:
            self._held_ns, self._begun_ns = 0, None
            return None
        if self._begun_ns is None:
            self._begun_ns = mono_ns
        else:
            self._held_ns += min(passed, MOST_STEP_NS)
        if self._held_ns < (self.off_s if self.standing else self.on_s) * 1e9:
            return None
        return self._turn(self._begun_ns)

    def _turn(self, begun_ns: int) -> Change:
        self.standing = not self.standing
        if self.standing:
            self.since_ns = begun_ns
        self._held_ns, self._begun_ns = 0, None
        return "fault" if self.standing else "well"
