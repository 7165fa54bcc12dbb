"""The way from an older version to the present one, with versions made up for the purpose."""

import copy
import importlib
from typing import Any

import pytest

from agent.config.faults import Notes
from agent.config.migrations import OLDEST, STEPS, migrate


def _ports_move_to_buses(table: dict[str, Any]) -> dict[str, Any]:
    return {"bus": [{"id": "one", "port": table["port"]}]}


def _seconds_become_milliseconds(table: dict[str, Any]) -> dict[str, Any]:
    return {**table, "gap_ms": 20}


MADE_UP = {1: _ports_move_to_buses, 2: _seconds_become_milliseconds}
NEWEST = {"schema_version": 3, "bus": [{"id": "one", "port": "/dev/x"}], "gap_ms": 20}


def _codes(notes: Notes) -> list[str]:
    return [note.code for note in notes._notes]


def test_an_older_file_is_brought_up_step_by_step() -> None:
    old = {"schema_version": 1, "port": "/dev/x"}
    before, notes = copy.deepcopy(old), Notes()
    assert migrate(old, notes, MADE_UP) == NEWEST
    assert not notes
    assert old == before, "a migration must not touch what it was given"


def test_the_present_version_is_left_alone() -> None:
    notes = Notes()
    assert migrate(NEWEST, notes, MADE_UP) is NEWEST
    assert not notes


@pytest.mark.parametrize(
    ("version", "code", "fatal"),
    [
        (4, "schema_newer", True),
        (0, "schema_unknown", True),
        ("1", "schema_version", False),
        (True, "schema_version", False),
        (1.0, "schema_version", False),
    ],
)
def test_a_version_that_cannot_be_read(version: object, code: str, fatal: bool) -> None:
    notes = Notes()
    migrate({"schema_version": version}, notes, MADE_UP)
    assert (_codes(notes), notes.fatal) == ([code], fatal)


def test_steps_have_no_holes_and_each_its_own_file() -> None:
    assert list(STEPS) == list(range(OLDEST, OLDEST + len(STEPS)))
    for version, step in STEPS.items():
        module = importlib.import_module(f"agent.config.migrations.from_{version:04}")
        assert module.step is step
