"""``linli test``: style, types, layers, then every test.  0 when all of it holds."""

import argparse
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
STATIC = (
    ("ruff: style", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
    ("ruff: format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
    ("mypy: types", [PYTHON, "-m", "mypy"]),
    ("import-linter: layers", [str(Path(PYTHON).with_name("lint-imports")), "--no-cache"]),
)

SIDE_BY_SIDE = ["-n", "2", "--dist", "worksteal"]
"""Two at once: many tests wait for a process or a moment, and a box of CI has two cores."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="tests only, no style and types")
    parser.add_argument("-k", metavar="EXPR", help="only tests of this name 只运行匹配的测试")
    parser.add_argument("pytest", nargs="*", help="what to hand on to pytest, after --")


def run(args: argparse.Namespace) -> int:
    chosen = [*(("-k", args.k) if args.k else ()), *args.pytest]
    steps = [] if args.quick or chosen else list(STATIC)
    steps.append(("pytest", [PYTHON, "-m", "pytest", "-q", *(chosen or SIDE_BY_SIDE)]))
    failed = [name for name, command in steps if not _passes(name, command)]
    print(f"failed: {', '.join(failed)}" if failed else "all of it holds 全部通过", file=sys.stderr)
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    print(f"── {name}", file=sys.stderr, flush=True)
    return subprocess.run(command, cwd=HOME, check=False).returncode == 0
