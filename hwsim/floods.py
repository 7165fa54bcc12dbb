"""Frames as fast as somebody wants them, past the baud rate: for benchmarks.

They are rendered beforehand and sent round and round; the truth counts them once a second, since
a line of truth for each would cost more than the frame.
"""

from collections.abc import Sequence

from hwsim.agenda import SECOND
from hwsim.bus import Port
from hwsim.truth import Truth

AT_ONCE = 256  # frames of one write when nothing limits them: about 10 kB
TELL_NS = SECOND


class FloodTap:
    """``per_s`` 0: whatever the host takes."""

    def __init__(
        self, device: str, frames: Sequence[bytes], per_s: float, ends: int, began: int
    ) -> None:
        self.device, self.ends = device, ends
        self._frames, self._per_s, self._began = frames, per_s, began
        self._next, self._rest = 0, b""
        self.sent = self._told = 0
        self._tell_at = began + TELL_NS

    def pour(self, port: Port, now: int, truth: Truth) -> bool:
        """Send what is due; whether the host took all of it (else wait for it to read)."""
        taken = True
        while taken and (due := self._due(now)) > 0:
            taken = self._write(port, due)
            if not self._per_s:
                break  # one round at a time: others want their turn
        if now >= self._tell_at:
            self.tell(truth)
            self._tell_at = now + TELL_NS
        return taken

    def tell(self, truth: Truth) -> None:
        truth.count(self.device, "flooded", self.sent - self._told)
        truth.tell("flooded", {"device": self.device, "frames": self.sent - self._told})
        self._told = self.sent

    def _due(self, now: int) -> int:
        if not self._per_s:
            return AT_ONCE
        return min(AT_ONCE, int((now - self._began) * self._per_s / SECOND) - self.sent)

    def _write(self, port: Port, due: int) -> bool:
        if not self._rest:
            chunk = [self._frames[(self._next + n) % len(self._frames)] for n in range(due)]
            self._rest, self._next = b"".join(chunk), (self._next + due) % len(self._frames)
            self._batch = due
        took = port.write(self._rest)
        self._rest = self._rest[took:]
        if self._rest:
            return False
        self.sent += self._batch
        return True
