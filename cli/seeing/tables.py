"""The agent's state on a terminal, each heading in Chinese and English."""

from collections.abc import Callable
from typing import TypeVar

from rich import box
from rich.markup import escape
from rich.table import Table

from agent.web.snapshot import Bus, Device, Snapshot, Value
from cli.seeing.words import number, size, span

HERE = {True: "[green]在线 here", False: "[red]离线 away", None: "[yellow]未知 not yet"}
T = TypeVar("T")
PerSecond = Callable[[T], float | None]


def table(*headings: str) -> Table:
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        numeric = heading.startswith("#")
        made.add_column(heading.removeprefix("#"), justify="right" if numeric else "left")
    return made


def devices(now: Snapshot, per_second: PerSecond[Device] | None = None) -> Table:
    made = table("设备 device", "状态 state", "最近值 last value", "#次数 readings", "#未答 misses")
    if per_second is not None:
        made.add_column("每秒 /s", justify="right")
    for each in now.devices:
        cells = [
            f"{each.id} [dim]{each.driver}",
            HERE[each.here],
            values(each.last),
            str(each.readings),
            str(each.misses),
        ]
        if per_second is not None:
            rate = per_second(each)
            cells.append("" if rate is None else f"{rate:.1f}")
        made.add_row(*cells)
    return made


def values(last: tuple[Value, ...], most: int = 3) -> str:
    shown = [f"{number(each.value)} {each.unit}{_doubt(each)}".strip() for each in last[:most]]
    age = f" [dim]{span(min(each.age_s for each in last))}" if last else ""
    return "  ".join(shown) + ("  …" if len(last) > most else "") + age


def _doubt(value: Value) -> str:
    return "" if value.quality == "good" else f" [yellow]{value.quality}[/]"


def buses(now: Snapshot, per_second: PerSecond[Bus] | None = None) -> Table:
    """``per_second``: advertisements that a radio hears."""
    made = table(
        "总线 bus", "状态 state", "端口 port", "#询问 asked", "#超时 timeouts", "#重开 reopens"
    )
    radio = any(each.adverts for each in now.buses)
    for heading in ("广播 adverts", "连接 links") if radio else ():
        made.add_column(heading, justify="right")
    for each in now.buses:
        state = "[green]已打开 up" if each.up else "[red]断开 down"
        counts = [str(count) for count in (each.exchanges, each.timeouts, each.reopens)]
        if radio:
            counts += [_adverts(each, per_second), str(each.links or "")]
        made.add_row(each.id, state, escape(each.port), *counts)
    return made


def _adverts(bus: Bus, per_second: PerSecond[Bus] | None) -> str:
    rate = None if per_second is None else per_second(bus)
    return f"{rate:.0f}/s" if rate is not None and bus.adverts else str(bus.adverts or "")


def cameras(now: Snapshot) -> Table:
    """Empty for a box without any."""
    made = table(
        "摄像头 camera",
        "画面 picture",
        "#帧率 fps",
        "#识别 reads",
        "#事件 events",
        "#耗时 ms",
        "#之前 ago",
    )
    for each in now.eyes.cameras:
        state = "[green]正常 good" if each.up else "[red]无画面 none"
        if each.fault:
            state = f"[red]{escape(each.fault)}"
        ago = "" if each.last_event_s is None else span(each.last_event_s)
        counts = (str(each.reads), str(each.events), f"{each.cpu_ms:.1f}", ago)
        made.add_row(each.id, state, f"{each.fps:.1f}", *counts)
    return made


def evidence(now: Snapshot) -> Table:
    """Empty for a box that keeps no pictures."""
    made = table("图片 pictures", "#通行 passages", "#保留 held", "#未存 refused", "占用 size")
    kept = now.evidence
    if kept.enabled:
        state = "[green]正常 kept" if kept.writes else f"[red]不可写 {escape(kept.reason)}"
        room = f"{size(kept.bytes)} / {size(kept.budget_bytes)}"
        made.add_row(state, str(kept.passages), str(kept.held), str(kept.refused), room)
    return made


def journal(now: Snapshot) -> Table:
    made = table(
        "缓存 journal",
        "#收到 captured",
        "#已存 stored",
        "#待传 pending",
        "#缺口 gapped",
        "占用 size",
    )
    for each in now.journal.streams:
        counts = (each.captured, each.stored, each.pending, each.gapped)
        room = f" / {size(each.budget_bytes)}" if each.budget_bytes else ""
        made.add_row(each.name, *(str(count) for count in counts), size(each.bytes) + room)
    return made


def sync(now: Snapshot) -> Table:
    """Empty for a box that has no platform."""
    made = table("平台 platform", "#未回音 in flight", "#已发 sent", "#重发 resent")
    if not now.sync.enabled:
        return made
    state = "[green]已连接 up" if now.sync.up else f"[red]未连接 down[/] {escape(now.sync.reason)}"
    made.add_row(f"{state} [dim]{span(now.sync.for_s)}", "", "", "")
    for lane in now.sync.lanes:
        made.add_row(f"  {lane.name}", *map(str, (lane.in_flight, lane.sent, lane.resent)))
    made.add_row("  平台已入库 committed", "", str(now.sync.acked), "")
    return made


def happenings(now: Snapshot, most: int = 8) -> Table:
    made = table("最近事件 last events", "设备 device", "内容 data", "#之前 ago")
    for each in reversed(now.happenings[-most:]):
        data = " ".join(f"{name}={value}" for name, value in each.data.items())
        made.add_row(each.kind, each.device, escape(data[:60]), span(each.age_s))
    return made
