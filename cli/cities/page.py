"""The page of ``linli city status``: for people."""

from rich.console import Console
from rich.table import Table

from city.forms import Record

SHOWN_ALARMS = 10


def show(status: Record, console: Console) -> None:
    console.print(
        f"记录 rows [bold]{status['rows']}[/] · 重复 duplicates {status['duplicates']}"
        f" · 冲突 conflicts {status['conflicts']} · 搁置 aside {status['aside']}"
    )
    console.print(_gateways(status["gateways"]))
    if status["commands"]:
        counts = " · ".join(f"{state} {n}" for state, n in sorted(status["commands"].items()))
        console.print(f"指令 commands: {counts}")
    for alarm in status["alarms"][:SHOWN_ALARMS]:
        console.print(
            f"[red]{alarm['what']}[/] {alarm['gateway']} {alarm['detail']}"
            f"  [dim]{alarm['times']} × {alarm['last']}",
            highlight=False,
        )


def _gateways(gateways: dict[str, Record]) -> Table:
    table = Table("网关 gateway", "在线 online", "最近 seen", "流 stream", box=None)
    for name in ("记录 rows", "缺号 holes", "重复 dup."):
        table.add_column(name, justify="right")
    for gateway, of in gateways.items():
        first = (gateway, "✓" if of["online"] else "–", (of["seen"] or "–")[:19])
        for stream, epochs in of["streams"].items():
            counts = (
                sum(each[name] for each in epochs) for name in ("rows", "holes", "duplicates")
            )
            table.add_row(*first, stream, *map(str, counts))
            first = ("", "", "")
        if not of["streams"]:
            table.add_row(*first)
    return table
