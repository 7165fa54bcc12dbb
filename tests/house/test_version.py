import tomllib
from pathlib import Path

from agent.app.version import VERSION


def test_the_version_is_said_once() -> None:
    project = Path(__file__).resolve().parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == VERSION
