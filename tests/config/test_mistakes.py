"""Each mistake is told once, with its line, its key and a hint; and nothing else is told."""

from pathlib import Path

import pytest

from agent.config.words import WORDS
from tests.config.loading import GOOD, faults
from tests.config.mistakes import MISTAKES, Mistake

FILES = {"unreadable", "too_big", "not_utf8", "toml_syntax", "full_width", "too_deep"}
"""Codes of files that are no tables yet: test_toml.py, test_load.py."""

OTHER_FILES = {"file_missing", "file_shared"}
"""Codes of what options name: test_option_files.py."""


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.code}-{m.new[:20]}")
def test_a_mistake_is_told_once_and_where(mistake: Mistake, tmp_path: Path) -> None:
    assert GOOD.count(mistake.old), "the good file has changed"
    wrong = GOOD.replace(mistake.old, mistake.new, 1)
    at = wrong.index(mistake.at) if mistake.at else GOOD.index(mistake.old)

    told = faults(wrong, tmp_path)

    assert [(fault.code, fault.line) for fault in told] == [
        (mistake.code, wrong.count("\n", 0, at) + 1)
    ]
    assert told[0].key.startswith(mistake.key)
    assert told[0].meant == mistake.meant


def test_every_code_has_its_mistake() -> None:
    assert {mistake.code for mistake in MISTAKES} | FILES | OTHER_FILES == set(WORDS) - {
        "table_many"
    }


@pytest.mark.parametrize("wrong", ["[bus]\nid = 1", "bus.id = 1", "bus = 3", "bus = [1]"])
def test_one_table_where_there_may_be_many(wrong: str, tmp_path: Path) -> None:
    told = faults(f"schema_version = 1\nsite.gateway = 'b'\n{wrong}\n", tmp_path)
    assert [(fault.code, fault.line, fault.path) for fault in told] == [("table_many", 3, ("bus",))]


@pytest.mark.parametrize("code", WORDS)
def test_sentences_are_chinese_and_english(code: str) -> None:
    zh, en = WORDS[code]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in zh)
    assert en.replace("“ ” ＝ ，", "").isascii() or "…" in en
    assert not en.endswith(".")


def test_the_good_file_has_no_fault(tmp_path: Path) -> None:
    assert faults(GOOD, tmp_path) == ()
