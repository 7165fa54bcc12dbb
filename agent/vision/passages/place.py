"""Where a plate is in a frame, and how far two such places are apart."""

from dataclasses import dataclass
from math import hypot, log

from agent.vision.found import Corners


@dataclass(frozen=True, slots=True)
class Place:
    """``x``, ``y``: the middle; all in pixels."""

    x: float
    y: float
    width: float
    height: float

    def apart(self, other: "Place") -> float:
        """Of the middles, in widths of the wider plate."""
        return hypot(self.x - other.x, self.y - other.y) / max(self.width, other.width)

    def grown(self, before: "Place") -> float:
        """The logarithm of how much wider it is now: above 0 if it came nearer."""
        return log(self.width / before.width)

    def shared(self, other: "Place") -> float:
        """Of both upright boxes together, what they share (IoU), 0 to 1."""
        wide = _overlap(self.x, self.width, other.x, other.width)
        high = _overlap(self.y, self.height, other.y, other.height)
        both = wide * high
        return both / (self.width * self.height + other.width * other.height - both)


def of(corners: Corners) -> Place:
    """Its width is along the plate, so that a tilted one is not wider."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    width = (hypot(bx - ax, by - ay) + hypot(cx - dx, cy - dy)) / 2
    height = (hypot(dx - ax, dy - ay) + hypot(cx - bx, cy - by)) / 2
    return Place((ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4, max(width, 1), max(height, 1))


def between(places: list[Place]) -> Place:
    """By its middle values, each for itself: one bad frame of three does no harm.  Not empty."""
    return Place(
        _middle([each.x for each in places]),
        _middle([each.y for each in places]),
        _middle([each.width for each in places]),
        _middle([each.height for each in places]),
    )


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _overlap(one: float, size: float, other: float, other_size: float) -> float:
    left = max(one - size / 2, other - other_size / 2)
    return max(0.0, min(one + size / 2, other + other_size / 2) - left)
