"""The way to the platform: encrypted to the world, complete when enabled, keys that can be valid.

Whether the files are there is not asked: a configuration is also checked on another machine, and
before the keys are laid down.  ``Sync`` says which one it misses.
"""

import re
from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.config import schema, settings
from agent.config.checks.scope import Scope
from agent.config.credentials import is_reference
from agent.config.faults import Key, show
from agent.config.tables import Item
from agent.model.places import ID

SYNC_FILES = ("password", "password_file", "ca_file", "cert_file", "key_file")
VALIDITY = ("not_before", "not_after")

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The only hosts without TLS: nobody listens on the way to oneself."""

_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


def check_sync(scope: Scope) -> None:
    sync = scope.tables.sync
    draft = sync.draft
    _needed(scope)
    _url(scope, draft.url, (*sync.key, "url"))
    for name in ("tenant", "shard"):
        value = getattr(draft, name)
        if value is not None and not ID.match(value):
            scope.notes.add((*sync.key, name), "id_form", value=show(value))
    for name in SYNC_FILES:
        _file(scope, getattr(draft, name), (*sync.key, name))
    _pairs(scope)
    _waits(scope)
    _keys(scope)


def _needed(scope: Scope) -> None:
    sync = scope.tables.sync
    for name in ("url", "tenant") if sync.draft.enabled else ():
        if not scope.given(sync, name) and not scope.notes.broken((*sync.key, name)):
            scope.notes.add((*sync.key, name), "missing", name=name)


def _url(scope: Scope, text: str | None, key: Key) -> None:
    """The text is not shown: it may hold a password that somebody put there."""
    if text is None or scope.notes.broken(key):
        return
    url = _split(text)
    if url is not None and url.password:
        scope.notes.add(key, "secret", name="password")
    elif url is None:
        scope.notes.add(key, "url_form")
    elif url.scheme == "mqtt" and url.hostname not in LOOPBACK:
        scope.notes.add(key, "url_plain")


def _split(text: str) -> SplitResult | None:
    """None if it is no address of a broker."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:  # a port that is none, a bracket that is not closed
        return None
    known = url.scheme in {"mqtts", "mqtt"} and port != 0
    bare = not (url.path.strip("/") or url.query or url.fragment)
    if not (known and bare and url.hostname and _HOST.fullmatch(url.hostname)):
        return None
    return url if url.username is None or url.password else None


def _file(scope: Scope, text: str | None, key: Key) -> None:
    if text is not None and not is_reference(text) and not scope.notes.broken(key):
        scope.notes.add(key, "file_form", value=show(text))


def _pairs(scope: Scope) -> None:
    sync, note = scope.tables.sync, scope.notes.add
    for name, other in (("cert_file", "key_file"), ("key_file", "cert_file")):
        if getattr(sync.draft, name) is not None and not scope.given(sync, other):
            note((*sync.key, name), "goes_with", name=name, other=other)
    named, file = sync.draft.password, sync.draft.password_file
    if named is not None and file is not None:
        note((*sync.key, "password_file"), "not_both", name="password_file", other="password")


def _waits(scope: Scope) -> None:
    sync, usual = scope.tables.sync, settings.Sync()
    first, most = sync.draft.first_s or usual.first_s, sync.draft.most_s or usual.most_s
    if first > most:
        key = (*sync.key, "first_s")
        bound = f"{most:g}"
        zh, en = f"不大于 most_s（{bound}）", f"at most most_s ({bound})"
        scope.notes.add(key, "out_of_range", value=show(first), zh=zh, en=en)


def _keys(scope: Scope) -> None:
    """Their ids are their own: a key is no device, and its name is known to the platform."""
    taken: dict[str, int] = {}
    for at, item in enumerate(scope.tables.keys):
        kid, key = item.draft.id, (*item.key, "id")
        if kid is not None and not ID.match(kid):
            scope.notes.add(key, "id_form", value=show(kid))
        elif kid in taken:
            scope.notes.add(key, "id_taken", id=kid, other=f"[[key]] #{taken[kid] + 1}")
        if kid is not None:
            taken.setdefault(kid, at)
        _file(scope, item.draft.file, (*item.key, "file"))
        _validity(scope, item)


def _validity(scope: Scope, item: Item[schema.Key]) -> None:
    first, last = item.draft.not_before, item.draft.not_after
    if first is not None and last is not None and zoned(scope, last) <= zoned(scope, first):
        scope.notes.add((*item.key, "not_after"), "never_valid")


def zoned(scope: Scope, moment: datetime) -> datetime:
    """Without a zone it is local time of the site."""
    if moment.tzinfo is not None:
        return moment
    name = scope.tables.site.draft.timezone or settings.Site(gateway="").timezone
    try:
        return moment.replace(tzinfo=ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # told elsewhere, or no zones here at all
        return moment.replace(tzinfo=UTC)
