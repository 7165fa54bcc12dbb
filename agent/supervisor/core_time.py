"""The core's clock in another process."""

import time

from agent.model.time import Stamp, TimeQuality, whole
from agent.supervisor import mail


class CoreTime:
    """Stamps of the core's clock: same boot, same monotonic time, and UTC as it was told last."""

    def __init__(self, boot: str, shift_ns: int) -> None:
        self._boot, self._shift_ns = boot, shift_ns
        self._offset_ns: int | None = None
        self._quality = TimeQuality.UNTRUSTED

    def tell(self, letter: mail.Letter) -> None:
        """KeyError, ValueError."""
        self._offset_ns, self._quality = letter["offset_ns"], TimeQuality(letter["tq"])

    def now(self) -> Stamp:
        return self.at(time.clock_gettime_ns(time.CLOCK_BOOTTIME))

    def at(self, mono_ns: int) -> Stamp:
        """``mono_ns`` of this process's own CLOCK_BOOTTIME."""
        mono_ns = whole(mono_ns + self._shift_ns)
        utc_ns = None if self._offset_ns is None else mono_ns + self._offset_ns
        return Stamp(self._boot, mono_ns, utc_ns, self._quality)
