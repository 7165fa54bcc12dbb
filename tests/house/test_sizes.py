"""Small rooms: the budget of file and function sizes, measured on the syntax tree."""

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

HOME = Path(__file__).resolve().parents[2]
PACKAGES = ("agent", "hwsim", "city", "cli")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60

SOURCES = sorted(path for package in PACKAGES for path in (HOME / package).rglob("*.py"))


def _functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (f"{path.relative_to(HOME)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(HOME)))
def test_no_file_holds_more_than_one_idea_can_fill(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_functions_are_short() -> None:
    sizes = [size for path in SOURCES for size in _functions(path)]
    too_long = [name for name, lines in sizes if lines > LONGEST_FUNCTION]
    lines = [lines for _, lines in sizes]
    assert not too_long
    assert median(lines) <= 8
    assert quantiles(lines, n=20)[-1] <= 40


def test_files_are_short() -> None:
    assert median(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES) <= 100
