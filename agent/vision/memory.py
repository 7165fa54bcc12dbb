"""Memory of frames goes back to the system as soon as they are gone.

Each thread has a heap of its own in glibc, which keeps for the next what was freed in large
pieces.  Frames are megabytes, come in one thread and go in another: a process that holds 110 MB
grew to 183 in half a minute of traffic, and with what is set here to 127 (x86-64, 720p, one lane).
"""

import ctypes
from typing import Final

_ARENA_MAX, _TRIM_THRESHOLD, _MMAP_THRESHOLD = -8, -1, -3  # malloc.h, mallopt(3)
LARGE: Final = 2**20  # bytes: from here on a piece is mapped alone, and unmapped when it is freed


def return_early() -> None:
    """Once, before any thread begins.  Does nothing where the C library is not glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_TRIM_THRESHOLD, LARGE)
        mallopt(_MMAP_THRESHOLD, LARGE)
