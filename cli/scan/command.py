"""``linli scan --serial [PORT…]``: arguments, printing, exit codes.

Exit 0 when something was found, 1 when nothing was, 2 for wrong use, 3 where there is no port.
"""

import argparse
import asyncio
import json
import os
import sys

from rich.console import Console

from agent.config.paths import default_config
from agent.drivers.probes.modbus import MOST_ADDRESS, USUAL
from cli.checks.host import Host
from cli.scan import ports
from cli.scan.finding import Finding, Told
from cli.scan.probing import Wish
from cli.scan.show import show
from cli.scan.wire import Plan, Wire
from cli.seeing import asking

FOUND, NOTHING, WRONG, LACKS = 0, 1, 2, 3


class WrongUse(Exception):
    """The caller must call differently; the text says how, in Chinese and English."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    asking.add_arguments(parser)
    parser.add_argument(
        "--serial", nargs="*", metavar="PORT", help="these ports, or all 扫描这些串口，不写则全部"
    )
    parser.add_argument("--json", action="store_true", help="one object per finding 输出 JSON")
    parser.add_argument(
        "--addresses", metavar="1-247", help="Modbus addresses that are asked Modbus 地址范围"
    )
    parser.add_argument(
        "--one-device",
        action="store_true",
        help="each pair has one device only: also ask “who are you” 每对线上只有一台设备",
    )
    parser.add_argument(
        "--baud", type=int, action="append", default=[], metavar="N", help="only this 只试此波特率"
    )
    parser.add_argument(
        "--quick", action="store_true", help="do not wait for rare talkers 不等很少发送的设备"
    )


def run(args: argparse.Namespace) -> int:
    try:
        return _run(args)
    except (WrongUse, asking.NoConfig) as wrong:
        print(wrong, file=sys.stderr)
        return WRONG


def _run(args: argparse.Namespace) -> int:
    if args.serial is None:
        raise WrongUse("say what to scan: --serial 请指定 --serial")
    host = Host()
    wanted = args.serial or ports.all_ports(host)
    if not wanted:
        print("没有串口，转换器插好了吗？ no serial port: is the adapter in?", file=sys.stderr)
        return LACKS
    used = ports.in_service(asking.socket_of(args), args.config or default_config(os.environ))
    told = asyncio.run(_all(wanted, used, host, args))
    if not args.json:
        show(told, Console(soft_wrap=True))
    return FOUND if any(isinstance(each, Finding) for each in told) else NOTHING


async def _all(
    wanted: list[str], used: frozenset[str], host: Host, args: argparse.Namespace
) -> list[Told]:
    """All ports at the same time; each is printed when it is done."""
    plan, told = _plan(args), list[Told]()
    if not args.json:
        print("正在监听和询问，约一分钟…… listening and asking, about a minute", file=sys.stderr)

    async def one(port: str) -> None:
        trouble = ports.trouble(port, used, host)
        found = [trouble] if trouble is not None else await Wire(port, plan).scan()
        told.extend(found)
        if args.json:
            for each in found:
                print(json.dumps(each.plain(), ensure_ascii=False), flush=True)

    async with asyncio.TaskGroup() as together:
        for port in dict.fromkeys(wanted):
            together.create_task(one(port))
    return told


def _plan(args: argparse.Namespace) -> Plan:
    if any(baud <= 0 for baud in args.baud):
        raise WrongUse("--baud must be above 0 波特率必须大于 0")
    wish = Wish(addresses=_addresses(args.addresses), one_device=args.one_device)
    return Plan(bauds=tuple(args.baud), quick=args.quick, wish=wish)


def _addresses(text: str | None) -> tuple[int, ...]:
    """``5``, ``1-32`` or several of these with commas."""
    if text is None:
        return USUAL
    chosen = list[int]()
    for part in text.split(","):
        low, _, high = part.partition("-")
        if not low.isdecimal() or not (high or low).isdecimal():
            raise WrongUse(f"--addresses: {part!r} 不是地址范围 is no range of addresses")
        chosen += range(int(low), int(high or low) + 1)
    if not chosen or not set(chosen) <= set(range(1, MOST_ADDRESS + 1)):
        raise WrongUse(f"--addresses: 1-{MOST_ADDRESS}")
    return tuple(dict.fromkeys(chosen))
