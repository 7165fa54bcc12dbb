"""``thin``: keeps what a curve and a weighing need of a fast stream, and drops the rest.

Of every run of two or more equal readings the first ``keep`` stay, and more until ``keep_s`` of
the run are covered; after that one reading every ``every_s`` shows that the device lives.  Values
that move from reading to reading stay at most every ``gap_s``.

Why a weighing never changes (``settle(thin(x)) == settle(x)``, stamps and all): ``settle``
decides within the first readings of a run, and all of those stay.  Two runs are never joined: a
lone value between two runs of the same value stays.  A lone value may be dropped, since one
reading settles nothing.  That one is lone is known only when the next one comes: it waits in
``_Track.held`` until then, and so may leave one reading late.

Readings that are suspect or invalid: the first of each run of the same quality stays, then one
every ``every_s``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from annotated_types import Ge, Interval

from agent.model.kept import kept
from agent.model.messages import Message, Quality, Reading
from agent.model.quantities import QUANTITIES
from agent.pipeline.base import Post
from agent.pipeline.runs import broken

_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinOptions:
    """``keep`` and ``keep_s`` must reach those of every ``settle`` that shares an input.

    ``deadband`` by quantity, in its unit: a value this near to the first of the run counts as
    equal.  Weight has none: a weighing counts equal readings, and they must be equal.
    """

    keep: Annotated[int, Interval(ge=2, le=1000)] = 5
    keep_s: Annotated[float, Interval(ge=0, le=60)] = 1.0
    gap_s: Annotated[float, Interval(ge=0, le=3600)] = 1.0
    every_s: Annotated[float, Interval(ge=1, le=86_400)] = 60.0
    deadband: Mapping[str, Annotated[float, Ge(0)]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for quantity in self.deadband:
            if quantity not in QUANTITIES:
                raise ValueError(f"deadband: no quantity {quantity} 没有这个量")
        if self.deadband.get("weight"):
            raise ValueError("deadband: weight has none, or weighings would change 重量不设死区")
        object.__setattr__(self, "deadband", MappingProxyType(dict(self.deadband)))


@dataclass(slots=True)
class _Track:
    """One series.  ``sent_value``: of the last reading that left, None if it was not good."""

    boot: str = ""
    value: float = 0.0  # the first of the run
    quality: Quality | None = None  # None: no run yet
    count: int = 0
    first_ns: int = 0
    full: bool = False  # the run has given all that a weighing needs
    sent_ns: int = 0
    sent_value: float | None = None
    held: Reading | None = None  # within ``gap_s`` of the last that left; lone, or a run's first


class Thin:
    def __init__(self, options: ThinOptions) -> None:
        self._keep = options.keep
        self._keep_ns = int(options.keep_s * _SECOND)
        self._gap_ns = int(options.gap_s * _SECOND)
        self._every_ns = int(options.every_s * _SECOND)
        self._bands = dict(options.deadband)
        self._tracks: dict[tuple[str, str | None, str], _Track] = {}

    def __call__(self, message: Message, /) -> Sequence[Message]:
        if not isinstance(message, Reading):
            return (*self._broken(message), message)
        key = (message.device, message.point, message.quantity)
        track = self._tracks.get(key)
        if track is None:
            track = self._tracks[key] = _Track()
        value = kept(message.quantity, message.value)
        if track.boot == message.at.boot and self._continues(track, message, value):
            return self._further(track, message, value)
        return self._first(track, message, value)

    def _continues(self, track: _Track, reading: Reading, value: float) -> bool:
        if track.quality is not reading.quality:
            return False
        if reading.quality is not Quality.GOOD or track.value == value:
            return True
        band = self._bands.get(reading.quantity, 0.0)
        return band > 0 and abs(value - track.value) <= band

    def _further(self, track: _Track, reading: Reading, value: float) -> Sequence[Message]:
        """One more of the same."""
        now = reading.at.mono_ns
        track.count += 1
        if track.quality is not Quality.GOOD or track.full:
            if now - track.sent_ns < self._every_ns:
                return ()
            track.sent_ns = now
            return (reading,)
        track.full = track.count >= self._keep and now - track.first_ns >= self._keep_ns
        track.sent_ns, track.sent_value = now, value
        if track.held is None:
            return (reading,)
        held, track.held = track.held, None
        return (held, reading)

    def _first(self, track: _Track, reading: Reading, value: float) -> Sequence[Message]:
        """The first of a run, or lone."""
        now, good, held = reading.at.mono_ns, reading.quality is Quality.GOOD, track.held
        track.held = None
        if track.boot != reading.at.boot:
            track.boot, track.quality, track.sent_value = reading.at.boot, None, None
        elif held is not None and not (good and value == track.sent_value):
            held = None  # lone, and nothing joins up when it goes
        elif held is not None:
            track.sent_ns, track.sent_value = held.at.mono_ns, kept(held.quantity, held.value)
        soon = track.quality is not None and now - track.sent_ns < self._gap_ns
        track.value, track.quality, track.first_ns = value, reading.quality, now
        track.count, track.full = 1, False
        if good and soon:
            track.held = reading
            return () if held is None else (held,)
        track.sent_ns, track.sent_value = now, value if good else None
        return (reading,) if held is None else (held, reading)

    def _broken(self, message: Message) -> Sequence[Message]:
        """The device's runs end here; what was held is the last that is known of it."""
        device = broken(message)
        tracks = [track for key, track in self._tracks.items() if key[0] == device]
        held = [track.held for track in tracks if track.held is not None]
        for track in tracks:
            track.held, track.quality, track.sent_value = None, None, None
        return held


def build(post: Post) -> Thin:
    return Thin(post.options)
