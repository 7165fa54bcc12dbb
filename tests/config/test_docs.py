"""docs/configuration.md says what the code does."""

import dataclasses
import re
from pathlib import Path

import pytest

from agent.config import schema, settings
from agent.config.faults import ConfigError, Fault
from agent.config.load import load
from agent.config.suggest import keys
from agent.config.tables import TABLES
from agent.config.words import WORDS
from agent.model.places import Place
from tests.config.test_example import EVERYTHING, HOME

PAGE = (HOME / "docs" / "configuration.md").read_text()
KINDS: dict[str, type] = {
    **{name: getattr(settings, name.capitalize()) for name in TABLES},
    "outputs": settings.Output,
    "place": Place,
}
DRAFTS: dict[str, type[schema.Draft]] = {
    **TABLES,
    "outputs": schema.Output,
    "place": schema.Place,
}


def _faults(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as error:
        load(path, EVERYTHING, {})
    return error.value.faults


def test_the_faults_that_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong, told = (
        re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[0] for kind in ("toml", "text")
    )
    Path("box.toml").write_text(wrong)
    assert [str(fault) for fault in _faults(Path("box.toml"))] == told.splitlines()


def test_the_page_lists_every_code() -> None:
    listed = re.search(r"## Codes.*?\n\n\|.*?\n\n", PAGE, re.DOTALL)
    assert listed
    rows = [line for line in listed[0].splitlines() if line.startswith("| `")]
    assert rows == [f"| `{code}` | {zh} | {en} |" for code, (zh, en) in WORDS.items()]


def _rows(name: str) -> dict[str, tuple[bool, str]]:
    """key -> (must be there, default)."""
    part = re.search(rf"^### `\[*{name}\]*`\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE)
    assert part, name
    rows = re.findall(r"^\| (\**)`([a-z_]+)`\** \| (.*?) \|", part[1], re.MULTILINE)
    return {key: (bool(bold), default) for bold, key, default in rows}


def _default(field: "dataclasses.Field[object]") -> str:
    value = field.default
    if field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    if value is None or value is dataclasses.MISSING or isinstance(value, Place):
        return "–"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{one}"' for one in value) + "]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


@pytest.mark.parametrize("name", KINDS)
def test_the_page_has_every_key_with_its_default(name: str) -> None:
    kind = KINDS[name]
    assert dataclasses.is_dataclass(kind)
    defaults = {field.name: _default(field) for field in dataclasses.fields(kind)}
    assert {key: default for key, (_, default) in _rows(name).items()} == defaults


@pytest.mark.parametrize("name", DRAFTS)
def test_the_page_says_what_must_be_there(name: str) -> None:
    rows = _rows(name)
    assert tuple(rows) == keys(DRAFTS[name])
    assert {key for key, (bold, _) in rows.items() if bold} == set(DRAFTS[name].REQUIRED)
