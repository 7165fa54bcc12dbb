"""The key of a beacon that encrypts."""

from pathlib import Path

from agent.drivers.base import Refused
from agent.drivers.key_files import read_key


def beacon_key(path: Path | None, *sizes: int) -> bytes | Refused | None:
    """None: it does not encrypt.  Refused: it does, and there is no key of one of these sizes.

    A driver keeps that and tells it as a fault: an advertisement cannot be refused to anybody.
    """
    if path is None:
        return None
    no = Refused("no size is allowed")
    for size in sizes:
        try:
            return read_key(path, size)
        except Refused as other:
            no = other
    return no
