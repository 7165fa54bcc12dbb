"""What a person may have meant."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

from pydantic import BaseModel

from agent.config.faults import Key


def near(name: object, names: Iterable[str]) -> str | None:
    """The one of ``names`` that looks most like ``name``; None if none does."""
    found = difflib.get_close_matches(str(name), list(names), n=1)
    return found[0] if found else None


def keys_at(model: type, key: Key) -> frozenset[str]:
    """The keys that may stand in the table at ``key`` inside a table of type ``model``."""
    levels = list(_tables(model))
    for name in key:
        if any(name in keys(level) for level in levels):  # else an index, or a name in a mapping
            levels = [inner for level in levels for inner in _inside(level, str(name))]
    return frozenset(name for level in levels for name in keys(level))


def keys(table: type) -> tuple[str, ...]:
    """The keys of one type of table: a pydantic model, or a dataclass."""
    if issubclass(table, BaseModel):
        return tuple(table.model_fields)
    return tuple(field.name for field in fields(table)) if is_dataclass(table) else ()


def inner_tables(model: type) -> Iterator[tuple[str, type]]:
    """The tables that stand inside a table of type ``model``: key and type."""
    for name in keys(model):
        for table in _inside(model, name):
            yield name, table


def _inside(table: type, name: str) -> Iterator[type]:
    if name in keys(table):
        yield from _tables(get_type_hints(table)[name])


def _tables(hint: object) -> Iterator[type]:
    """The types of tables that a type is made of: ``tuple[Output, ...] | None`` has Output."""
    if isinstance(hint, type) and (issubclass(hint, BaseModel) or is_dataclass(hint)):
        yield hint
    for inner in get_args(hint):
        yield from _tables(inner)
