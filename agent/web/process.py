"""What this process costs the box: memory, processor, and the wear of its card."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc/self")
_PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Cost:
    """``written_bytes`` counts what really went to the storage layer (proc(5), write_bytes);
    None where the kernel was built without it or hides it.
    """

    rss_bytes: int
    cpu_s: float  # user and system, all threads, ended workers included
    written_bytes: int | None


def cost() -> Cost:
    return Cost(_rss(), _cpu(), _written())


def _rss() -> int:
    """Resident pages are the second number of statm (proc(5))."""
    return int((_PROC / "statm").read_text(encoding="ascii").split()[1]) * _PAGE


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _written() -> int | None:
    try:
        lines = (_PROC / "io").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    fields = dict(line.split(": ", 1) for line in lines)
    return int(fields["write_bytes"]) if "write_bytes" in fields else None
