"""Snapshots as JSON values and back, for tools that may be older or newer than the agent."""

import dataclasses
import typing
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")
Plain = Any
"""What ``json`` reads and writes; its shape is the dataclasses' own."""


def to_plain(value: object) -> Plain:
    """Dataclasses become dicts, tuples lists, mappings dicts; the rest stays."""
    if dataclasses.is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], plain: object) -> T:
    """The inverse for one dataclass.  Unknown fields are passed over, absent ones are default.

    ValueError when ``plain`` is no object.  Leaves are taken as they are: both ends are ours.
    """
    if not isinstance(plain, Mapping) or not dataclasses.is_dataclass(kind):
        raise ValueError(f"not a {kind.__name__}: {str(plain)[:80]}")
    hints = typing.get_type_hints(kind)
    known = [f.name for f in dataclasses.fields(kind) if f.name in plain]
    return kind(**{name: _value(hints[name], plain[name]) for name in known})


def _value(hint: Plain, plain: Plain) -> Plain:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, plain)
    origin: object = typing.get_origin(hint)
    if origin is tuple:
        return tuple(_value(typing.get_args(hint)[0], item) for item in plain)
    if origin is Mapping:
        return MappingProxyType(dict(plain))
    return plain
