"""Options that name a file: ``key_file`` of a driver, and whatever else ends in ``_file``.

Such an option is declared as ``Path | None``.  It is written as a full path or ``credential:NAME``
and arrives as a path.
"""

import dataclasses
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.config.checks.scope import Scope
from agent.config.credentials import is_reference, path_of
from agent.config.faults import Key, Notes, show
from agent.config.secret_keys import CREDENTIAL

_END = "_file"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def resolve(
    given: Mapping[str, Any], key: Key, environ: Mapping[str, str], notes: Notes
) -> dict[str, Any]:
    """``given`` with each reference as the path it means; a fault for what is no reference."""
    return {name: _path(name, one, key, environ, notes) for name, one in given.items()}


def _path(name: str, value: object, key: Key, environ: Mapping[str, str], notes: Notes) -> object:
    if not (name.endswith(_END) and isinstance(value, str)):
        return value
    if is_reference(value):
        return str(path_of(value, environ))
    notes.add((*key, name), "file_form", value=show(value))
    return value


def look_for_files(scope: Scope) -> None:
    """A fault for each file that is not there, or that others than its owner may read.

    systemd lays a credential only when the unit starts, and then says itself what it misses.
    """
    for item in (*scope.tables.devices, *scope.tables.stages):
        given = item.raw.get("options", {})
        for name, path in _files(scope.options[item.key]):
            if not str(given.get(name)).startswith(CREDENTIAL):
                _look(path, (*item.key, "options", name), scope.notes)
    for camera in scope.tables.cameras:
        named, key = camera.draft.password_file, (*camera.key, "password_file")
        if named is not None and not named.startswith(CREDENTIAL) and not scope.notes.broken(key):
            _look(Path(named), key, scope.notes)


def _files(options: object) -> Iterator[tuple[str, Path]]:
    if dataclasses.is_dataclass(options):
        for field in dataclasses.fields(options):
            value = getattr(options, field.name)
            if field.name.endswith(_END) and isinstance(value, Path):
                yield field.name, value


def _look(path: Path, key: Key, notes: Notes) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        notes.add(key, "file_missing", path=path, why=error.strerror)
        return
    if not stat.S_ISREG(mode) or mode & _OTHERS:
        notes.add(key, "file_shared", path=path, mode=f"{stat.S_IMODE(mode):04o}")
