"""What the configuration says about time, and the constants beside it."""

from dataclasses import dataclass

SECOND = 1_000_000_000
HOUR = 3600 * SECOND

EARLIEST_NS = 1_767_225_600 * SECOND
"""2026-01-01: this program did not exist before, so no time before it is true."""

LATEST_NS = 4_102_444_800 * SECOND
"""2100-01-01: a source that tells more has overflowed."""

TINY_NS = SECOND // 10
"""A correction under this is none: a crystal of 50 ppm needs half an hour to drift so far."""

STANDS_NS = 600 * SECOND
"""So long the best source alone must stand by a time before the durable floor follows it: longer
than a server that came up with a wrong clock takes to be set right."""

DRIFT = 1e-4
"""The most that the monotonic clock strays: twice the 50 ppm of a cheap crystal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``[clock]`` of the configuration.  ``sources``: best first; others are not listened to."""

    sources: tuple[str, ...]
    disagree_s: float = 2.0
    holdover_s: float = 86_400.0
