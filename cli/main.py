"""``linli COMMAND …``: finds the command's module and runs it.

Exit codes: 0 done, 1 the answer is negative, 2 wrong use or wrong configuration, 3 the
environment lacks something.  A command's module is imported only when it is called, so that
``linli status`` does not pay for what ``linli bench`` needs.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Protocol

COMMANDS = {
    "run": "run the agent with a configuration 运行网关",
    "check": "check a configuration, all faults at once 检查配置",
    "status": "how the running agent is 查看状态",
    "doctor": "look for what is wrong with this box 体检",
    "monitor": "live view of devices and rates 实时监视",
    "export": "print what the journal holds 导出记录",
    "replay": "run messages through the stages again 重放",
    "devices": "the kinds of devices it knows 设备清单",
    "scan": "find what hangs on the free wires 扫描未知设备",
    "decode": "say what bytes mean 解码",
    "look": "plates and codes in photos 看图识车牌和二维码",
    "vision": "the eyes: cameras at gates and doors 运行摄像头识别",
    "evidence": "pictures: list, view, export, hold, release, audit 图片证据",
    "hwsim": "play simulated devices 模拟设备",
    "city": "the platform's side: run, keygen, status, command, records 平台接收端",
    "demo": "the whole simulated community 演示",
    "drill": "break something on purpose and count 演练",
    "bench": "measure the figures of docs/benchmarks.md 测速",
    "test": "run all checks of the project 自检",
}


class CommandModule(Protocol):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, args: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="linli", description="Linli (邻里) edge gateway")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    parsers = {name: commands.add_parser(name, help=text) for name, text in COMMANDS.items()}
    if given and given[0] in COMMANDS:
        module: CommandModule = importlib.import_module(f"cli.{given[0]}")
        module.add_arguments(parsers[given[0]])
        return _run(module, parser.parse_args(given))
    parser.parse_args(given)
    return 2


def _run(module: CommandModule, args: argparse.Namespace) -> int:
    try:
        return module.run(args)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our stdout has had enough
        sys.stderr.close()
        return 0
