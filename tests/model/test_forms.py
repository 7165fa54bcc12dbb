"""The JSON forms: nothing is lost on the way out and in, and a bad line names its field."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.forms import TTL_MS, BadLine, from_line, is_gap, to_line
from agent.model.messages import Command, Event, Message, Reading
from agent.model.records import Stored
from agent.model.time import Stamp, TimeQuality
from tests.model.messages import messages, stored

UTC = "2026-03-01T08:00:00Z"
READING = {"type": "reading", "device": "s", "quantity": "weight", "value": 1.5, "utc": UTC}
EVENT = {"type": "event", "device": "s", "kind": "weighing", "data": {}, "utc": UTC}
COMMAND = {"type": "command", "id": "c", "target": "s", "action": "on", "ttl_ms": 5, "utc": UTC}


@given(messages)
def test_a_message_survives_the_way_through_text(message: Message) -> None:
    assert from_line(json.loads(json.dumps(to_line(message)))) == message


@given(messages, stored)
def test_what_the_journal_adds_is_shown_and_ignored(message: Message, record: Stored) -> None:
    line = to_line(message, record)
    assert (line["gateway"], line["stream"]) == (record.gateway, record.stream)
    assert (line["epoch"], line["seq"]) == (record.epoch, record.seq)
    assert from_line(line) == message


def test_raw_never_appears() -> None:
    shown = Event(device="q", at=Stamp("b", 1), kind="code_scanned", raw=b"BK1:secret")
    assert "secret" not in json.dumps(to_line(shown))


def test_unknown_fields_and_kinds_pass() -> None:
    event = from_line(EVENT | {"kind": "of-2031", "mood": {"deep": [1]}})
    assert isinstance(event, Event)
    assert event.kind == "of-2031"


def test_utc_alone_suffices() -> None:
    at = from_line(READING).at
    assert at.mono_ns == at.utc_ns == 1_772_352_000_000_000_000
    assert (at.boot, at.tq) == ("", TimeQuality.TRUSTED)


def test_without_utc_nobody_confirmed_it() -> None:
    line = {key: value for key, value in READING.items() if key != "utc"} | {"mono_ns": 7}
    assert from_line(line).at == Stamp("", 7, None, TimeQuality.UNTRUSTED)


def test_a_command_lives_as_long_as_it_says() -> None:
    short = from_line(COMMAND)
    bare = from_line({key: value for key, value in COMMAND.items() if key != "ttl_ms"})
    assert isinstance(short, Command)
    assert isinstance(bare, Command)
    assert (short.ttl_ns, bare.ttl_ns) == (5_000_000, TTL_MS * 1_000_000)


def test_a_part_of_a_millisecond_is_a_whole_one() -> None:
    command = Command(id="c", target="s", action="on", at=Stamp("b", 1), ttl_ns=1)
    assert to_line(command)["ttl_ms"] == 1


def test_whole_numbers_are_numbers() -> None:
    reading = from_line(READING | {"value": 2})
    assert isinstance(reading, Reading)
    assert isinstance(reading.value, float)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ([], ""),
        ({}, "type"),
        (READING | {"type": "gap"}, "type"),
        (READING | {"device": "Scale 1"}, "device"),
        (READING | {"device": 7}, "device"),
        (READING | {"device": "s\n"}, "device"),
        (READING | {"point": ""}, "point"),
        (READING | {"quantity": "wieght"}, "quantity"),
        (READING | {"value": "1.5"}, "value"),
        (READING | {"value": True}, "value"),
        (READING | {"value": float("nan")}, "value"),
        (READING | {"value": float("inf")}, "value"),
        (READING | {"value": 10**400}, "value"),
        (READING | {"utc": "1969-12-31T23:59:59Z"}, "utc"),
        (READING | {"mono_ns": 2**63}, "mono_ns"),
        (READING | {"quality": "fine"}, "quality"),
        (READING | {"tq": "sure"}, "tq"),
        (READING | {"utc": "2026-03-01T08:00:00"}, "utc"),
        (READING | {"utc": "yesterday"}, "utc"),
        (READING | {"utc": None}, "utc"),
        (READING | {"mono_ns": -1}, "mono_ns"),
        (READING | {"mono_ns": 1.5}, "mono_ns"),
        (READING | {"boot": 5}, "boot"),
        (EVENT | {"kind": ""}, "kind"),
        (EVENT | {"data": []}, "data"),
        (EVENT | {"data": {"a": {"b": 1}}}, "data.a"),
        (EVENT | {"by": "Weigh!"}, "by"),
        (COMMAND | {"ttl_ms": "soon"}, "ttl_ms"),
        (COMMAND | {"ttl_ms": True}, "ttl_ms"),
        (COMMAND | {"args": {"a": [1]}}, "args.a"),
        (COMMAND | {"id": None}, "id"),
    ],
)
def test_a_bad_line_names_its_field(line: object, field: str) -> None:
    with pytest.raises(BadLine) as bad:
        from_line(line)
    assert bad.value.field == field


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(
    st.sampled_from([READING, EVENT, COMMAND]),
    st.sampled_from([*READING, *EVENT, *COMMAND, "tq", "boot", "mono_ns", "point", "by"]),
    anything,
)
def test_nothing_but_bad_line_leaves(line: dict[str, object], field: str, wild: object) -> None:
    try:
        from_line(line | {field: wild})
    except BadLine as bad:
        assert bad.field.split(".")[0] == field  # noqa: PT017  # that it fails is not certain


def test_gaps_are_told_apart() -> None:
    assert is_gap({"type": "gap"})
    assert not is_gap(READING)
