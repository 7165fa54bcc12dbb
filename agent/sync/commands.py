"""Commands that arrive: judged, handed on, or refused with a word on record.

Anybody who may write to the broker could send forged commands without end.  Each is counted, but
only so many are put on record: the journal is for what happened, not for how often.
"""

import logging

from agent.model.messages import Event
from agent.supervisor.damper import Damper
from agent.sync.counts import Counts
from agent.sync.gate import Accepted, Gate
from agent.sync.link import Arrival
from agent.sync.parts import Parts

log = logging.getLogger(__name__)

TOLD = 30
"""A damper of so many lets at most sixty through in any hour.  An installation that is tried out
makes a handful; more than one a minute is somebody at the lock."""


class Commands:
    """Lives as long as the process; the gate lives with the connection."""

    def __init__(self, parts: Parts, counts: Counts) -> None:
        self._parts, self._counts = parts, counts
        self._damper = Damper(TOLD)
        self._untold = 0

    def take(self, arrival: Arrival, gate: Gate) -> None:
        clock = self._parts.clock
        verdict = gate.judge(
            arrival.payload, clock.now(), clock.floor_ns, retained=arrival.retained
        )
        if isinstance(verdict, Accepted):
            self._counts.accepted += 1
            self._parts.order(verdict.command, verdict.by)
        else:
            self._counts.rejected[verdict.reason] += 1
            self._tell(verdict.id, verdict.reason)

    def _tell(self, name: str | None, reason: str) -> None:
        at = self._parts.clock.now()
        if not self._damper.allows(at.mono_ns):
            self._untold += 1
            return
        log.warning("a command of the platform was refused: %s", reason)
        data: dict[str, str | int | None] = {"id": name, "reason": reason}
        if self._untold:
            data["untold"], self._untold = self._untold, 0
        self._parts.emit(
            Event(device=self._parts.gateway, at=at, kind="command_rejected", data=data)
        )
