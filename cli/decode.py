"""``linli decode``: says what bytes mean.

One HEX is one capture, and each frame or wreck in it one object.  Of the radio it is the service
data, the manufacturer data without the company, or what was notified; several of them were heard
from one device, in this order.  Exit 0 when all were judged, accepted or not; 2 for bad
hexadecimal, an unknown protocol or an option that does not belong to it; 3 if its parser is not
installed.
"""

import argparse
import dataclasses
import json
import re
import sys
from collections.abc import Mapping

from agent.drivers.codecs.adverts import is_installed
from agent.drivers.codecs.base import Direction, Given, Protocol
from agent.drivers.codecs.judge import Verdict, judge
from agent.drivers.codecs.register import PROTOCOLS

_RADIO = {"address": "address", "bindkey": "key", "service_data": "service"}
"""Options of advertisements, and what they give; bytes on a serial wire have none of it."""

_ADDRESS = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}")
_SHORT, _BASE = re.compile(r"[0-9a-f]{4}"), "-0000-1000-8000-00805f9b34fb"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class NotInstalled(Exception):
    """This part of the protocols is an extra, and it is not there."""


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
    parser.add_argument(
        "--service-data", metavar="HEX", help="the UUID that it is of, or the data 服务数据"
    )


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
    except NotInstalled as missing:
        print(missing, file=sys.stderr)
        return 3
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
    protocol = _protocol(args)
    data = _given(args, protocol)
    if not data:
        raise WrongUse("no bytes given 未给出字节")
    if protocol.needs and not is_installed(protocol.needs):
        raise NotInstalled(
            f"{protocol.name} needs {protocol.needs}, the extra of that name: "
            f"pip install 'linli[xiaomi]' 需要另装 {protocol.needs}"
        )
    direction = None if args.direction is None else Direction(args.direction)
    for capture in [_bytes(text) for text in data]:  # all are read before any is judged
        for verdict in judge(protocol, capture, direction):
            print(_json(protocol.name, verdict) if args.json else _plain(verdict))


def _protocol(args: argparse.Namespace) -> Protocol:
    """As it is read with what is given: one reader hears all captures."""
    if args.proto is None:
        raise WrongUse("no protocol given; linli decode --list names them 未指定协议")
    protocol = PROTOCOLS.get(args.proto)
    if protocol is None:
        known = ", ".join(PROTOCOLS)
        raise WrongUse(f"unknown protocol {args.proto!r}; known: {known} 未知协议")
    for name, field in _RADIO.items():
        if getattr(args, name) is not None and field not in protocol.given:
            option = name.replace("_", "-")
            raise WrongUse(
                f"--{option} belongs to advertisements; {protocol.name} has no such thing "
                f"--{option} 只用于蓝牙广播,{protocol.name} 不用"
            )
    if protocol.reader is None:
        return protocol
    given = Given(
        address=_address(args.address),
        key=None if args.bindkey is None else _bytes(args.bindkey),
        service=_service(args.service_data),
    )
    return dataclasses.replace(protocol, take=protocol.reader(given))


def _given(args: argparse.Namespace, protocol: Protocol) -> list[str]:
    """The captures.  ``--service-data`` may hold one instead of the UUID that they are of."""
    own = args.service_data
    if own is None or "service" not in protocol.given or _service(own) is not None:
        return list(args.hex)
    return [own, *args.hex]


def _address(text: str | None) -> str | None:
    if text is None:
        return None
    told = text.upper().replace("-", ":")
    if not _ADDRESS.fullmatch(told):
        raise WrongUse(f"not an address: {text!r}, but AA:BB:CC:DD:EE:FF 不是蓝牙地址")
    return told


def _service(text: str | None) -> str | None:
    """A UUID of 128 bits, or of 16 (FCD2); None if it is none."""
    told = (text or "").lower().removeprefix("0x")
    if _SHORT.fullmatch(told):
        return f"0000{told}{_BASE}"
    return told if _UUID.fullmatch(told) else None


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
