"""How much may be under way: bytes towards the broker, readings a second into the platform."""

from dataclasses import dataclass

SECOND = 1_000_000_000

MOST_BYTES = 64 * 1024
"""Of blocks that the broker has not taken: half a second at 1 Mbit/s, which is what an alarm
waits at most (docs/protocol.md, section 5)."""

MOST_BLOCKS, MOST_URGENT = 12, 4
"""Messages that the broker has not taken.  With the hello and the state they are less than 20: so
many mosquitto takes (its ``max_inflight_messages``), and a broker of MQTT 5 throws out whoever
sends more than it announced."""


@dataclass(slots=True)
class Window:
    """Messages between ``publish`` and PUBACK, of one kind."""

    most: int
    most_bytes: int | None = None
    count: int = 0
    bytes: int = 0

    def takes(self, size: int) -> bool:
        """A message larger than the window goes when nothing else does."""
        if self.count == 0:
            return True
        fits = self.most_bytes is None or self.bytes + size <= self.most_bytes
        return fits and self.count < self.most

    def put(self, size: int) -> None:
        self.count, self.bytes = self.count + 1, self.bytes + size

    def taken(self, size: int) -> None:
        self.count, self.bytes = self.count - 1, self.bytes - size


class Bucket:
    """Readings a second, with up to one second's worth at once.

    A block is sent when there is anything in the bucket and may leave it in debt: so a block that
    is larger than the rate still goes, and the mean holds.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._level = rate
        self._at_ns = 0

    def set_rate(self, rate: float, now_ns: int) -> None:
        self._fill(now_ns)
        self._rate = rate
        self._level = min(self._level, rate)

    @property
    def rate(self) -> float:
        return self._rate

    def open_ns(self, now_ns: int) -> int:
        """When there is something in it; ``now_ns`` if there is."""
        self._fill(now_ns)
        if self._level > 0:
            return now_ns
        return now_ns + int((1 - self._level) / self._rate * SECOND) + 1

    def take(self, readings: int, now_ns: int) -> None:
        self._fill(now_ns)
        self._level -= readings

    def _fill(self, now_ns: int) -> None:
        gained = (now_ns - self._at_ns) / SECOND * self._rate
        self._level = min(self._level + gained, self._rate)
        self._at_ns = now_ns
