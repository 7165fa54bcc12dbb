"""The time before which no clock of this box may ever be again."""

from typing import Protocol


class Floor(Protocol):
    """Kept by the journal, so that it survives a power cut."""

    def floor(self) -> int:
        """Nanoseconds since 1970; 0 when nothing is known."""
        ...

    def raise_floor(self, utc_ns: int, /) -> None:
        """Never lowers it.  Returns at once; durable soon."""
        ...


class RamFloor:
    """For a box whose disk is gone, and for tests."""

    def __init__(self, utc_ns: int = 0) -> None:
        self._utc_ns = utc_ns

    def floor(self) -> int:
        return self._utc_ns

    def raise_floor(self, utc_ns: int, /) -> None:
        self._utc_ns = max(self._utc_ns, utc_ns)
