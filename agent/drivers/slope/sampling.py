"""Asking a slope more often for a while, and less often again: two commands that all know."""

from collections.abc import Iterable

from agent.drivers.base import Refused, Seat
from agent.model.messages import Command, Event, Message, Value
from agent.model.time import Now, Stamp

ACTIONS = ("sample", "relax")
LEAST_S, MOST_S = 0.5, 3600.0
"""Of ``every_s``: no sensor here renews its value sooner, and an hour is no sampling."""

LONGEST_S = 7 * 86_400.0
"""Of ``for_s``: whoever forgets to relax it does not wear out a battery for ever."""


class Sampling:
    """``sample`` (``every_s``, ``for_s``) tightens, ``relax`` ends it.  Forgotten at a restart."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._every: float | None = None
        self._until_ns, self._boot = 0, ""

    def pace(self, at: Stamp) -> float | None:
        """Seconds from poll to poll as a command wants it; None: as usual."""
        if self._every is not None and (at.boot != self._boot or at.mono_ns >= self._until_ns):
            self._every = None
        return self._every

    def obey(self, command: Command, now: Now) -> Iterable[Message]:
        """Refused for anything else, with nothing changed."""
        at = now()
        if command.action == "relax":
            self._every = None
            return [self._event(at, 0.0, 0.0)]
        if command.action != "sample":
            raise Refused(f"a slope sensor cannot {command.action} 边坡传感器没有这个动作")
        every = _seconds(command.args.get("every_s"), LEAST_S, MOST_S, "every_s")
        lasting = _seconds(command.args.get("for_s"), every, LONGEST_S, "for_s")
        self._every, self._boot = every, at.boot
        self._until_ns = at.mono_ns + int(lasting * 1e9)
        return [self._event(at, every, lasting)]

    def _event(self, at: Stamp, every_s: float, for_s: float) -> Event:
        return Event(
            device=self._seat.device,
            at=at,
            kind="sampling_changed",
            data={"every_s": every_s, "for_s": for_s},
            point=self._seat.point,
        )


def _seconds(given: Value, least: float, most: float, name: str) -> float:
    if isinstance(given, int | float) and not isinstance(given, bool) and least <= given <= most:
        return float(given)
    raise Refused(f"{name} must be {least:g} to {most:g} seconds {name} 应在此范围内")
