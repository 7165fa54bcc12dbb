"""What the kernel counted for a process, all threads (proc(5))."""

import os
from pathlib import Path


def cpu_s(pid: int) -> float:
    """User and system seconds: fields 14 and 15 of stat, after the name in brackets."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def written_bytes(pid: int) -> int:
    """What was caused to go to the storage layer (write_bytes)."""
    lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(": ", 1) for line in lines)["write_bytes"])
