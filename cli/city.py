"""``linli city run|keygen|status|command|records``: the reference receiver of the platform.

Exit 0 done, 1 the answer is negative (a command not done, no database), 2 wrong use or
configuration.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from rich.console import Console

from cli.cities import page

_KEY_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\Z")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(dest="part", metavar="PART", required=True)
    run_ = parts.add_parser("run", help="receive, in the foreground 运行接收端")
    run_.add_argument("--config", type=Path, required=True, metavar="F")
    keygen = parts.add_parser("keygen", help="a key pair for commands 生成指令密钥")
    keygen.add_argument("--out", type=Path, required=True, metavar="DIR")
    keygen.add_argument("--id", required=True, metavar="KEY_ID", type=_key_id)
    status = parts.add_parser("status", help="what the city has 查看收到的数据")
    status.add_argument("--json", action="store_true", help="one JSON object 输出 JSON")
    records = parts.add_parser("records", help="records in order of arrival 按到达顺序列出")
    records.add_argument("--stream", choices=("urgent", "bulk"))
    records.add_argument("--after", metavar="CURSOR", help="beyond this one 从此游标之后")
    records.add_argument("--limit", type=int, metavar="N")
    command = parts.add_parser("command", help="ask a device to do something 下发指令")
    _command_arguments(command)
    for each in (status, records, command):
        each.add_argument("--dir", type=Path, required=True, metavar="D")


def _command_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("gateway")
    parser.add_argument("target")
    parser.add_argument("action")
    parser.add_argument("args", nargs="*", metavar="K=V", type=_argument)
    parser.add_argument("--ttl-ms", type=int, default=10_000, metavar="N")
    parser.add_argument("--wait", type=float, default=15.0, metavar="S")
    parser.add_argument("--by", metavar="WHO", help="who asks for it 谁要求的")
    parser.add_argument("--json", action="store_true", help="one JSON object 输出 JSON")


def run(args: argparse.Namespace) -> int:
    parts = {
        "run": _run,
        "keygen": _keygen,
        "status": _status,
        "records": _records,
        "command": _command,
    }
    return parts[args.part](args)


def _run(args: argparse.Namespace) -> int:
    from city.__main__ import start  # noqa: PLC0415  # the others need no broker and no server

    return start(args.config)


def _keygen(args: argparse.Namespace) -> int:
    from city import signing  # noqa: PLC0415

    try:
        private, public = signing.generate(args.out, args.id)
    except OSError as fault:
        print(f"{fault.filename}: {fault.strerror}", file=sys.stderr)
        return 1
    print(f"{private}\n{public}")
    return 0


def _status(args: argparse.Namespace) -> int:
    import sqlite3  # noqa: PLC0415

    from city.look import Look, NothingThere  # noqa: PLC0415

    try:
        with Look(args.dir) as look:
            status = look.status()
    except (NothingThere, sqlite3.Error) as fault:
        print(fault, file=sys.stderr)
        return 1
    if args.json:
        print(_json(status))
    else:
        page.show(status, Console())
    return 0


def _records(args: argparse.Namespace) -> int:
    import sqlite3  # noqa: PLC0415

    from city import cursor  # noqa: PLC0415
    from city.look import MOST_RECORDS, Look, NothingThere  # noqa: PLC0415

    try:
        after = cursor.read(args.after) if args.after else cursor.START
    except cursor.BadCursor as fault:
        print(fault, file=sys.stderr)
        return 2
    left, more = args.limit, True
    try:
        with Look(args.dir) as look:
            while more and (left is None or left > 0):
                some = look.page(after, args.stream, min(left or MOST_RECORDS, MOST_RECORDS))
                for record in some.records:
                    print(_json(record))
                after, more = some.last, some.more
                left = None if left is None else left - len(some.records)
    except (NothingThere, sqlite3.Error) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"--after {cursor.written(after)}", file=sys.stderr)
    return 0


def _command(args: argparse.Namespace) -> int:
    from city.ask import NoCity, ask  # noqa: PLC0415

    body = {
        "gateway": args.gateway,
        "target": args.target,
        "action": args.action,
        "args": dict(args.args),
        "ttl_ms": args.ttl_ms,
        "by": args.by,
        "wait_s": args.wait,
    }
    try:
        code, said = ask(args.dir, "/v1/commands", body, wait_s=args.wait)
    except NoCity as fault:
        print(fault, file=sys.stderr)
        return 1
    if args.json:
        print(_json(said))
    elif code == 200:
        print(f"{said['id']} {said['state']} {said.get('reason') or ''}".rstrip())
    else:
        print(said.get("error", code), file=sys.stderr)
    if code == 400:
        return 2
    return 0 if said.get("state") == "done" else 1


def _argument(text: str) -> tuple[str, object]:
    """``k=v``: a number, true, false or null as JSON has it, else the text itself."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text}: as k=v 应为 k=v")
    try:
        parsed = json.loads(value)
    except ValueError:
        return name, value
    flat = parsed is None or isinstance(parsed, str | int | float)
    return name, parsed if flat else value


def _key_id(text: str) -> str:
    if _KEY_ID.match(text) is None:
        raise argparse.ArgumentTypeError("1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'")
    return text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
