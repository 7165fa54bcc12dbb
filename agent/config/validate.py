"""One table of the file against its type: every mistake becomes a fault, the rest is kept.

Values are handed to pydantic as strict JSON: TOML has types, so ``"9600"`` is no number and 1 is no
boolean, while lists may become tuples, and texts paths or names of an enumeration.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from agent.config.catalogue import Minds
from agent.config.faults import Key, Notes, show
from agent.config.suggest import keys_at, near

M = TypeVar("M", bound=BaseModel)

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

_WANTED = {
    "string_type": ("文字（加引号）", "text in quotes"),
    "int_type": ("整数", "a whole number"),
    "int_from_float": ("整数", "a whole number"),
    "float_type": ("数字", "a number"),
    "bool_type": ("true 或 false", "true or false"),
    "tuple_type": ("列表 [ … ]", "a list [ … ]"),
    "list_type": ("列表 [ … ]", "a list [ … ]"),
    "set_type": ("列表 [ … ]", "a list [ … ]"),
    "frozen_set_type": ("列表 [ … ]", "a list [ … ]"),
    "dict_type": ("表 { … }", "a table { … }"),
    "model_type": ("表 { … }", "a table { … }"),
    "dataclass_type": ("表 { … }", "a table { … }"),
    "path_type": ("路径（加引号）", "a path in quotes"),
    "time_type": ("时刻，如 08:00:00", "a time such as 08:00:00"),
    "time_parsing": ("时刻，如 08:00:00", "a time such as 08:00:00"),
    "date_type": ("日期，如 2026-11-24", "a date such as 2026-11-24"),
    "date_parsing": ("日期，如 2026-11-24", "a date such as 2026-11-24"),
    "datetime_type": ("日期和时刻", "a date and time"),
    "datetime_parsing": ("日期和时刻", "a date and time"),
    "finite_number": ("有限的数字", "a finite number"),
}
_BOUNDS = {
    "greater_than": ("大于 {gt}", "more than {gt}"),
    "greater_than_equal": ("不小于 {ge}", "at least {ge}"),
    "less_than": ("小于 {lt}", "less than {lt}"),
    "less_than_equal": ("不大于 {le}", "at most {le}"),
    "multiple_of": ("是 {multiple_of} 的倍数", "a multiple of {multiple_of}"),
}
_LENGTHS = {
    "too_short": ("不少于 {min_length}", "at least {min_length}"),
    "too_long": ("不多于 {max_length}", "at most {max_length}"),
    "string_too_short": ("不少于 {min_length}", "at least {min_length}"),
    "string_too_long": ("不多于 {max_length}", "at most {max_length}"),
}
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")
_CHOICES = ("literal_error", "enum")

Elsewhere = Mapping[str, str]
"""Keys that belong into another table: name -> where."""


def draft(model: type[M], raw: Mapping[str, Any], key: Key, notes: Notes, other: Elsewhere) -> M:
    """``raw`` as a ``model``.  Keys with faults are left out, absent ones stay None."""
    good = {name: value for name, value in raw.items() if not notes.broken((*key, name))}
    try:
        return model.model_validate_json(_json(good))
    except ValidationError as error:
        for detail in _sorted(error):
            _note(detail, model, key, notes, other)
        bad = {detail["loc"][0] for detail in error.errors()}
        return model.model_validate_json(_json({k: v for k, v in good.items() if k not in bad}))


def options(kind: type, raw: Mapping[str, Any], key: Key, notes: Notes) -> object:
    """``raw`` as an instance of the dataclass ``kind``; None (and faults) if it is none."""
    # a dataclass takes no configuration of ours, what it stands in does
    adapter = TypeAdapter(tuple[kind], config=_STRICT)  # type: ignore[valid-type]  # made at run time
    try:
        made: object = adapter.validate_json(_json([raw]))[0]
    except ValidationError as error:
        for detail in _sorted(error):
            inner = {**detail, "loc": detail["loc"][1:]}
            _note(ErrorDetails(**inner), kind, key, notes, {})  # type: ignore[typeddict-item]  # same
        return None
    for wrong in made.wrong() if isinstance(made, Minds) else ():
        notes.add((*key, *wrong.at), "options_unfit", zh=wrong.zh, en=wrong.en)
    return made


def _sorted(error: ValidationError) -> list[ErrorDetails]:
    """Slips first: they excuse what is missing."""
    details = error.errors(include_url=False)
    return sorted(details, key=lambda detail: detail["type"] not in _UNKNOWN)


def _note(detail: ErrorDetails, model: type, key: Key, notes: Notes, other: Elsewhere) -> None:
    loc, kind, value = detail["loc"], detail["type"], show(detail["input"])
    context = {name: _plain(fact) for name, fact in detail.get("ctx", {}).items()}
    add = partial(notes.add, (*key, *loc))
    if kind in _UNKNOWN:
        _note_unknown(model, key, loc, notes, other)
    elif kind in _MISSING:
        if not notes.broken((*key, *loc)):
            add("missing", name=loc[-1])
    elif kind in _WANTED:
        zh, en = _WANTED[kind]
        add("wrong_type", zh=zh, en=en, value=value)
    elif kind in _BOUNDS:
        zh, en = (text.format_map(context) for text in _BOUNDS[kind])
        add("out_of_range", zh=zh, en=en, value=value)
    elif kind in _LENGTHS:
        zh, en = (text.format_map(context) for text in _LENGTHS[kind])
        add("wrong_length", zh=zh, en=en)
    elif kind in _CHOICES:
        choices = re.findall(r"[^\s',]+", str(context["expected"]).replace(" or ", " "))
        meant = near(detail["input"], choices)
        add("not_one_of", value=value, choices=", ".join(choices), meant=meant)
    else:  # what a dataclass checks itself, and whatever pydantic may learn
        add("rule_broken", why=context.get("error", detail["msg"]))


def _note_unknown(model: type, key: Key, loc: Key, notes: Notes, other: Elsewhere) -> None:
    name = str(loc[-1])
    if len(loc) == 1 and name in other:
        notes.add((*key, *loc), "misplaced_key", name=name, where=other[name])
    else:
        meant = near(name, keys_at(model, loc[:-1]))
        notes.add((*key, *loc), "unknown_key", name=name, meant=meant)
        if meant:
            notes.excuse((*key, *loc[:-1], meant))


def _plain(fact: object) -> object:
    """``at least 1``, not ``at least 1.0``."""
    return int(fact) if isinstance(fact, float) and fact.is_integer() else fact


def _json(value: object) -> str:
    return json.dumps(value, default=_moment)


def _moment(value: object) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(f"TOML has no {type(value).__name__}")
