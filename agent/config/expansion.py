"""``${NAME}`` in every text of the file, wherever it stands."""

from collections.abc import Mapping
from typing import Any

from agent.config.faults import Key, Notes
from agent.config.paths import Unset, expand


def expand_all(table: dict[str, Any], environ: Mapping[str, str], notes: Notes) -> dict[str, Any]:
    """A copy with all variables replaced.  A text whose variable is unset stays, with a fault."""
    return {name: _value(value, (name,), environ, notes) for name, value in table.items()}


def _value(value: object, key: Key, environ: Mapping[str, str], notes: Notes) -> object:
    if isinstance(value, str):
        return _text(value, key, environ, notes)
    if isinstance(value, dict):
        return {name: _value(one, (*key, name), environ, notes) for name, one in value.items()}
    if isinstance(value, list):
        return [_value(one, (*key, at), environ, notes) for at, one in enumerate(value)]
    return value


def _text(text: str, key: Key, environ: Mapping[str, str], notes: Notes) -> str:
    try:
        return expand(text, environ)
    except Unset as unset:
        notes.add(key, "variable_unset" if unset.name else "variable_form", name=unset.name)
        return text
