"""What a capture holds, frame by frame and wreck by wreck, for ``linli decode``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.drivers.codecs.base import NOISE, Bad, Direction, Got, More, Protocol, Taken, Why

STUB = 2
"""So few bytes behind a wreck belong to it: by themselves they say nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``frame`` (JSON fields) of an accepted frame, else ``why`` not."""

    frame: Mapping[str, object] | None
    why: Why | None


def judge(protocol: Protocol, capture: bytes, direction: Direction | None) -> Iterator[Verdict]:
    """What one capture holds, in order.

    Glued frames are several verdicts, a run of noise is one, and a tail that is cut is truncated.
    A frame that begins within a wreck ends the wreck: noise never hides what stands behind it.
    """
    case = _Case(protocol, capture, direction)
    at, wrecked = 0, False
    while at < len(capture):
        taken = case.look(at)
        if isinstance(taken, Got):
            yield Verdict(protocol.show(taken.frame), None)
            at, wrecked = at + taken.used, False
            continue
        stop, why = case.wreck(at, taken)
        if not (wrecked and case.trails(at, taken)):
            yield Verdict(None, why)
        at, wrecked = stop, True


@dataclass(frozen=True, slots=True)
class _Case:
    protocol: Protocol
    capture: bytes
    direction: Direction | None

    def look(self, at: int) -> Taken[Any]:
        head = self.capture[at : at + self.protocol.most]
        taken = self.protocol.take(head, self.direction)
        if isinstance(taken, More) and self.protocol.end:
            ended = self.protocol.take(head + self.protocol.end, self.direction)
            taken = ended if isinstance(ended, Got) else taken
        return taken

    def wreck(self, at: int, taken: Bad | More) -> tuple[int, Why]:
        """Where the wreck that begins at ``at`` ends, and what it is."""
        size = len(self.capture)
        end = size if isinstance(taken, More) else min(at + taken.used, size)
        for start in range(at + 1, size if self.protocol.holds else end):
            if self._begins(start):
                return start, Why.FORMAT
        if self.protocol.holds is not None:
            return size, self._unmarked(taken, self.protocol.holds(self.capture[at:]))
        return end, taken.why if isinstance(taken, Bad) else Why.TRUNCATED

    def trails(self, at: int, taken: Bad | More) -> bool:
        """Whether this is rather the rest of the wreck before it than one of its own."""
        if isinstance(taken, More):
            return len(self.capture) - at <= STUB or not isinstance(self._inside(at), More)
        return taken is NOISE

    def _unmarked(self, taken: Bad | More, holds: bool) -> Why:
        """No mark tells where the next frame begins: all the rest is one wreck."""
        if isinstance(taken, More):
            return Why.TRUNCATED
        if holds:
            return Why.FORMAT  # nothing was damaged, but no such frame exists
        return Why.CHECKSUM if taken is NOISE else taken.why

    def _begins(self, at: int) -> bool:
        return isinstance(self._inside(at), Got)

    def _inside(self, at: int) -> Taken[Any]:
        inside = self.protocol.inside
        if inside is None:
            return self.look(at)
        return inside(self.capture[at : at + self.protocol.most], self.direction)
