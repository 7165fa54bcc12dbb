"""The system clock, when the kernel itself says that something keeps it: adjtimex(2).

A box that starts in 1970, or at the time of its last shutdown, has a system clock too.  So it is
asked for the kernel's own flag, never judged by how the year looks.
"""

import ctypes
import time
from collections.abc import Callable

from agent.clock.sources import Sample

_TIME_ERROR = 5  # the clock is not synchronised, sys/timex.h
_STA_UNSYNC = 0x0040
_MICRO = 1000


class _Timex(ctypes.Structure):
    """``struct timex`` up to what we read, and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),  # microseconds
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),  # the kernel's structure is 208 bytes in all
    )


def kernel_error_ns() -> int | None:
    """How far the system clock may be off, at most; None while nothing keeps it."""
    timex = _Timex()  # modes 0: only asks
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):  # no such call here
        return None
    if state in {-1, _TIME_ERROR} or timex.status & _STA_UNSYNC:
        return None
    return int(timex.maxerror) * _MICRO


class System:
    name = "system"

    def __init__(self, error_ns: Callable[[], int | None] = kernel_error_ns) -> None:
        self._error_ns = error_ns

    async def read(self) -> Sample | None:
        error_ns = self._error_ns()
        return None if error_ns is None else Sample(time.time_ns(), error_ns)
