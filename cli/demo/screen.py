"""The demo on a terminal: what happens now, the devices, the way to the city, and what it has."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.model.kinds import KINDS
from agent.web.snapshot import Device, Snapshot
from cli.demo.sample import KEPT, Sample
from cli.demo.words import Headline
from cli.seeing import tables
from cli.seeing.rates import SHORT_S, Window
from cli.seeing.words import size

WIDE = 190  # columns: two tables side by side
TALL = 44  # lines: everything, one below the other
LOW = 26  # lines without the last events, if box and journal are left out
BAR = 40  # characters for the largest backlog, where there is room beside the words
WORDS = 84
MOST_DATA = 48


class Screen:
    """Drawn from the samples in their order."""

    def __init__(self) -> None:
        self._window = Window()
        self._backlog = 1  # the largest so far

    def draw(
        self, sample: Sample, now: Headline, clock: str, size: tuple[int, int]
    ) -> RenderableType:
        """``clock``: how far the run is, in words.  ``size``: columns and lines."""
        if sample.box is None:
            return Text("等待网关 waiting for the agent", style="yellow")
        self._window.add(sample.box)
        tabled = self._tables(sample, sample.box, *size)
        return Group(_headline(now, clock), self._rates(sample.box, size[0]), Text(), *tabled)

    def _tables(
        self, sample: Sample, box: Snapshot, width: int, height: int
    ) -> list[RenderableType]:
        """What there is room for."""
        devices = tables.devices(box, self._per_second)
        if width >= WIDE:
            left, right = [devices, tables.journal(box)], [tables.sync(box), _city(sample)]
            return _columns(left, [*right, _events(sample, KEPT)])
        if height >= TALL:
            inner = [devices, tables.journal(box), tables.sync(box), _city(sample)]
            return _rows([*inner, _events(sample, KEPT)])
        return _rows([devices, _city(sample), _events(sample, max(1, height - LOW))])

    def _per_second(self, device: Device) -> float | None:
        def count(now: Snapshot) -> float:
            return next((each.readings for each in now.devices if each.id == device.id), 0)

        return self._window.rate(count, SHORT_S)

    def _rates(self, box: Snapshot, width: int) -> Text:
        rate = self._window.rate(lambda now: sum(e.captured for e in now.journal.streams), SHORT_S)
        waiting = sum(each.pending + each.open for each in box.journal.streams)
        self._backlog = max(self._backlog, waiting)
        text = Text(f"{box.site} {box.gateway}  ", style="bold")
        text.append("" if rate is None else f"{rate:.1f} 条/秒 records/s", style="not bold")
        text.append(f"  内存 memory {size(box.process.rss_bytes)}", style="not bold")
        text.append(f"  待传 backlog {waiting:5d} ", style="not bold")
        bar = max(0, min(BAR, width - WORDS))
        colour = "green" if box.sync.up else "red"
        return text.append("█" * round(bar * waiting / self._backlog), style=colour)


def _headline(now: Headline, clock: str) -> Panel:
    words = Text.assemble((now.zh, "bold"), "  ", now.en)
    return Panel(words, border_style=now.style, subtitle=clock, subtitle_align="right")


def _rows(parts: list[Table]) -> list[RenderableType]:
    return [piece for part in parts for piece in (part, Text())]


def _columns(left: list[Table], right: list[Table]) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 4))
    grid.add_row(Group(*_rows(left)), Group(*_rows(right)))
    return [grid]


def _city(sample: Sample) -> Table:
    made = tables.table("城市 city", "#记录 rows", "#重复已丢 dropped twice", "指令 commands")
    commands = " ".join(f"{state} {n}" for state, n in sorted(sample.city["commands"].items()))
    rows, twice = str(sample.rows), str(sample.city["duplicates"])
    made.add_row("[green]已入库 committed", rows, twice, commands)
    return made


def _events(sample: Sample, most: int) -> Table:
    made = tables.table("城市收到的最近事件 last events", "设备 device", "内容 data")
    for event in sample.events[: -most - 1 : -1]:
        kind = KINDS.get(str(event["kind"]))
        name = str(event["kind"]) if kind is None else f"{kind.zh} [dim]{kind.name}"
        made.add_row(name, str(event["device"]), escape(_data(event["data"])))
    return made


def _data(data: Mapping[str, Any]) -> str:
    """Without hashes and long ids, which tell nothing to a person."""
    short = {name: value for name, value in data.items() if name not in ("code_sha256", "id")}
    return " ".join(f"{name}={value}" for name, value in short.items())[:MOST_DATA]
