"""Which boot this is, and how long it has lasted: the two things a box always knows."""

import time
from pathlib import Path
from typing import Protocol

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""A random UUID that the kernel makes once per boot: random(4)."""


class Boot(Protocol):
    """The seam under all time: drills and tests play their own."""

    @property
    def id(self) -> str: ...

    def mono_ns(self) -> int:
        """Nanoseconds since the boot, suspended time included; never goes back."""
        ...


class KernelBoot:
    """CLOCK_BOOTTIME, clock_gettime(2): unlike CLOCK_MONOTONIC it counts suspended time."""

    def __init__(self, boot_id: Path = _BOOT_ID) -> None:
        self.id = boot_id.read_text(encoding="ascii").strip()

    def mono_ns(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
