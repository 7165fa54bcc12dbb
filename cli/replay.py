"""``linli replay FILE --config C``: what the stages of a configuration conclude from messages.

FILE holds lines as ``linli export --json`` prints them (docs/messages.md), ``-`` is standard input.
Exit 0 all lines were read, 1 some were no messages, 2 the configuration has faults.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from agent.config.catalogue import Catalogue
from agent.config.faults import ConfigError
from agent.config.load import load
from agent.config.paths import default_config
from agent.drivers.register import REGISTER
from agent.model.forms import BadLine, to_line
from agent.model.messages import Command, Event, Fields, Message, Reading
from agent.pipeline.register import STAGES
from agent.pipeline.replay import Replay

Show = Callable[[Message], str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="lines of messages, - for stdin 消息文件")
    parser.add_argument("--config", type=Path, metavar="C", help="the configuration 配置文件")
    parser.add_argument("--json", action="store_true", help="one JSON object per line 输出 JSON")


def run(args: argparse.Namespace) -> int:
    path = args.config or default_config(os.environ)
    try:
        box = load(path, Catalogue(REGISTER, STAGES), os.environ)
    except ConfigError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    show = _as_json if args.json else _as_text
    try:
        with _opened(args.file) as file:
            return 0 if _all(Replay(box), file, show) else 1
    except OSError as why:
        print(f"{args.file}: {why.strerror}", file=sys.stderr)
        return 1


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdin
        return
    with Path(name).open(encoding="utf-8", errors="replace") as file:
        yield file


def _all(replay: Replay, file: TextIO, show: Show) -> bool:
    """Prints what is derived, line by line.  False if a line was no message."""
    fine = True
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            for message in replay.feed(_parsed(text)):
                print(show(message))
        except BadLine as bad:
            print(f"{file.name}:{number}: {bad}", file=sys.stderr)
            fine = False
    return fine


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadLine("", "not JSON") from None


def _as_json(message: Message) -> str:
    return json.dumps(to_line(message), ensure_ascii=False)


def _as_text(message: Message) -> str:
    when = to_line(message)["utc"] or f"{message.at.mono_ns / 1e9:.3f} s"
    match message:
        case Reading():
            who, what = message.device, f"{message.quantity} {message.value:g} {message.quality}"
        case Event():
            who, what = message.device, f"{message.kind} {_pairs(message.data)}"
        case Command():
            who, what = message.target, f"{message.action} {_pairs(message.args)}"
    return f"{when!s:27}  {who:16}  {what}"


def _pairs(fields: Fields) -> str:
    return " ".join(f"{name}={value}" for name, value in fields.items())
