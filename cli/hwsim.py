"""``linli hwsim SCENARIO.toml --dir D``: the simulated devices, as the process they are."""

import argparse
import os
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", help="what there is and what happens (docs/hwsim.md)")
    parser.add_argument("--dir", required=True, help="where the buses appear")


def run(args: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "hwsim", args.scenario, "--dir", args.dir]
    os.execv(sys.executable, command)  # noqa: S606  # our own process, its own arguments
