"""Says once that a device is away, and once that it is back."""

import logging
from collections.abc import Callable

from agent.model.messages import Event, Fields, Message
from agent.model.time import Now, Stamp
from agent.supervisor.damper import Damper

log = logging.getLogger(__name__)

Emit = Callable[[Message], None]
"""Called on the loop thread; never waits, never raises."""

FIRST = "first"
"""The reason of the first contact since the start, whatever the device's own reason was."""

# Why a device is away.
NO_ANSWER = "no_answer"  # asked, and silent
SILENT = "silent"  # one that talks all the time has stopped
WIRE_DOWN = "wire_down"
DRIVER_BROKE = "driver_broke"
WORKER_DOWN = "worker_down"  # the process that speaks with it is gone

# How it was noticed that it is back.
ANSWERED = "answered"
HEARD = "heard"
WORKER_UP = "worker_up"
WIRE_UP = "wire_up"  # it neither answers nor talks all the time: the wire is all that can be known


class Presence:
    """One device's.  A flapping one is said to flap no more often than its damper allows.

    What is held back is counted in ``damped`` of the next event, and the last word always comes:
    ``settle`` says it as soon as there is a permit again.
    """

    def __init__(self, device: str, emit: Emit, now: Now, damper: Damper | None = None) -> None:
        self._device, self._emit, self._now = device, emit, now
        self._damper = damper or Damper()
        self._said: bool | None = None
        self._damped = 0
        self._met = False
        self.is_here: bool | None = None
        self.reason = ""
        self.since: Stamp | None = None

    def here(self, reason: str = ANSWERED, at: Stamp | None = None) -> None:
        if self.is_here is not True:
            self._turn(here=True, reason=reason if self._met else FIRST, at=at)
            self._met = True

    def away(self, reason: str, at: Stamp | None = None) -> None:
        if self.is_here is not False:
            self._turn(here=False, reason=reason, at=at)

    def settle(self) -> None:
        """Say what was held back, if it may be said now."""
        if self._said is not self.is_here and self._damper.allows(self._now().mono_ns):
            self._say()

    def _turn(self, *, here: bool, reason: str, at: Stamp | None) -> None:
        self.is_here, self.reason, self.since = here, reason, at or self._now()
        if self._said is here:
            return  # it came and went unsaid: what was said last is true again
        if self._damper.allows(self.since.mono_ns):
            self._say()
        else:
            self._damped += 1

    def _say(self) -> None:
        self._said = self.is_here
        word, level = ("back", logging.INFO) if self.is_here else ("away", logging.WARNING)
        log.log(level, "%s is %s (%s)", self._device, word, self.reason)
        data: Fields = {"reason": self.reason}
        if self._damped:
            data = {**data, "damped": self._damped}
        self._damped = 0
        at = self.since or self._now()
        self._emit(Event(device=self._device, at=at, kind=f"device_{word}", data=data))
