"""Frozen dataclasses out of TOML tables and JSON objects, with every fault named by its key."""

import difflib
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Table = Mapping[str, Any]


class Unfit(Exception):
    """What was written cannot be used.  ``faults``: one ``key: sentence`` each; a person edits."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def make(kind: type[T], table: Table, where: str = "") -> T:
    """An instance of the dataclass ``kind``.  Unfit with all faults of ``table`` at once."""
    hints, faults, values = get_type_hints(kind), list[str](), dict[str, Any]()
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    for key, value in table.items():
        if key not in known:
            faults.append(f"{_at(where, key)}: unknown{meant(key, known)}")
        elif not fits(value, hints[key]):
            faults.append(f"{_at(where, key)}: {value!r} is not {told(hints[key])}")
        else:
            values[key] = as_kind(value, hints[key])
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            faults.append(f"{_at(where, name)}: missing")
    if faults:
        raise Unfit(faults)
    try:
        return kind(**values)
    except ValueError as wrong:
        raise Unfit([f"{where or kind.__name__}: {wrong}"]) from wrong


def meant(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    return f", did you mean {near[0]!r}?" if near else f" (known: {', '.join(sorted(known))})"


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _kinds(hint: object) -> tuple[object, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def fits(value: object, hint: object) -> bool:
    """Whether a TOML or JSON value is of the annotated type; an int may stand for a float."""
    return any(_fits(value, kind) for kind in _kinds(hint))


def _fits(value: object, kind: object) -> bool:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return value in inner
    if origin is tuple:
        return isinstance(value, list) and all(fits(part, inner[0]) for part in value)
    if origin is dict or origin is Mapping:
        return isinstance(value, dict) and all(fits(part, inner[1]) for part in value.values())
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(kind, type) and isinstance(value, kind)


def as_kind(value: object, hint: object) -> object:
    """What ``fits``, in the type that was asked for."""
    if isinstance(value, list) and any(get_origin(kind) is tuple for kind in _kinds(hint)):
        return tuple(value)
    if isinstance(value, int) and not isinstance(value, bool) and float in _kinds(hint):
        return float(value)
    return value


_WORDS: Mapping[object, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
}


def told(hint: object) -> str:
    """A type in the words of somebody who writes a scenario."""
    words = []
    for kind in _kinds(hint):
        if get_origin(kind) is Literal:
            words.append("one of " + ", ".join(map(str, get_args(kind))))
        elif get_origin(kind) is tuple:
            words.append(f"a list, each {told(get_args(kind)[0])}")
        elif get_origin(kind) in (dict, Mapping):
            words.append("a table")
        elif kind is not type(None):
            words.append(_WORDS.get(kind, str(kind)))
    return " or ".join(words)
