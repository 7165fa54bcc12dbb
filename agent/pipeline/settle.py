"""``settle``: one weighing for each load that comes to rest on a scale.

A value is settled when ``frames`` equal good readings in a row span at least ``hold_s``; a scale's
frame has at best a weak check, so a single one is never believed.  A settled value under
``empty_kg`` arms the stage; the next settled value of ``min_kg`` or more is the weighing, and
disarms it.  So there is one weighing per load, an empty pan between two weighings, and no second
weighing when a load changes without the pan having been empty: whoever adds a bag lifts it off
first.  Overloaded or moving scales say so (quality), and such readings end a run.

Disarmed at the start and after a restart of the box: a load that lies there may have been weighed
already.  ``zero_first = false`` begins armed instead.

The event's moment is that of the reading that settled it.  ``thin`` keeps every reading that
could be it (see there), so a replay of what was stored comes to the same weighings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Interval

from agent.model.kept import kept
from agent.model.messages import Event, Message, Quality, Reading
from agent.pipeline.base import Post
from agent.pipeline.runs import broken

_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleOptions:
    """``hold_s``: a scale that has no stable flag must rest a second; our strictest reading of it.

    ``min_kg``: at least the scale's own Min (20 e for a class III scale, OIML R 76-1, 3.2).
    """

    frames: Annotated[int, Interval(ge=2, le=1000)] = 5
    hold_s: Annotated[float, Interval(ge=0, le=60)] = 1.0
    empty_kg: Annotated[float, Gt(0)] = 0.05
    min_kg: Annotated[float, Gt(0)] = 0.1
    zero_first: bool = True

    def __post_init__(self) -> None:
        if self.min_kg < self.empty_kg:
            raise ValueError("min_kg is below empty_kg 最小称量低于空秤阈值")


@dataclass(slots=True)
class _Pan:
    armed: bool
    boot: str = ""
    value: float = 0.0
    frames: int = 0  # of the run; 0: no run
    first_ns: int = 0
    decided: bool = False


class Settle:
    def __init__(self, stage: str, options: SettleOptions) -> None:
        self._stage, self._options = stage, options
        self._frames, self._hold_ns = options.frames, int(options.hold_s * _SECOND)
        self._pans: dict[tuple[str, str | None], _Pan] = {}

    def __call__(self, message: Message, /) -> Sequence[Message]:
        if not isinstance(message, Reading):
            self._broken(message)
            return (message,)
        if message.quantity != "weight":
            return (message,)
        key = (message.device, message.point)
        pan = self._pans.get(key)
        if pan is None or pan.boot != message.at.boot:
            pan = self._pans[key] = _Pan(not self._options.zero_first, message.at.boot)
        if self._settled(pan, message) and self._weighed(pan):
            return (message, self._weighing(pan, message))
        return (message,)

    def _broken(self, message: Message) -> None:
        device = broken(message)
        for key, pan in self._pans.items():
            if key[0] == device:
                pan.frames = 0

    def _settled(self, pan: _Pan, reading: Reading) -> bool:
        """True once per run, at the reading that settles it."""
        if reading.quality is not Quality.GOOD:
            pan.frames = 0
            return False
        value = kept("weight", reading.value)
        if pan.frames and value == pan.value:
            pan.frames += 1
        else:
            pan.value, pan.frames, pan.decided = value, 1, False
            pan.first_ns = reading.at.mono_ns
        if pan.decided or pan.frames < self._frames:
            return False
        pan.decided = reading.at.mono_ns - pan.first_ns >= self._hold_ns
        return pan.decided

    def _weighed(self, pan: _Pan) -> bool:
        if pan.value < self._options.empty_kg:
            pan.armed = True
            return False
        if not pan.armed or pan.value < self._options.min_kg:
            return False
        pan.armed = False
        return True

    def _weighing(self, pan: _Pan, reading: Reading) -> Event:
        span_ns = reading.at.mono_ns - pan.first_ns
        return Event(
            device=reading.device,
            at=reading.at,
            kind="weighing",
            data={
                "weight": pan.value,
                "unit": "kg",
                "frames": pan.frames,
                "seconds": round(span_ns / _SECOND, 3),
            },
            point=reading.point,
            by=self._stage,
        )


def build(post: Post) -> Settle:
    return Settle(post.stage, post.options)
