"""``linli run --config F``: the agent, in the foreground, until SIGTERM or Ctrl-C."""

import argparse
import os
from pathlib import Path

from agent.config.paths import default_config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, help="the box's configuration (default: $LINLI_CONFIG)"
    )


def run(args: argparse.Namespace) -> int:
    from agent.app.main import start  # noqa: PLC0415  # after the arguments: it costs 0.3 s

    return start(args.config or default_config(os.environ), os.environ)
