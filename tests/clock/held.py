"""Held time: it moves when the test says so."""

from agent.clock.clock import Clock
from agent.clock.floor import RamFloor
from agent.clock.rules import SECOND, Rules
from agent.model.messages import Event

T = 1_790_000_000 * SECOND
"""A day in September 2026."""
YEAR = 365 * 86_400 * SECOND


class HeldBoot:
    id = "boot-a"

    def __init__(self, seconds: float = 100) -> None:
        self.ns = int(seconds * SECOND)

    def mono_ns(self) -> int:
        return self.ns

    def pass_s(self, seconds: float) -> None:
        self.ns += int(seconds * SECOND)


class Bench:
    """A clock on held time; the true time is ``T`` plus what has passed since 100 s of boot."""

    def __init__(
        self, *sources: str, floor: RamFloor | None = None, holdover_s: float = 1000
    ) -> None:
        self.boot, self.told = HeldBoot(), list[Event]()
        self.floor = RamFloor() if floor is None else floor
        rules = Rules(sources=sources or ("platform", "modem", "rtc"), holdover_s=holdover_s)
        self.clock = Clock(self.boot, rules, "box-1", self.floor, self.told.append)

    @property
    def true_ns(self) -> int:
        return T + self.boot.ns - 100 * SECOND

    def offer(self, source: str, off_s: float = 0, error_s: float = 0) -> list[str]:
        """``source`` tells the true time plus ``off_s``; the kinds of the events this makes."""
        before = len(self.told)
        self.clock.offer(source, self.true_ns + int(off_s * SECOND), int(error_s * SECOND))
        return [event.kind for event in self.told[before:]]

    @property
    def off_s(self) -> float:
        """How far the clock's UTC is from the true time."""
        utc_ns = self.clock.now().utc_ns
        assert utc_ns is not None
        return (utc_ns - self.true_ns) / SECOND
