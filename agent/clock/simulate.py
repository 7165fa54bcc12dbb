"""A clock that plays what a file says, for drills: ``[clock] simulate = "FILE"``.

Never in a real configuration; it is not in the example's defaults, and the agent warns.  The file
is one JSON object, read again whenever it changes::

    {"boot": "drill-1", "mono_offset_ns": 0,
     "sources": {"platform": {"utc": "2036-01-01T00:00:00Z", "error_ms": 20}, "rtc": null}}

``boot`` is the boot id (when the agent starts; a boot id does not change in a boot), absent: the
kernel's.  ``mono_offset_ns`` is added to CLOCK_BOOTTIME, and never takes it back.  A source tells
``utc`` as of the moment when the file was read, and goes on from there; null: it is silent.  A file
that cannot be read leaves everything as it was.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.clock.boot import Boot
from agent.clock.sources import Sample
from agent.model.time import utc_from_text

log = logging.getLogger(__name__)

_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Played:
    """What the file says."""

    boot: str | None = None
    mono_offset_ns: int = 0
    sources: Mapping[str, Sample] = field(default_factory=dict)


class SimulatedBoot:
    """A ``Boot`` over the real one."""

    def __init__(self, file: Path, real: Boot) -> None:
        self._file, self._real = file, real
        self._seen: tuple[int, int] | None = None  # when it was modified, and its inode
        self._played = _Played()
        self._last_ns = self._read_ns = 0
        self.look()
        self.id = self._played.boot or real.id

    def mono_ns(self) -> int:
        now_ns = self._real.mono_ns() + self._played.mono_offset_ns
        self._last_ns = max(self._last_ns, now_ns)
        return self._last_ns

    def look(self) -> None:
        """Read the file if it has changed."""
        try:
            status = self._file.stat()
            seen = (status.st_mtime_ns, status.st_ino)
            if seen == self._seen:
                return
            self._seen = seen
            self._played = _played(json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as why:
            log.warning("%s cannot be played: %s", self._file, why)
            return
        self._read_ns = self._real.mono_ns()

    def sample(self, source: str) -> Sample | None:
        told = self._played.sources.get(source)
        if told is None:
            return None
        return Sample(told.utc_ns + self._real.mono_ns() - self._read_ns, told.error_ns)


class Simulated:
    """One of the sources of the file."""

    def __init__(self, name: str, boot: SimulatedBoot) -> None:
        self.name, self._boot = name, boot

    async def read(self) -> Sample | None:
        self._boot.look()
        return self._boot.sample(self.name)


def _played(told: Mapping[str, Any]) -> _Played:
    sources = {
        name: Sample(utc_from_text(each["utc"]), int(float(each.get("error_ms", 0)) * _MS))
        for name, each in told.get("sources", {}).items()
        if each is not None
    }
    return _Played(told.get("boot"), int(told.get("mono_offset_ns", 0)), sources)
