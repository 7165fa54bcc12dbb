"""A folder for a simulated world, gone when it is left."""

import os
import tempfile

LONGEST = 48
"""Bytes of the folder that ours is made in.  Sockets stand up to 50 bytes deeper, and a D-Bus
address holds 100 of path (sun_path, unix(7), less what the daemon adds)."""
SHORT = "/tmp"  # noqa: S108  # the folder made in it is ours alone (mkdtemp)


def scratch(what: str) -> tempfile.TemporaryDirectory[str]:
    """``what``: demo, drill, bench.  Under TMPDIR, or under /tmp where that is too long a name."""
    given = tempfile.gettempdir()
    inside = given if len(os.fsencode(given)) <= LONGEST else SHORT
    return tempfile.TemporaryDirectory(prefix=f"linli-{what}-", dir=inside)
