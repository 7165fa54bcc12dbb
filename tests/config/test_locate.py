"""The line of every key, in every way that TOML has to write one."""

import tomllib
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config.faults import Key
from agent.config.locate import locate

SAMPLE = '''\
# comment [not.a.header]
top = 1
"quoted.key" = 2  # 2
'single' = "]" # 3

[site]                                   # line 6
place.note = """
[[device]]
id = "inside a text"
""""
place.grid = 'G'
name = "a # b"

[[device]] # 14
id = "one"
options = { windows = [ { start = 1 },
  { start = 2 } ], "a b" = 3 } # 17

[ device . options2 ] # 19
deep = 1

[[device]] # 22
id = 'two'
outputs = [ # 24
  { channel = 1 },

  # { channel = 9 },
  { channel = 2 }, # 28
]
[[device.inner]] # 30
x = 1979-05-27 07:32:00
[[device.inner]] # 32
x = \'\'\'
]]\'\'\'\'\'
y = 0xff # 35
'''

LINES: dict[Key, int] = {
    ("top",): 2,
    ("quoted.key",): 3,
    ("single",): 4,
    ("site",): 6,
    ("site", "place"): 7,
    ("site", "place", "note"): 7,
    ("site", "place", "grid"): 11,
    ("site", "name"): 12,
    ("device", 0): 14,
    ("device", 0, "id"): 15,
    ("device", 0, "options", "windows", 0, "start"): 16,
    ("device", 0, "options", "windows", 1): 17,
    ("device", 0, "options", "a b"): 17,
    ("device", 0, "options2"): 19,
    ("device", 0, "options2", "deep"): 20,
    ("device", 1): 22,
    ("device", 1, "id"): 23,
    ("device", 1, "outputs"): 24,
    ("device", 1, "outputs", 0, "channel"): 25,
    ("device", 1, "outputs", 1, "channel"): 28,
    ("device", 1, "inner", 0, "x"): 31,
    ("device", 1, "inner", 1): 32,
    ("device", 1, "inner", 1, "y"): 35,
}


@pytest.mark.parametrize("key", LINES, ids=str)
def test_where_a_key_stands(key: Key) -> None:
    assert locate(SAMPLE).of(key) == LINES[key]


def test_every_key_of_the_sample_is_found() -> None:
    found = set(locate(SAMPLE).keys())
    assert set(_keys(tomllib.loads(SAMPLE))) <= found


def test_what_is_absent_has_the_line_of_what_it_is_absent_from() -> None:
    lines = locate(SAMPLE)
    assert lines.of(("device", 1, "outputs", 1, "rest")) == 28
    assert lines.of(("device", 0, "bus")) == 14
    assert lines.of(("clock", "ntp")) == 1


_NAMES = st.text("abc_-.# é\"'[]", min_size=1, max_size=6)
_TEXTS = st.text("ab\"'#[]{}=,\n\\", max_size=12)
_VALUES = st.recursive(
    st.integers() | st.booleans() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)
_TABLES = st.dictionaries(_NAMES, st.dictionaries(_NAMES, _VALUES, max_size=3), max_size=3)


@given(_TABLES, st.randoms(use_true_random=False))
def test_every_key_is_on_the_line_that_names_it(table: dict[str, Any], random: Random) -> None:
    """Written with one key per line, a key is on the line that carries its number."""
    text, lines = _written(table, random)
    assert tomllib.loads(text) == table
    found = locate(text)
    assert {key: found.of(key) for key in lines} == lines


@given(st.text("a=[]{}\"'#.,\n\\1 ", max_size=60))
def test_any_text_ends(text: str) -> None:
    locate(text)


def _keys(value: object, key: Key = ()) -> Iterator[Key]:
    entries: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    for name, inner in entries:
        yield (*key, name)
        yield from _keys(inner, (*key, name))


def _written(table: dict[str, Any], random: Random) -> tuple[str, dict[Key, int]]:
    text, lines = "", dict[Key, int]()
    for name, inner in table.items():
        text += random.choice(["", "# [x]\n", "\n"])
        lines[(name,)] = text.count("\n") + 1
        text += f"[ {_text(name)} ]  # ]\n"
        for key, value in inner.items():
            lines[(name, key)] = text.count("\n") + 1
            text += f" {_text(key)} = {_value(value, random)}#\n"
    return text, lines


def _value(value: object, random: Random) -> str:
    if isinstance(value, dict):
        inner = [f"{_text(key)}={_value(one, random)}" for key, one in value.items()]
        return "{" + " , ".join(inner) + "}"
    if isinstance(value, list):
        end = random.choice(["", "\n", " # ]\n"])
        return f"[{end}" + f",{end}".join(_value(one, random) for one in value) + f"{end}]"
    if isinstance(value, str):
        return _text(value)
    return str(value).lower()


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
