"""A bound on how often one thing may be said in the urgent stream."""

MOST, HOUR_NS = 10, 3600 * 10**9


class Damper:
    """A bucket of ``most`` permits that refills evenly within an hour.

    So no hour ever sees more than ``2 * most``: with 10, a device with a loose plug costs at most
    20 urgent records an hour.  People swap a device or a cable in a handful of changes, which
    all pass.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._per_permit_ns = most, HOUR_NS // most
        self._full_at_ns = 0  # when the bucket would be full again, monotonic

    def allows(self, mono_ns: int) -> bool:
        """Take a permit if there is one."""
        full_at = max(self._full_at_ns, mono_ns) + self._per_permit_ns
        if full_at - mono_ns > self._most * self._per_permit_ns:
            return False
        self._full_at_ns = full_at
        return True
