"""``linli doctor``: looks for what is wrong with this box, and says what to do.

It changes nothing and may run beside the agent.  Exit 0 nothing is bad, 1 something is, 2 the
configuration has faults.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from agent.config.catalogue import Catalogue
from agent.config.faults import ConfigError, Fault
from agent.config.load import load
from agent.config.paths import default_config
from agent.config.settings import Box
from agent.drivers.register import REGISTER
from agent.pipeline.register import STAGES
from cli.checks.board import board
from cli.checks.disk import disk
from cli.checks.finding import Finding, Verdict, fine, skipped
from cli.checks.host import Host
from cli.checks.journal import journal
from cli.checks.moments import moments
from cli.checks.wires import meddlers, wires
from cli.seeing.asking import Told, ask

_MARKS = {
    Verdict.OK: "[green]✓[/]",
    Verdict.WARN: "[yellow]![/]",
    Verdict.BAD: "[red]✗[/]",
    Verdict.SKIPPED: "[dim]–[/]",
}
_NEED_CONFIG = ("port", "state", "filesystem", "room", "sync", "journal")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="F", help="the configuration 配置文件")
    parser.add_argument("--json", action="store_true", help="one JSON object per line 输出 JSON")


def run(args: argparse.Namespace) -> int:
    counts = Counter[str]()
    console = Console(soft_wrap=True, highlight=False)
    for finding in examine(args.config or default_config(os.environ), Host()):
        counts[finding.verdict] += 1
        counts["config"] += finding.check == "config" and finding.verdict is Verdict.BAD
        if args.json:
            print(json.dumps(finding.plain(), ensure_ascii=False), flush=True)
        else:
            console.print(_lines(finding))
    if args.json:
        ends = {verdict.value: counts[verdict] for verdict in Verdict}
        print(json.dumps({"ok": not counts[Verdict.BAD], "findings": ends}))
    return 2 if counts["config"] else int(counts[Verdict.BAD] > 0)


def examine(config: Path, host: Host) -> Iterator[Finding]:
    """All checks, in the order in which a technician would go."""
    try:
        box = load(config, Catalogue(REGISTER, STAGES), os.environ)
    except ConfigError as wrong:
        yield from map(_fault, wrong.faults)
        for check in _NEED_CONFIG:
            yield skipped(check, "要先有正确的配置", "needs a configuration without faults")
    else:
        zh = f"{len(box.buses)} 条总线，{len(box.devices)} 台设备"
        en = f"{len(box.buses)} buses, {len(box.devices)} devices"
        yield fine("config", zh, en, str(config))
        yield from _of_box(box, host)
    yield from meddlers(host)
    yield from moments(host)
    yield from board(host)


def _of_box(box: Box, host: Host) -> Iterator[Finding]:
    answer = ask(box.health.socket, 2.0)
    yield from wires(box.buses, host, answer.now.process.pid if isinstance(answer, Told) else None)
    yield from disk(box.store, host, box.vision.evidence_bytes if box.cameras else 0)
    yield from journal(box.store)


def _fault(fault: Fault) -> Finding:
    hint = f"{fault.meant}？" if fault.meant else "linli check"
    return Finding(
        check="config",
        verdict=Verdict.BAD,
        about=f"{fault.file}:{fault.line}" if fault.line else fault.file,
        zh=f"{fault.key} {fault.zh}".strip(),
        en=fault.en,
        todo_zh=f"改正这一行：{hint}",
        todo_en=f"mend the line: {hint}",
        facts={"code": fault.code},
    )


def _lines(finding: Finding) -> str:
    about = f" [bold]{escape(finding.about)}[/]" if finding.about else ""
    text = f"{escape(finding.zh)}  [dim]{escape(finding.en)}[/]"
    line = f"{_MARKS[finding.verdict]} {finding.check}{about}  {text}"
    if finding.todo_en:
        line += f"\n    → {escape(finding.todo_zh)}  [dim]{escape(finding.todo_en)}[/]"
    return line
