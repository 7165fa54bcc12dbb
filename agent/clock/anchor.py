"""What a source said, and the one saying that the clock stands on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """``offset_ns`` turns this boot's monotonic time into UTC; ``rank`` 0 is the best source."""

    source: str
    rank: int
    offset_ns: int
    error_ns: int
    mono_ns: int  # when it was heard


@dataclass(slots=True)
class Anchor:
    """``sure``: two sources told it, or the best one for a while; the floor may follow it."""

    told: Heard
    confirmed_ns: int  # monotonic
    sure: bool = False

    @property
    def offset_ns(self) -> int:
        return self.told.offset_ns
