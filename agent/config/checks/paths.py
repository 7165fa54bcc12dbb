"""Paths are full ones: a daemon's working directory is nobody's business."""

from agent.config.checks.scope import Scope
from agent.config.faults import show

MOST_SOCKET = 107  # bytes; unix(7): sun_path has 108, one for the end


def check_paths(scope: Scope) -> None:
    tables, note = scope.tables, scope.notes.add
    for key, path in (
        ((*tables.store.key, "dir"), tables.store.draft.dir),
        ((*tables.health.key, "socket"), tables.health.draft.socket),
        ((*tables.clock.key, "rtc"), tables.clock.draft.rtc),
        ((*tables.clock.key, "simulate"), tables.clock.draft.simulate),
    ):
        if path is not None and not path.startswith("/") and not scope.notes.broken(key):
            note(key, "path_form", value=show(path))
    length = len((tables.health.draft.socket or "").encode())
    if length > MOST_SOCKET:
        note((*tables.health.key, "socket"), "socket_long", length=length, most=MOST_SOCKET)
