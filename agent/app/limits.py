"""What a worker process may take of the box, and how it ends when nobody can end it."""

import contextlib
import faulthandler
import os
import resource
import signal

from agent.supervisor.heartbeat import HUNG_S

DATA_BYTES = 256 * 2**20  # ten times what a worker needs; the box has 1 GB
FILES = 256
NICE = 5  # the core and its doors come first


def be_modest() -> None:
    """Where the kernel or the sandbox forbids a limit, the unit's own limits remain."""
    wanted = (
        (resource.RLIMIT_DATA, DATA_BYTES),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))
    with contextlib.suppress(OSError):
        os.nice(NICE)
    faulthandler.enable()  # a native crash says where


def hold_handle() -> None:
    """A dead man's handle: call it at each beat.

    A loop that no longer comes here says where it hangs, and the kernel then ends the process, by
    SIGALRM, which no driver can hold up; even if there is no core left that would kill it.
    """
    faulthandler.dump_traceback_later(HUNG_S - 1)
    signal.setitimer(signal.ITIMER_REAL, 2 * HUNG_S)
