"""``linli status``: asks the running agent how it is.

Exit 0 it runs and is well, 1 something needs a person or it does not run, 2 the configuration
cannot be read, 3 this user may not ask.
"""

import argparse
import json
import sys

from rich.console import Console

from agent.web.readiness import notes, well
from agent.web.snapshot import Snapshot
from cli.seeing import asking, tables
from cli.seeing.asking import NoConfig, Silence, Told
from cli.seeing.words import size, span


def add_arguments(parser: argparse.ArgumentParser) -> None:
    asking.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object 输出 JSON")


def run(args: argparse.Namespace) -> int:
    try:
        path = asking.socket_of(args)
    except NoConfig as wrong:
        print(wrong, file=sys.stderr)
        return 2
    answer = asking.ask(path)
    if args.json:
        print(json.dumps({"socket": str(path), **_plain(answer)}, ensure_ascii=False))
    elif isinstance(answer, Silence):
        print(f"{answer.zh}\n{answer.en}", file=sys.stderr)
    else:
        show(answer.now, Console())
    return answer.code if isinstance(answer, Silence) else int(bool(well(answer.now)))


def _plain(answer: Told | Silence) -> dict[str, object]:
    if isinstance(answer, Silence):
        return {"running": False, "why": answer.why, "zh": answer.zh, "en": answer.en}
    return {"running": True, **answer.plain}


def show(now: Snapshot, console: Console) -> None:
    """The page that people see."""
    process, clock = now.process, now.clock
    console.print(f"[bold]{now.gateway}[/] {now.site}  [dim]linli {process.version}")
    console.print(
        f"运行 up {span(process.uptime_s)} · 内存 memory {size(process.rss_bytes)}"
        f" · 时钟 clock {clock.quality} {clock.utc or ''} [dim]{clock.source or ''}"
    )
    reasons = well(now)
    console.print(
        "[green]状态良好 all is well" if not reasons else "[red]需要处理 needs attention:"
    )
    for reason in (*reasons, *notes(now)):
        console.print(f"  · {reason.zh}  [dim]{reason.en}", highlight=False)
    parts = (tables.devices, tables.buses, tables.cameras, tables.journal, tables.evidence)
    for part in (*(make(now) for make in parts), tables.sync(now)):
        if part.row_count:
            console.print()
            console.print(part)
