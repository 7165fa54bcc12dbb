"""Where files lie on a box, in a checkout, and where an environment says so."""

from pathlib import Path

import pytest

from agent.config.paths import Unset, default_config, expand, run_dir, state_dir


def test_an_installed_box() -> None:
    assert run_dir({}) == Path("/run/linli")
    assert state_dir({}) == Path("/var/lib/linli")


def test_a_checkout() -> None:
    assert run_dir({"LINLI_HOME": "/src"}) == Path("/src/var/run")
    assert state_dir({"LINLI_HOME": "/src"}) == Path("/src/var/state")


def test_the_environment_wins_and_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"LINLI_HOME": "/src", "LINLI_RUN": "wires", "LINLI_STATE": "/mnt/state"}
    assert run_dir(environ) == tmp_path / "wires"
    assert state_dir(environ) == Path("/mnt/state")


def test_an_empty_variable_is_an_unset_one() -> None:
    assert state_dir({"LINLI_STATE": "", "LINLI_HOME": ""}) == Path("/var/lib/linli")
    with pytest.raises(Unset):
        expand("${NAME}", {"NAME": ""})


def test_variables_in_a_text() -> None:
    environ = {"LINLI_RUN": "/r", "PORT": "ttyS1"}
    assert expand("${LINLI_RUN}/${PORT}, $5", environ) == "/r/ttyS1, $5"
    assert expand("${LINLI_STATE}", {}) == "/var/lib/linli"


@pytest.mark.parametrize(
    ("text", "name"), [("${NO}", "NO"), ("${", ""), ("${A B}", ""), ("${}", "")]
)
def test_what_cannot_be_filled(text: str, name: str) -> None:
    with pytest.raises(Unset) as unset:
        expand(text, {})
    assert unset.value.name == name


def test_a_value_is_not_expanded_again() -> None:
    assert expand("${A}", {"A": "${B}", "B": "x"}) == "${B}"


def test_the_default_configuration(tmp_path: Path) -> None:
    etc, demo = tmp_path / "box.toml", Path("/src/config/demo/box.toml")
    assert default_config({}, etc) == etc
    assert default_config({"LINLI_HOME": "/src"}, etc) == demo
    etc.touch()
    assert default_config({"LINLI_HOME": "/src"}, etc) == etc
    assert default_config({"LINLI_CONFIG": "/c.toml", "LINLI_HOME": "/src"}, etc) == Path("/c.toml")
