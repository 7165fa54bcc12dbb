"""``linli monitor PORT``, ``--bus`` and ``--play``: arguments, printing, exit codes."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from agent.config.settings import Bus
from agent.drivers.base import Seat
from agent.drivers.codecs.register import PROTOCOLS
from agent.drivers.register import REGISTER
from agent.links.base import LinkDown
from agent.web import client
from cli.seeing import asking
from cli.wire import playing, port, tape
from cli.wire.decoding import Decoder
from cli.wire.recording import Piece, Recorder, Unreadable, read

FORMATS = ("8N1", "7E1", "8E1", "8O1", "7N1", "7O1", "8N2")
Show = Callable[[Piece], None]


class WrongUse(Exception):
    """The caller must call differently; the text says how."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("port", nargs="?", metavar="PORT", help="listen to this port 只听这个串口")
    parser.add_argument("--bus", metavar="ID", help="a wire of the running agent 运行中的总线")
    parser.add_argument("--play", type=Path, metavar="F", help="play a recording 回放录制")
    parser.add_argument("--driver", metavar="NAME", help="to this driver (--play) 交给这个驱动")
    parser.add_argument("--address", type=int, metavar="A", help="of the device (--play) 设备地址")
    parser.add_argument("--baud", type=int, default=9600, metavar="N", help="of PORT 波特率")
    parser.add_argument("--format", default="8N1", choices=FORMATS, help="of PORT 数据格式")
    parser.add_argument("--proto", action="append", default=[], help="decode as this 按此协议解码")
    parser.add_argument("--record", type=Path, metavar="F", help="keep what is heard 录制到文件")


def wanted(args: argparse.Namespace) -> bool:
    """Whether a wire is meant, and not the whole box."""
    return any((args.port, args.bus, args.play))


def run(args: argparse.Namespace) -> int:
    """0 when something was heard, 1 when nothing was; 2 for wrong use or a wire in service."""
    try:
        return _run(args)
    except (WrongUse, Unreadable, LinkDown, tape.NoWire, client.AskFailed) as wrong:
        print(wrong, file=sys.stderr)
        return 2


def _run(args: argparse.Namespace) -> int:
    if sum(map(bool, (args.port, args.bus, args.play))) > 1:
        raise WrongUse("PORT, --bus or --play, one of them 串口、--bus、--play 只能选一个")
    for name in args.proto:
        if name not in PROTOCOLS:
            raise WrongUse(f"unknown protocol {name!r}; known: {', '.join(PROTOCOLS)} 未知协议")
    if args.play is not None and args.driver is not None:
        return _play(args)
    with ExitStack() as open_files:
        heard = Printer(args, _recorder(args, open_files))
        if args.port:
            asyncio.run(_all(port.listen(_bus(args), args.seconds), heard))
        else:
            for piece in _told(args):
                heard(piece)
    return 0 if heard.count else 1


def _told(args: argparse.Namespace) -> Iterator[Piece]:
    if args.play is not None:
        return read(args.play)
    return tape.listen(asking.socket_of(args), args.bus, args.seconds)


async def _all(pieces: AsyncIterator[Piece], show: Show) -> None:
    async for piece in pieces:
        show(piece)


def _bus(args: argparse.Namespace) -> Bus:
    return Bus(id="monitor", port=args.port, baud=args.baud, format=args.format)


def _recorder(args: argparse.Namespace, files: ExitStack) -> Recorder | None:
    if args.record is None:
        return None
    out = files.enter_context(args.record.open("w", encoding="utf-8"))
    args.record.chmod(0o600)  # codes and cards pass along these wires
    of = {"port": args.port, "baud": args.baud, "format": args.format} if args.port else {}
    return Recorder(out, **of, **({"bus": args.bus} if args.bus else {}))


class Printer:
    """Shows and records pieces, and counts them."""

    def __init__(self, args: argparse.Namespace, recorder: Recorder | None) -> None:
        self._decoder, self._json, self._recorder = Decoder(args.proto), args.json, recorder
        self.count = 0

    def __call__(self, piece: Piece) -> None:
        self.count += 1
        seen: list[dict[str, object]] = [
            {"protocol": s.protocol, "frame": s.frame} for s in self._decoder.feed(piece)
        ]
        if self._recorder is not None:
            self._recorder.add(piece)
        if self._json:
            print(json.dumps({**piece.as_line(), "frames": seen}, ensure_ascii=False), flush=True)
        else:
            print(_text(piece, seen), flush=True)


def _text(piece: Piece, seen: list[dict[str, object]]) -> str:
    arrow = {"host": "→", "device": "←"}[piece.who]
    lines = [f"{_clock(piece)} {arrow} {piece.data.hex(' ').upper()}"]
    for each in seen:
        frame = each["frame"]
        fields = frame.items() if isinstance(frame, Mapping) else ()
        lines.append(f"{'':15}{each['protocol']}  " + "  ".join(f"{k}={v}" for k, v in fields))
    return "\n".join(lines)


def _clock(piece: Piece) -> str:
    ago = (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - piece.mono_ns) / 1e9
    at = time.time() - ago
    return f"{time.strftime('%H:%M:%S', time.localtime(at))}.{int(at * 1000) % 1000:03d}"


def _play(args: argparse.Namespace) -> int:
    model = REGISTER.get(args.driver)
    if model is None or model.radio is not None:
        raise WrongUse(f"unknown driver {args.driver!r} 未知驱动")
    seat = Seat(device="recorded", address=args.address, options=model.options())
    said = False
    for line in playing.play(model, seat, list(read(args.play))):
        said = said or "error" not in line
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return 0 if said else 1
