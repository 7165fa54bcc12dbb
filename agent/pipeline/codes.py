"""A list of codes with time windows: the simplest judge of a door.

The list holds SHA-256 sums of the codes, so the configuration opens no door by being read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from annotated_types import Len

from agent.model.messages import Event
from agent.model.time import Stamp, TimeQuality
from agent.pipeline.judge import Reason, Verdict

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WithoutClock = Literal["deny", "allow"]

_PREFIX = 8  # hex digits of an unknown code that are stored: enough to see the same one again


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code.  ``sha256`` is of its bytes, 64 hex digits; without a window it always opens.

    ``not_before`` is the first moment, ``not_after`` the last; without a zone they are local time.
    ``days`` and the hours ``daily_from`` to ``daily_to`` are local time too; hours that end before
    they begin span midnight, and belong to the day on which they began.
    """

    name: Annotated[str, Len(1, 64)]
    sha256: Annotated[str, Len(64, 64)]
    not_before: datetime | None = None
    not_after: datetime | None = None
    days: tuple[Day, ...] = ()  # none: every day
    daily_from: time | None = None
    daily_to: time | None = None

    def __post_init__(self) -> None:
        if not set(self.sha256) <= set("0123456789abcdefABCDEF"):
            raise ValueError("sha256: 64 hex digits 应为 64 位十六进制数")
        if (self.daily_from is None) != (self.daily_to is None):
            raise ValueError("daily_from and daily_to go together 须同时给出")

    @property
    def windowed(self) -> bool:
        return (self.not_before, self.not_after, self.daily_from) != (None,) * 3 or bool(self.days)


class CodeList:
    """A ``Judge``.  ``without_clock`` decides about windows while nobody knows the time."""

    def __init__(self, codes: Sequence[Code], without_clock: WithoutClock, timezone: str) -> None:
        self._codes = {code.sha256.lower(): code for code in codes}
        self._without_clock = without_clock
        self._zone = ZoneInfo(timezone)

    def __call__(self, shown: Event, /) -> Verdict:
        digest = str(shown.data.get("code_sha256", "")).lower()
        code = self._codes.get(digest)
        if code is None:
            return Verdict(Reason.UNKNOWN, digest[:_PREFIX])
        return Verdict(self._reason(code, shown.at), code.name)

    def _reason(self, code: Code, at: Stamp) -> Reason:
        if not code.windowed:
            return Reason.OK
        if at.utc_ns is None or at.tq is TimeQuality.UNTRUSTED:
            return Reason.OK if self._without_clock == "allow" else Reason.NO_CLOCK
        now = datetime.fromtimestamp(at.utc_ns / 1e9, UTC).astimezone(self._zone)
        if code.not_before is not None and now < self._zoned(code.not_before):
            return Reason.NOT_YET
        if code.not_after is not None and now > self._zoned(code.not_after):
            return Reason.EXPIRED
        return Reason.OK if _within_hours(code, now) else Reason.OUTSIDE_HOURS

    def _zoned(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=self._zone) if moment.tzinfo is None else moment


def _within_hours(code: Code, now: datetime) -> bool:
    began = now
    if code.daily_from is not None and code.daily_to is not None:
        clock = now.time()
        overnight = code.daily_to <= code.daily_from
        evening, morning = clock >= code.daily_from, clock < code.daily_to
        if not (evening or morning if overnight else evening and morning):
            return False
        if overnight and not evening:
            began = now - timedelta(days=1)
    return not code.days or _DAYS[began.weekday()] in code.days
