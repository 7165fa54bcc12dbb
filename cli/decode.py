"""``linli decode``: says what bytes mean.

One HEX is one capture, and each frame or wreck in it one object.  Exit 0 when all were judged,
accepted or not; 2 for bad hexadecimal, an unknown protocol or an option that does not belong to it.
"""

import argparse
import json
import sys
from collections.abc import Mapping

from agent.drivers.codecs.base import Direction
from agent.drivers.codecs.judge import Verdict, judge
from agent.drivers.codecs.register import PROTOCOLS

_RADIO = ("address", "bindkey", "service_data")
"""Options of advertisements; bytes on a serial wire have neither address nor key."""


class WrongUse(Exception):
    """The caller must call differently; the text says how, in Chinese and English."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.usage = (
        "linli decode [--json] PROTO [--direction host|device] [--address MAC] "
        "[--bindkey HEX] [--service-data HEX] HEX…\n       linli decode --list"
    )
    _options(parser)
    # argparse cannot take an option between PROTO and HEX: see ``_rest``.
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="PROTO HEX…")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="name the protocols 列出协议")
    parser.add_argument("--json", action="store_true", help="one JSON object a line 输出 JSON")
    parser.add_argument(
        "--direction", choices=[d.value for d in Direction], help="who said it 报文方向"
    )
    parser.add_argument("--address", metavar="MAC", help="of an advertisement 广播地址")
    parser.add_argument("--bindkey", metavar="HEX", help="of an advertisement 广播密钥")
    parser.add_argument("--service-data", metavar="HEX", help="of an advertisement 服务数据")


def run(args: argparse.Namespace) -> int:
    try:
        args = _rest(args)
        if args.list:
            print("\n".join(PROTOCOLS))
        else:
            _decode(args)
    except WrongUse as wrong:
        print(wrong, file=sys.stderr)
        return 2
    return 0


def _rest(args: argparse.Namespace) -> argparse.Namespace:
    """Options may also stand among the words, in any order."""
    parser = argparse.ArgumentParser(prog="linli decode", add_help=False)
    _options(parser)
    parser.add_argument("proto", nargs="?")
    parser.add_argument("hex", nargs="*")
    given = {name: value for name, value in vars(args).items() if value}
    among = vars(parser.parse_intermixed_args(args.words))
    return argparse.Namespace(**{**among, **given, **{k: v for k, v in among.items() if v}})


def _decode(args: argparse.Namespace) -> None:
    if args.proto is None:
        raise WrongUse("no protocol given; linli decode --list names them 未指定协议")
    protocol = PROTOCOLS.get(args.proto)
    if protocol is None:
        known = ", ".join(PROTOCOLS)
        raise WrongUse(f"unknown protocol {args.proto!r}; known: {known} 未知协议")
    for name in _RADIO:
        if getattr(args, name) is not None:
            option = name.replace("_", "-")
            raise WrongUse(
                f"--{option} belongs to advertisements; {protocol.name} comes over a wire "
                f"--{option} 只用于蓝牙广播,{protocol.name} 是串口协议"
            )
    if not args.hex:
        raise WrongUse("no bytes given 未给出字节")
    direction = None if args.direction is None else Direction(args.direction)
    for capture in [_bytes(text) for text in args.hex]:  # all are read before any is judged
        for verdict in judge(protocol, capture, direction):
            print(_json(protocol.name, verdict) if args.json else _plain(verdict))


def _bytes(text: str) -> bytes:
    try:
        capture = bytes.fromhex(text)
    except ValueError as wrong:
        raise WrongUse(f"not hexadecimal: {text!r} ({wrong}) 不是十六进制") from wrong
    if not capture:
        raise WrongUse("an empty capture 空的报文")
    return capture


def _json(protocol: str, verdict: Verdict) -> str:
    if verdict.frame is None:
        told: Mapping[str, object] = {"protocol": protocol, "ok": False, "why": verdict.why}
    else:
        told = {"protocol": protocol, "ok": True, "frame": verdict.frame}
    return json.dumps(told, ensure_ascii=False)


def _plain(verdict: Verdict) -> str:
    if verdict.frame is None:
        return f"✗ {verdict.why}"
    return "✓ " + "  ".join(f"{name}={value}" for name, value in verdict.frame.items())
