"""How long to wait before the next connection: fast for one box, no herd for five thousand.

A connection that was healthy and falls is tried again at once and then every U(0, first) seconds,
for the first two minutes: that is a modem which changes its cell.  After that, and after one that
never became healthy, each wait is U(0, step) with a step that doubles ("full jitter").

When a whole city comes back at the same moment nobody's dice help for the first attempt.  So it is
moved by a share of the fleet's own length that is fixed for this box.  Pure: chance comes in.
"""

import hashlib
import random
from dataclasses import dataclass

from agent.sync.wire import Retry

HANDSHAKES = 200
"""A second that a broker of modest size takes: measured models of 5000 boxes behind one broker stay
without a retry at this rate, and collapse when all come within a second."""

MOST_SPREAD_S = 60.0  # a person who repairs a line waits no longer than a minute


@dataclass(slots=True)
class Reconnect:
    """``rule`` may be replaced while it runs: the platform's word counts more than the file."""

    gateway: str
    rule: Retry
    dice: random.Random
    fleet: int = 1  # boxes there are, as far as the platform has told
    _step: float = 0.0
    _fell_s: float | None = None  # when a healthy connection fell; None: there was none

    def wait(self, now_s: float, lasted_s: float | None) -> float:
        """Seconds to wait at ``now_s``.  ``lasted_s``: of the connection that has just ended, None
        if none came about."""
        if lasted_s is not None and lasted_s >= self.rule.healthy_s:
            self._fell_s, self._step = now_s, 0.0
            return self._spread() + self.dice.uniform(0, self.rule.first_s)
        if self._fell_s is not None and now_s - self._fell_s < self.rule.for_s + self._spread():
            return self.dice.uniform(0, self.rule.first_s)
        self._step = min(max(2 * self._step, self.rule.first_s), self.rule.most_s)
        return self.dice.uniform(0, self._step)

    def _spread(self) -> float:
        digest = hashlib.sha256(self.gateway.encode()).digest()
        share = int.from_bytes(digest[:8]) / 2**64
        return share * min((self.fleet - 1) / HANDSHAKES, MOST_SPREAD_S)
