"""docs/schema says what the code does, and docs/messages.md shows the code's tables."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from agent.model.forms import from_line, gap_line, is_gap, to_line
from agent.model.kinds import BULK, KINDS, URGENT
from agent.model.messages import Message, Quality
from agent.model.quantities import QUANTITIES
from agent.model.records import Gap, Stored
from agent.model.tables import filled
from agent.model.time import Stamp, TimeQuality
from agent.pipeline.judge import Reason
from tests.model.messages import messages, stored

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAMES = ("reading", "event", "command", "gap", "record")
PAGE = (DOCS / "messages.md").read_text(encoding="utf-8")


@cache
def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DOCS / "schema" / f"{name}.json").read_text())
    return loaded


@cache
def validator(name: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        (schema(each)["$id"], Resource.from_contents(schema(each))) for each in NAMES
    )
    return Draft202012Validator(schema(name), registry=registry)


def fits(line: object, name: str) -> bool:
    return validator(name).is_valid(json.loads(json.dumps(line)))


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


@given(messages)
def test_every_line_fits_its_schema(message: Message) -> None:
    line = to_line(message)
    assert fits(line, str(line["type"]))


@given(messages, stored)
def test_every_stored_line_fits_the_record(message: Message, record: Stored) -> None:
    assert fits(to_line(message, record), "record")


def test_a_gap_fits() -> None:
    gap = Gap(gateway="b", stream=BULK, epoch=1, first=2, last=3, reason="budget")
    seen = Gap(gateway="b", stream=URGENT, epoch=1, first=2, last=3, reason="x", at=Stamp("b", 1))
    for each in (gap, seen):
        assert is_gap(gap_line(each))
        assert fits(gap_line(each), "gap")
        assert fits(gap_line(each), "record")


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "3"}, {"quality": "fine"}, {"device": "A b"}, {"tq": "x"}, {"seq": 3},
        {"utc": None}, {"type": "event"}, {"stream": "slow"},
    ],
)  # fmt: skip
def test_the_schema_refuses_too(wrong: dict[str, object]) -> None:
    line = {"type": "reading", "device": "s", "quantity": "co2", "value": 400, "utc": "2026-01-01Z"}
    assert fits(line, "record")
    assert not fits(line | wrong, "record")


def test_the_words_of_the_schema_are_those_of_the_code() -> None:
    words = schema("record")["$defs"]
    assert words["tq"]["enum"] == [each.value for each in TimeQuality]
    assert words["stream"]["enum"] == [URGENT, BULK]
    assert schema("reading")["properties"]["quality"]["enum"] == [each.value for each in Quality]


def test_the_page_shows_the_tables_of_the_code() -> None:
    assert filled(PAGE) == PAGE, "stale: python -m agent.model.tables docs/messages.md"
    for name in [*QUANTITIES, *KINDS]:
        assert f"| `{name}` |" in PAGE


def test_the_page_names_every_reason() -> None:
    assert all(f"`{reason.value}`" in PAGE for reason in Reason)


def test_the_examples_of_the_page_are_lines() -> None:
    examples = [json.loads(line) for line in PAGE.splitlines() if line.startswith('{"type"')]
    assert len(examples) == 4
    for line in examples:
        assert fits(line, "record")
        if not is_gap(line):
            from_line(line)
