"""A scan for people: what was found, and the lines for the configuration."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agent.drivers.register import REGISTER
from cli.scan.finding import Finding, Told

MOST_ID = 32  # [a-z0-9-]{1,32}


def show(told: Sequence[Told], console: Console) -> None:
    console.print(_table(told))
    found = [each for each in told if isinstance(each, Finding)]
    if found:
        console.print(
            "\n可粘贴到配置（先核对）  For the configuration, once you have checked it:\n"
        )
        console.print(escape(config(found)), highlight=False)


def _table(told: Iterable[Told]) -> Table:
    table = Table("端口 port", "设备 device", "地址 address", "线路 line", "把握 sure", "备注 note")
    for each in told:
        if isinstance(each, Finding):
            guess = each.sighting.guess
            line = f"{each.baud or ''} {each.format}".strip()
            address = "" if guess.address is None else str(guess.address)
            cells = (_device(each), address, line, f"{guess.confidence:.0%}", _note(each))
            table.add_row(escape(each.port), *map(escape, cells))
        else:
            table.add_row(escape(each.port), "—", "", "", "", escape(each.why))
    return table


def _device(finding: Finding) -> str:
    guess = finding.sighting.guess
    if guess.device is not None:
        return f"{REGISTER[guess.device].zh}\n{guess.device} ({guess.protocol})"
    names = [f"{REGISTER[name].zh} {name}" for name in guess.candidates]
    return "无法确定，可能是 one of:\n" + "\n".join(names)


def _note(finding: Finding) -> str:
    guess = finding.sighting.guess
    echo = ("转换器有回显 the adapter echoes",) if finding.echo else ()
    return "\n".join(filter(None, (guess.zh, guess.en, *echo)))


def config(findings: Sequence[Finding]) -> str:
    """``[[bus]]`` for each port and ``[[device]]`` for each finding, as box.toml has them."""
    ports = dict.fromkeys(each.port for each in findings)
    blocks = list[str]()
    for port in ports:
        here = [each for each in findings if each.port == port]
        bus = _id(Path(port).name)
        blocks.append(_bus(bus, here[0]))
        blocks += [_configured(bus, each, number) for number, each in enumerate(here, 1)]
    return "\n".join(blocks)


def _bus(bus: str, first: Finding) -> str:
    lines = ["[[bus]]", f'id = "{bus}"', f'port = "{first.port}"', f"baud = {first.baud or 9600}"]
    lines += [f'format = "{first.format}"'] if first.format != "8N1" else []
    lines += ["echo = true"] if first.echo else []
    return "\n".join(lines) + "\n"


def _configured(bus: str, finding: Finding, number: int) -> str:
    guess = finding.sighting.guess
    driver = guess.device or (guess.candidates[0] if guess.candidates else "")
    rest = [] if guess.device else [f"# 待确认 one of: {', '.join(guess.candidates)}"]
    lines = ["[[device]]", *rest, f'id = "{_id(f"{bus}-{number}")}"', f'driver = "{driver}"']
    lines.append(f'bus = "{bus}"')
    lines += [] if guess.address is None else [f"address = {guess.address}"]
    return "\n".join((*lines, *_options(guess.options))) + "\n"


def _options(options: Mapping[str, object]) -> list[str]:
    """What is still open is left for a person to choose."""
    lines = ["[device.options]"] if options else []
    for name, value in options.items():
        if isinstance(value, tuple):
            lines.append(f"#{name} = 选一个 one of: {', '.join(map(str, value))}")
        else:
            lines.append(f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}")
    return lines


def _id(name: str) -> str:
    """Fit for an id, and its end rather than its beginning: sockets differ there."""
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[-MOST_ID:].strip("-") or "wire"
