"""Is a worker process well?  Judged from its beats, and from how late its loop says it is."""

BEAT_S = 1.0  # a worker says this often that it is there; the core as often what time it is
TICK_S = 0.5  # how often the core looks
HUNG_S = 5.0  # no beat for so long: it blocks, burns or is stopped
BORN_S = 20.0  # until the first beat: an interpreter on a busy Pi takes seconds to start
SLOW_S, SLOW_BEATS = 1.0, 5
"""A loop that is later than a second, five beats in a row, keeps a door waiting (2 s in all, by
GB 50396-2007) although it still beats."""


class Heartbeat:
    """Counts the core's own ticks, not seconds: a core that was held up itself must not take the
    beats that wait unread for missing ones."""

    def __init__(self, hung_s: float = HUNG_S) -> None:
        self._hung_s = hung_s
        self._ticks = 0
        self._beaten = False
        self._late = 0

    def beat(self, lag: float) -> None:
        self._beaten, self._ticks = True, 0
        self._late = self._late + 1 if lag > SLOW_S else 0

    def tick(self) -> str | None:
        """One tick more.  The word for what ails it; None if it is well."""
        self._ticks += 1
        if self._ticks * TICK_S > (self._hung_s if self._beaten else BORN_S):
            return "hung"
        return "slow" if self._late >= SLOW_BEATS else None
