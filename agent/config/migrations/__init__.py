"""How a configuration of an older version becomes one of the present version.

A step is a pure function from a table of version n to one of version n + 1.  Each stands in a file
of its own, ``from_0001.py``, ``from_0002.py``, …, with ``def step(table)``, is never edited once
it was released, and gets one line in STEPS.  The person's file is never rewritten: it is migrated
in memory each time, so an older software can still read its own file after a rollback.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from agent.config.faults import Notes

Table = dict[str, Any]
Step = Callable[[Table], Table]

OLDEST = 1
STEPS: Mapping[int, Step] = MappingProxyType({})
"""By the version they start from: ``{1: from_0001.step, …}``."""

VERSION = "schema_version"


def migrate(table: Table, notes: Notes, steps: Mapping[int, Step] = STEPS) -> Table:
    """``table`` in the present version.  A version that cannot be read stops the notes."""
    current, version = OLDEST + len(steps), table.get(VERSION)
    if notes.broken((VERSION,)):
        return table
    if VERSION not in table:
        notes.add((VERSION,), "missing", name=f"{VERSION} = {current}")
    elif isinstance(version, bool) or not isinstance(version, int):
        notes.add((VERSION,), "schema_version", current=current)
    elif version > current:
        notes.stop((VERSION,), "schema_newer", version=version, current=current)
    elif version < OLDEST:
        notes.stop((VERSION,), "schema_unknown", version=version, oldest=OLDEST)
    else:
        for step in range(version, current):
            table = {**steps[step](table), VERSION: step + 1}
    return table
