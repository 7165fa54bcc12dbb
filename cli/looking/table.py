"""What was seen, for people."""

from collections.abc import Iterator

from rich.markup import escape
from rich.table import Table

from agent.vision.charset import text_of
from agent.vision.found import FoundCode, FoundPlate
from agent.vision.look import Seen
from cli.looking.names import printable
from cli.seeing.tables import table

COLOURS = {"blue": "蓝", "yellow": "黄", "green": "绿", "white": "白", "black": "黑"}
KINDS = {"single-row": "单层", "double-row": "双层", "new-energy": "新能源", "paper": "纸质"}
MOST_TEXT = 60  # characters of a code

Row = tuple[str, str, str, str]


def made(rows: list[Row]) -> Table:
    told = table("文件 file", "内容 what", "类型 kind", "#把握 sure")
    for column in told.columns[:2]:
        column.overflow = "fold"  # a name that is cut short finds no file
    for row in rows:
        told.add_row(*row)
    return told


def rows(file: str, seen: Seen) -> Iterator[Row]:
    """One a finding, one that says so if nothing was found."""
    name = escape(printable(file))
    for plate in seen.plates:
        yield (name, _plate(plate), _kind(plate), f"{plate.confidence:.0%}")
    for code in seen.codes:
        yield (name, escape(_code(code)), f"二维码 {code.format}", "")
    if not seen.plates and not seen.codes:
        yield (name, "[dim]没有发现 nothing found", "", "")


def fault(file: str, why: str) -> Row:
    return (escape(printable(file)), f"[red]✗[/] {escape(printable(why))}", "", "")


def _plate(plate: FoundPlate) -> str:
    if plate.text is None:
        return "[yellow]看不清 cannot be read"
    return f"{plate.text} [yellow]存疑 unsure" if plate.unsure else plate.text


def _kind(plate: FoundPlate) -> str:
    return f"{COLOURS[plate.colour]}{KINDS[plate.kind]} {plate.colour} {plate.kind}"


def _code(code: FoundCode) -> str:
    text = text_of(code.payload)
    if text is None:
        text = f"hex {code.payload.hex()}"
    shown = printable(text)
    return shown if len(shown) <= MOST_TEXT else f"{shown[:MOST_TEXT]}… ({len(code.payload)} B)"
