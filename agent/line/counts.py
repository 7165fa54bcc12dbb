"""What a line has seen since it was opened; for metrics and for whoever looks for a bad cable."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    exchanges: int = 0  # questions sent, every attempt counted
    timeouts: int = 0  # of them without an answer
    bytes_in: int = 0  # echoes included
    bytes_out: int = 0
    late_bytes: int = 0  # came after patience had ended, thrown away
    stale_bytes: int = 0  # had lain unread while the process was held, thrown away
    noise_bytes: int = 0  # came during an exchange, and were neither its answer nor our echo
