"""The last epoch ever given, in a file of its own: it outlives a database that is lost.

An epoch is one incarnation of the journal.  Numbers are unique within it, so a database that is
begun anew must take an epoch that was never used, even if nothing of the old one can be read.
"""

from pathlib import Path

from agent.store.files import replace

NAME = "epoch"
_MOST_DIGITS = 18


def last_epoch(directory: Path) -> int:
    """0 if none was given yet, or if the file is gone or damaged.  OSError if it cannot be read."""
    try:
        text = (directory / NAME).read_bytes().strip()
    except FileNotFoundError:
        return 0
    return int(text) if text.isdigit() and len(text) <= _MOST_DIGITS else 0


def keep_epoch(directory: Path, epoch: int) -> None:
    """Durable on return: only then may a number of this epoch be given.  OSError."""
    replace(directory / NAME, b"%d\n" % epoch)
