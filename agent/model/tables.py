"""The tables of docs/messages.md, made from the code so that the page cannot lie.

``python -m agent.model.tables docs/messages.md`` fills them in; a test fails when they are stale.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from agent.model.kinds import KINDS
from agent.model.quantities import QUANTITIES


def quantities() -> str:
    rows = (
        (f"`{q.name}`", q.unit, q.decimals, f"{q.low:g} … {q.high:g}", q.zh, q.en)
        for q in QUANTITIES.values()
    )
    return _table(("quantity", "unit", "decimals", "bounds", "中文", "English"), rows)


def kinds() -> str:
    rows = (
        (f"`{k.name}`", " ".join(f"`{name}`" for name in k.data.split()), k.keep_days, k.zh, k.en)
        for k in KINDS.values()
    )
    return _table(("kind", "data", "kept, days", "中文", "English"), rows)


TABLES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {"quantities": quantities, "kinds": kinds}
)


def filled(page: str) -> str:
    """``page`` with each table put anew between ``<!-- table: NAME -->`` and ``<!-- end -->``."""
    for name, table in TABLES.items():
        mark = f"<!-- table: {name} -->"
        pattern = re.compile(re.escape(mark) + r"\n.*?<!-- end -->", re.DOTALL)
        page = pattern.sub(f"{mark}\n{table()}<!-- end -->", page)
    return page


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(filled(file.read_text(encoding="utf-8")), encoding="utf-8")
