"""When a sensor whose laser wears out is woken, asked, and put to sleep again.

A driver never waits: it asks ``step`` at each poll what is due, and says what it has done.
"""

from enum import Enum, auto

_SECOND = 1_000_000_000
BOOTS_S = 5.0
"""It starts within this time; only then it must answer (Plantower: its fan needs 30 s)."""


class Step(Enum):
    WAKE = auto()
    REST = auto()  # it sleeps, or has only just been woken: it cannot be asked
    WARM = auto()  # it answers, and does not measure well yet
    MEASURE = auto()


class Duty:
    """``period_s`` None: it is never put to sleep.  Times are monotonic nanoseconds."""

    def __init__(self, warm_s: float, period_s: float | None = None) -> None:
        self._warm_ns = round(warm_s * _SECOND)
        self._period_ns = None if period_s is None else round(period_s * _SECOND)
        self._woken_ns: int | None = None
        self._done = False

    def step(self, now_ns: int) -> Step:
        if self._woken_ns is None:
            return Step.WAKE
        awake_ns = now_ns - self._woken_ns
        if self._period_ns is not None and awake_ns >= self._period_ns:
            return Step.WAKE
        if self._done or awake_ns < min(BOOTS_S * _SECOND, self._warm_ns):
            return Step.REST
        return Step.WARM if awake_ns < self._warm_ns else Step.MEASURE

    def woken(self, now_ns: int) -> None:
        self._woken_ns, self._done = now_ns, False

    def measured(self) -> bool:
        """Whether it goes to sleep now."""
        self._done = self._period_ns is not None
        return self._done

    def lost(self) -> None:
        """It did not answer: it may have lost its power, and is woken anew."""
        self._woken_ns = None
