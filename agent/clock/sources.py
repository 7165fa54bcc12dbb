"""Where the time may come from when we ask for it.

The platform and the modem push theirs (``Clock.offer``); these are pulled by ``keeper``.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sample:
    """It is ``utc_ns`` at the moment of reading, give or take ``error_ns``."""

    utc_ns: int
    error_ns: int = 0


class Source(Protocol):
    @property
    def name(self) -> str:
        """As it stands in ``[clock] sources``."""
        ...

    async def read(self) -> Sample | None:
        """None when it has nothing to say; bounded in time; never raises for the world's sake."""
        ...
