"""Who may pass: the seam between a door and what decides about it.

``allow`` shows every scanned code to a judge and turns the verdict into events and a command.
The list of codes (``agent.pipeline.codes``) is one judge; a check of signed, rotating credentials
is another.  It finds in the event all that it needs: ``raw`` (what was shown, to the byte), the
moment with its quality, and the boot, after which old rotating codes are no longer believed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agent.model.messages import Event


class Reason(StrEnum):
    """Stable words: they stand in stored events and are translated where people read them."""

    OK = "ok"
    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    OUTSIDE_HOURS = "outside_hours"
    NO_CLOCK = "no_clock"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``credential`` is safe to store: a name, or the first digits of a hash; never the code."""

    reason: Reason
    credential: str


class Judge(Protocol):
    def __call__(self, shown: Event, /) -> Verdict:
        """Judge a ``code_scanned``; pure but for what it remembers of earlier ones."""
        ...
