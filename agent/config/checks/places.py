"""Coordinates come in pairs and with their datum: GCJ-02 lies up to 700 m beside CGCS2000."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from agent.config import schema
from agent.config.checks.scope import Scope
from agent.config.faults import Key, show
from agent.config.settings import Site
from agent.config.suggest import near

_DIVISION = re.compile(r"[0-9]{6,12}\Z")  # GB/T 2260: 6; with street and committee: 9 and 12


def check_places(scope: Scope) -> None:
    site = scope.tables.site
    _timezone(scope, site.draft.timezone, (*site.key, "timezone"))
    _place(scope, site.draft.place, (*site.key, "place"))
    for device in scope.sources:
        _place(scope, device.draft.place, (*device.key, "place"))


def _place(scope: Scope, place: schema.Place | None, key: Key) -> None:
    if place is None:
        return
    if place.division is not None and not _DIVISION.match(place.division):
        scope.notes.add((*key, "division"), "division_form", value=show(place.division))
    coordinates = (place.longitude, place.latitude)
    if coordinates.count(None) == 1:
        scope.notes.add(key, "coordinate_missing")
    if coordinates != (None, None) and place.datum is None:
        scope.notes.add(key, "datum_missing")


def _timezone(scope: Scope, name: str | None, key: Key) -> None:
    if name is None or _known(name):
        return
    if _known(Site(gateway="").timezone):  # else this machine has no time zones at all
        meant = near(name, available_timezones())
        scope.notes.add(key, "unknown_timezone", name=name, meant=meant)


def _known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last two: "../x", a directory
        return False
    return True
