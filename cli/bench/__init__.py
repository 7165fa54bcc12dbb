"""``linli bench [--json]``: the figures of docs/benchmarks.md, measured on this machine, now.

Exit 0 when every figure that could be measured was; whether it met its goal is said, not judged:
a busy machine is no broken product.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from cli.bench import doors, idle, pair, radio, rates, steady, uplink
from cli.bench.eyes.plan import Plan, folder
from cli.bench.figure import Figure
from cli.drill.room import Cannot
from cli.scratch import scratch


class Suite(Protocol):
    @property
    def FIGURES(self) -> tuple[str, ...]: ...  # noqa: N802  # a module's constant
    def measure(self, directory: Path, /) -> Iterator[Figure]: ...


SUITES: tuple[Suite, ...] = (idle, steady, rates, doors, pair, radio, uplink)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("figure", nargs="*", help="only these figures; all without")
    parser.add_argument("--json", action="store_true", help="one object per figure on stdout")
    parser.add_argument("--vision", action="store_true", help="plates and codes, instead")
    parser.add_argument("--photos", type=Path, metavar="DIR", help="labelled photos (--vision)")
    parser.add_argument("--quick", action="store_true", help="smaller samples (--vision)")
    parser.add_argument("--services", action="store_true", help="not built yet")
    parser.add_argument("--web", action="store_true", help="not built yet")


def run(args: argparse.Namespace) -> int:
    for name in ("services", "web"):
        if getattr(args, name):
            _show(_skipped(name, "this part of Linli is not built yet"), args.json)
            return 0
    plan = Plan(folder(args.photos, os.environ), args.quick)
    for line in _lines(_eyes(plan) if args.vision else SUITES, set(args.figure)):
        _show(line, args.json)
    return 0


def _eyes(plan: Plan) -> Sequence[Suite]:
    from cli.bench.eyes.suites import suites  # noqa: PLC0415  # OpenCV, which the other figures need not

    return suites(plan)


def _lines(suites: Sequence[Suite], wanted: set[str]) -> Iterator[dict[str, object]]:
    for suite in suites:
        if wanted and not wanted & set(suite.FIGURES):
            continue
        with scratch("bench") as folder:
            try:
                yield from (figure.as_line() for figure in suite.measure(Path(folder)))
            except Cannot as why:
                yield from (_skipped(name, str(why)) for name in suite.FIGURES)


def _skipped(figure: str, why: str) -> dict[str, object]:
    return {"figure": figure, "skipped": why}


def _show(line: dict[str, object], as_json: bool) -> None:  # a flag of the tool
    if as_json:
        print(json.dumps(line, ensure_ascii=False), flush=True)
    elif "skipped" in line:
        print(f"{line['figure']:32} skipped: {line['skipped']}", flush=True)
    else:
        met = "met" if line["met"] else "NOT MET"
        goal = f"{line['op']} {line['goal']}"
        print(
            f"{line['figure']:32} {line['value']:>12} {line['unit']:8} {goal:12} {met}", flush=True
        )


__all__ = ["Figure", "add_arguments", "run"]
