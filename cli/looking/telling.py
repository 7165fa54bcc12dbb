"""What was seen goes to whoever asked: as lines of JSON, as a table, as drawn copies."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from rich.console import Console

from agent.vision.look import Seen, as_line
from cli.looking import table
from cli.looking.copies import Copies

MOST_ROWS = 100  # of one table: a long list is told in pieces


class Teller:
    """Objects are printed at once, rows of the table in pieces and when it is left."""

    def __init__(self, *, as_json: bool, draw: Path | None) -> None:
        self._json = as_json
        self._copies = None if draw is None else Copies(draw)
        self._rows = list[table.Row]()
        self._console = Console(soft_wrap=True, highlight=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._print_rows()

    def seen(self, file: str, seen: Seen) -> None:
        if self._copies is not None:
            self._copies.add(file, seen)
        if self._json:
            _print(as_line(file, seen))
        else:
            self._add(table.rows(file, seen))

    def fault(self, file: str, why: str) -> None:
        if self._json:
            _print({"file": file, "error": why})
        else:
            self._add([table.fault(file, why)])

    def _add(self, rows: Iterable[table.Row]) -> None:
        self._rows += rows
        if len(self._rows) >= MOST_ROWS:
            self._print_rows()

    def _print_rows(self) -> None:
        if self._rows:
            self._console.print(table.made(self._rows))
        self._rows = []


def _print(line: dict[str, object]) -> None:
    """A name that is no text keeps its bytes as U+DC80 to U+DCFF, escaped, as Python has them."""
    text = json.dumps(line, ensure_ascii=False)
    print(text if _is_text(text) else json.dumps(line), flush=True)


def _is_text(text: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in text)
