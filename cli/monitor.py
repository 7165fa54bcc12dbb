"""``linli monitor``: a live view of devices, wires and the journal.

It asks the agent once a second and works out the rates itself, so it costs the agent one small
answer; without an agent it waits and says so.  ``--json`` prints one object per second.
Exit 0 if the agent answered at least once, 1 if it never did.

With a PORT, ``--bus`` or ``--play`` it shows one wire instead: ``cli.wire``.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from agent.web.readiness import well
from agent.web.snapshot import Bus, Device, Snapshot
from cli.seeing import asking, tables
from cli.seeing.asking import NoConfig, Silence, Told
from cli.seeing.rates import SHORT_S, Window
from cli.seeing.words import size, span
from cli.wire import command as wire

EVERY_S = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    asking.add_arguments(parser)
    wire.add_arguments(parser)
    parser.add_argument("--seconds", type=float, metavar="N", help="stop after N seconds 运行时长")
    parser.add_argument("--json", action="store_true", help="one object per second 每秒一行 JSON")


def run(args: argparse.Namespace) -> int:
    if wire.wanted(args):
        return wire.run(args)
    try:
        answers = _answers(asking.socket_of(args), args.seconds)
    except NoConfig as wrong:
        print(wrong, file=sys.stderr)
        return 2
    show = show_json if args.json else show_live
    return 0 if show(answers) else 1


def _answers(path: Path, seconds: float | None) -> Iterator[Told | Silence]:
    """One answer per second, on the beat, for ``seconds`` or for ever."""
    due = start = time.monotonic()
    while seconds is None or due - start < seconds:
        yield asking.ask(path, EVERY_S * 2)
        due = max(due + EVERY_S, time.monotonic() - EVERY_S)  # after a long wait: no catching up
        time.sleep(max(0.0, due - time.monotonic()))


def show_json(answers: Iterator[Told | Silence]) -> bool:
    """One line per answer.  Did the agent ever answer?"""
    window, met = Window(), False
    for answer in answers:
        if isinstance(answer, Silence):
            told: dict[str, object] = {"running": False, "why": answer.why, "en": answer.en}
        else:
            window.add(answer.now)
            met, told = True, {"running": True, "rates": rates(window), **answer.plain}
        print(json.dumps(told, ensure_ascii=False), flush=True)
    return met


def show_live(answers: Iterator[Told | Silence]) -> bool:
    """The screen, drawn anew with each answer.  Did the agent ever answer?"""
    window, met = Window(), False
    with Live(auto_refresh=False, screen=sys.stdout.isatty()) as live:
        for answer in answers:
            if isinstance(answer, Told):
                window.add(answer.now)
                met = True
            live.update(view(answer, window), refresh=True)
    return met


def rates(window: Window) -> dict[str, object]:
    """Per second, except bytes per day; null until there are two snapshots to compare."""
    per_day = _per_day(window)
    return {
        "stored_per_s": window.rate(_stored),
        "written_bytes_per_day": None if per_day is None else round(per_day),
        "cpu_pct": _percent(window.rate(lambda now: now.process.cpu_s)),
    }


def view(answer: Told | Silence, window: Window) -> RenderableType:
    """The whole screen."""
    if isinstance(answer, Silence):
        return Text(f"等待网关 waiting for the agent\n{answer.zh}\n{answer.en}", style="yellow")
    now = answer.now
    parts: list[RenderableType] = [
        _headline(now, window),
        tables.devices(now, lambda device: _readings(window, device)),
        tables.buses(now, lambda bus: _adverts(window, bus)),
        tables.journal(now),
        *([tables.sync(now)] if now.sync.enabled else []),
        tables.happenings(now),
    ]
    return Group(*(piece for part in parts for piece in (part, Text())))


def _headline(now: Snapshot, window: Window) -> Text:
    text = Text.assemble((now.gateway, "bold"), f" {now.site}  up {span(now.process.uptime_s)}")
    trouble = len(well(now))
    words = (f"{trouble} 项待处理 to look at", "red") if trouble else ("良好 well", "green")
    text.append("  ").append(*words)
    stored, per_day = window.rate(_stored, SHORT_S), _per_day(window)
    text.append("" if stored is None else f"  存入 stored {stored:.1f}/s")
    text.append("" if per_day is None else f"  写盘 disk {size(per_day)}/天 day")
    return text.append(f"  内存 memory {size(now.process.rss_bytes)}")


def _readings(window: Window, device: Device) -> float | None:
    def count(now: Snapshot) -> float:
        return next((each.readings for each in now.devices if each.id == device.id), 0)

    return window.rate(count, SHORT_S)


def _adverts(window: Window, bus: Bus) -> float | None:
    def count(now: Snapshot) -> float:
        return next((each.adverts for each in now.buses if each.id == bus.id), 0)

    return window.rate(count, SHORT_S)


def _stored(now: Snapshot) -> float:
    return sum(stream.stored for stream in now.journal.streams)


def _per_day(window: Window) -> float | None:
    rate = window.rate(lambda now: now.process.written_bytes or 0)
    return None if rate is None else rate * 86_400


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(rate * 100, 2)
