"""Which agent to ask, and what came of it, in words for the one who must act."""

import argparse
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.config.faults import Notes
from agent.config.paths import Unset, default_config, expand, state_dir
from agent.config.toml import decode, parse
from agent.web import client
from agent.web.plain import Plain, from_plain
from agent.web.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer: ``why`` for scripts, the sentences for people.  ``code`` is the exit code."""

    why: str
    zh: str
    en: str
    code: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    now: Snapshot
    plain: Plain  # all of /status, also what this version does not know


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--config", type=Path, metavar="F", help="the agent's configuration 配置文件"
    )
    which.add_argument("--socket", type=Path, metavar="P", help="its health socket 健康套接字")


class NoConfig(Exception):
    """The configuration that was named cannot be read, so nobody knows where the agent listens."""


def socket_of(args: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> Path:
    """Where the agent listens.  NoConfig if the configuration cannot be read.

    Only the one key is looked at: the agent may run well while somebody edits the file.
    """
    if args.socket is not None:
        return Path(args.socket)
    try:
        named = _named(args.config or default_config(environ))
        return Path(expand(named, environ)) if named else state_dir(environ) / "agent.sock"
    except FileNotFoundError as absent:
        if args.config is None:  # nothing was named: then it is where it is without a file
            return state_dir(environ) / "agent.sock"
        raise NoConfig(f"找不到配置 no such file: {args.config}") from absent
    except (OSError, Unset) as why:
        raise NoConfig(f"配置无法读取 cannot be read: {why}") from why


def _named(config: Path) -> str | None:
    notes = Notes()
    table = parse(decode(config.read_bytes(), notes), notes).table
    health = table.get("health")
    socket = health.get("socket") if isinstance(health, dict) else None
    return socket if isinstance(socket, str) else None


def ask(path: Path, seconds: float = 5.0) -> Told | Silence:
    """The agent's whole state, or why not.  Waits up to ``seconds`` for each of its steps."""
    try:
        status, body = client.get(path, "/status", seconds=seconds)
        plain = json.loads(body) if status == 200 else None
        return Told(from_plain(Snapshot, plain), plain)
    except client.NobodyListens:
        return Silence("not_running", f"网关未运行（{path} 无人应答）", f"not running: {path}")
    except client.NotAllowed:
        zh = f"当前用户无权访问 {path}：加入 linli 组，或用 root 运行"
        return Silence("not_allowed", zh, f"{path}: join the group linli, or be root", code=3)
    except (client.NoReply, ValueError) as odd:
        zh = f"{path} 有进程，但应答异常：{odd}"
        return Silence("no_reply", zh, f"it runs but does not answer: {odd}")
