"""What a lock board's driver remembers of its doors, so that each change is told once."""

from agent.drivers.base import Seat
from agent.model.messages import Event
from agent.model.time import Stamp

_KINDS = {True: "lock_opened", False: "lock_closed"}


class Doors:
    """By lock, counted from 1: whether it was open when last seen.  Bounded by the board."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._known: dict[int, bool] = {}

    def news(self, lock: int, *, opened: bool) -> bool:
        """Whether this is not what was known: a change, or the first look."""
        return self._known.get(lock) is not opened

    def told(self, lock: int, at: Stamp, source: str, *, opened: bool) -> Event:
        """``lock_opened`` or ``lock_closed``, and it is known from now on."""
        self._known[lock] = opened
        return Event(
            device=self._seat.device,
            at=at,
            kind=_KINDS[opened],
            data={"channel": lock, "source": source},
            point=self._seat.point,
        )
