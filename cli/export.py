"""``linli export [--json]``: what the journal holds, also while the agent runs.

Exit 0 all was printed, 1 there is no readable journal, 2 wrong use.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from agent.config.paths import state_dir
from agent.store.reading import Unreadable, Wanted, records

Line = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--config", type=Path, metavar="F", help="take the state of this box")
    parser.add_argument("--state", type=Path, metavar="DIR", help="state directory or database")
    parser.add_argument("--stream", choices=("urgent", "bulk"))
    parser.add_argument("--after", type=_identity, metavar="EPOCH:SEQ")
    parser.add_argument("--since", metavar="UTC", help="only records of this time or later")
    parser.add_argument("--limit", type=int, metavar="N")


def run(args: argparse.Namespace) -> int:
    state = args.state or (_configured(args.config) if args.config else state_dir(os.environ))
    if state is None:
        return 2
    try:
        for line in islice(_chosen(state, args), args.limit):
            print(_as_json(line) if args.json else _as_text(line))
    except Unreadable as why:
        print(why, file=sys.stderr)
        return 1
    return 0


def _identity(text: str) -> tuple[int, int]:
    epoch, _, seq = text.partition(":")
    return int(epoch), int(seq)


def _configured(config: Path) -> Path | None:
    from agent.config.catalogue import Catalogue  # noqa: PLC0415  # only where it is needed
    from agent.config.faults import ConfigError  # noqa: PLC0415
    from agent.config.load import load  # noqa: PLC0415
    from agent.drivers.register import REGISTER  # noqa: PLC0415
    from agent.pipeline.register import STAGES  # noqa: PLC0415

    try:
        return load(config, Catalogue(REGISTER, STAGES), os.environ).store.dir
    except ConfigError as wrong:
        print(wrong, file=sys.stderr)
        return None


def _chosen(state: Path, args: argparse.Namespace) -> Iterator[Line]:
    for line in records(state, Wanted(args.stream, args.after)):
        if args.since is None or (line.get("utc") or "") >= args.since:
            yield line


def _as_json(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _as_text(line: Line) -> str:
    when = line.get("utc") or f"+{line.get('mono_ns', 0) / 1e9:.3f}s"
    who = f"{line.get('stream')} {line.get('epoch')}:{line.get('seq')}"
    match line["type"]:
        case "reading":
            what = f"{line['device']} {line['quantity']} {line['value']} {line['quality']}"
        case "event":
            what = f"{line['device']} {line['kind']} {_as_json(line['data'])}"
        case "command":
            what = f"{line['target']} {line['action']} {_as_json(line['args'])}"
        case _:
            what = f"{line.get('of')} {line['first']}–{line['last']} {line['reason']}"
    return f"{when}  {who:16} {line['type']:8} {what}"
