"""iBeacons as tags: near, or not near any more (``codecs/ibeacon.py``).

Whoever has heard a beacon once can send the same.  So a tag that is seen never opens anything: it
is no code and no card, and this driver says neither.  That it is silent altogether is
``device_away``, which the supervisor says.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Interval, MaxLen, MinLen, Predicate

from agent.drivers.base import Model, Radio, Seat
from agent.drivers.codecs import ibeacon
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.radio.saying import Says
from agent.line.radio import Advert
from agent.model.messages import Message
from agent.model.time import Stamp

_SMOOTH: Final = 0.3  # of the newest; habluetooth's
_Word = Annotated[int, Interval(ge=0, le=65535)]
_Level = Annotated[int, Interval(ge=-110, le=-20)]


def _is_uuid(text: str) -> bool:
    groups = text.split("-")
    digits = all(sign in "0123456789abcdefABCDEF" for group in groups for sign in group)
    return digits and [len(group) for group in groups] == [8, 4, 4, 4, 12]


@dataclass(frozen=True, slots=True, kw_only=True)
class IBeaconOptions:
    """``uuid``, ``major``, ``minor``: only this one; none: whatever the address says.

    Seen above ``near_dbm``, gone below ``far_dbm`` or after ``gone_s`` of silence.  ``every_s``:
    how often the signal is told.
    """

    uuid: Annotated[str, MinLen(36), MaxLen(36), Predicate(_is_uuid)] | None = None
    major: _Word | None = None
    minor: _Word | None = None
    near_dbm: _Level = -75
    far_dbm: _Level = -85
    gone_s: Annotated[float, Interval(ge=5, le=3600)] = 60.0
    every_s: Annotated[float, Interval(ge=10, le=3600)] = 60.0


class IBeacon:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, IBeaconOptions) else IBeaconOptions()
        self._options, self._says = options, Says(seat)
        self.silence: Final = options.gone_s
        self._near_dbm = max(options.near_dbm, options.far_dbm)
        self._forget()

    def _forget(self) -> None:
        self._level: float | None = None
        self._seen: Stamp | None = None  # since when it is near
        self._told: Stamp | None = None  # when the signal was told
        self._heard: Stamp | None = None

    def sighted(self, advert: Advert, at: Stamp) -> Iterable[Message]:
        if not self._is_it(advert.manufacturer.get(ibeacon.COMPANY, b"")):
            return ()
        if self._heard is None or _since(self._heard, at) > self._options.gone_s:
            self._forget()
        self._heard = at
        if advert.rssi is not None:
            old = self._level
            self._level = advert.rssi if old is None else old + _SMOOTH * (advert.rssi - old)
        return [*self._moved(at), *self._signal(at)]

    def _is_it(self, data: bytes) -> bool:
        taken = ibeacon.take(data, Direction.DEVICE) if data else None
        if not isinstance(taken, Got):
            return False
        own, frame = self._options, taken.frame
        wanted = (own.uuid.upper() if own.uuid else None, own.major, own.minor)
        found = (frame.uuid, frame.major, frame.minor)
        return all(w is None or w == f for w, f in zip(wanted, found, strict=True))

    def _moved(self, at: Stamp) -> Iterator[Message]:
        level = self._level
        if level is None:
            return
        if self._seen is None and level >= self._near_dbm:
            self._seen = at
            yield self._says.event("tag_seen", at, {"rssi": round(level)})
        elif self._seen is not None and level < self._options.far_dbm:
            seconds = round(_since(self._seen, at), 1)
            self._seen = None
            yield self._says.event("tag_gone", at, {"rssi": round(level), "seconds": seconds})

    def _signal(self, at: Stamp) -> Iterator[Message]:
        due = self._told is None or _since(self._told, at) >= self._options.every_s
        if self._level is not None and due:
            self._told = at
            yield self._says.reading("signal", float(round(self._level)), at)


def _since(then: Stamp, at: Stamp) -> float:
    """Seconds; of another boot nothing is known, which is for ever."""
    return (at.mono_ns - then.mono_ns) / 1e9 if then.boot == at.boot else float("inf")


MODEL = Model(
    name="ibeacon",
    build=IBeacon,
    options=IBeaconOptions,
    zh="iBeacon 信标（在场，不用于开门）",
    en="iBeacon tag (presence; it opens nothing)",
    needs_address=True,
    protocol="ibeacon",
    measures=("signal",),
    tells=("tag_seen", "tag_gone"),
    radio=Radio(),
)
