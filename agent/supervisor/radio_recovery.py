"""Asks for an adapter to be switched off and on, which takes rights that the agent has not.

systemd/linli-bluetooth-recover.path waits for the file and starts what has them
(docs/bluetooth.md).  On a box without that unit the file is just written.
"""

import logging
import math
from pathlib import Path

log = logging.getLogger(__name__)

FIRST_S, LONGEST_S = 60.0, 3600.0
"""Between two asks, doubling: a reset that did not help will not help soon."""

HEALTHY_S = 600.0  # after so long without asking the next time is a first time


class Recovery:
    """``file``: what is written to ask.  Times are seconds of one clock."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._asked, self._wait = -math.inf, FIRST_S

    def ask(self, now: float, port: str) -> bool:
        """True if it was asked now; False if it is too soon, or cannot be asked."""
        since = now - self._asked
        if since < self._wait:
            return False
        self._wait = FIRST_S if since >= self._wait + HEALTHY_S else min(2 * self._wait, LONGEST_S)
        self._asked = now
        try:
            self._file.write_text(f"{port}\n", encoding="ascii")
        except OSError as why:
            log.warning("%s: nobody can be asked to reset it (%s)", port, why)
            return False
        log.warning("%s: asked for a reset", port)
        return True
