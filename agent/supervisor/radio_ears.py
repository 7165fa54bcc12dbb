"""Whether the adapter hears anything at all.  Pure; times are seconds of one clock.

Adapters go deaf: the scan runs, nothing comes, and no error says so.
"""

from enum import Enum, auto
from typing import Final

QUIET_S: Final = 90.0
"""Nothing for so long, and the scan is begun anew; nothing for as long again, and the adapter is
given up.  In a city somebody advertises every second; the number is habluetooth's (const.py)."""


class Hearing(Enum):
    WELL = auto()
    RESCAN = auto()  # begin the scan anew
    DEAF = auto()


class Ears:
    """Made anew with each opening."""

    def __init__(self, now: float) -> None:
        self._count, self._since, self._again = 0, now, False

    def look(self, now: float, count: int) -> Hearing:
        """Call now and then.  ``count`` grows with all that comes from the radio."""
        if count != self._count:
            self._count, self._since, self._again = count, now, False
        elif now - self._since >= QUIET_S:
            self._since, again, self._again = now, self._again, True
            return Hearing.DEAF if again else Hearing.RESCAN
        return Hearing.WELL
