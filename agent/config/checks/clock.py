"""Where the time comes from; nothing is assumed that a targeted IoT card cannot reach."""

from agent.config import settings
from agent.config.checks.scope import Scope


def check_clock(scope: Scope) -> None:
    clock, note = scope.tables.clock, scope.notes.add
    draft, key = clock.draft, (*clock.key, "sources")
    sources = settings.Clock().sources if draft.sources is None else draft.sources
    for at, name in enumerate(sources):
        if name in sources[:at]:
            note((*key, at), "source_twice", name=name)
    if "ntp" in sources and not draft.ntp and not scope.notes.broken((*clock.key, "ntp")):
        note(key, "ntp_missing")
    if not scope.notes.broken(key):
        for name, value in (("ntp", draft.ntp), ("rtc", draft.rtc)):
            if value and name not in sources:
                note((*clock.key, name), "source_unused", name=name)
