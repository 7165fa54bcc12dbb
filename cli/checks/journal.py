"""Is the journal whole?  A read-only look beside the running agent."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from agent.config.settings import Store
from agent.store.recovery import NAME
from cli.checks.finding import Finding, Verdict, fine, skipped

PATIENCE_S = 20.0  # a database of 500 MB takes about this long on a card
_STEPS = 100_000  # virtual machine instructions between two looks at the clock


def journal(store: Store) -> Iterator[Finding]:
    path = store.dir / NAME
    if not path.exists():
        yield skipped("journal", "还没有缓存数据库", "there is no journal yet", str(path))
        return
    yield _checked(path)


def _checked(path: Path) -> Finding:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as base:
            ends = time.monotonic() + PATIENCE_S
            base.set_progress_handler(lambda: int(time.monotonic() > ends), _STEPS)
            (verdict,) = base.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as why:
        return _told(path, why)
    if verdict == "ok":
        return fine("journal", "缓存数据库完好", "the journal is whole", str(path))
    return _damaged(path, str(verdict))


def _told(path: Path, why: sqlite3.DatabaseError) -> Finding:
    code = getattr(why, "sqlite_errorcode", 0) & 0xFF  # https://sqlite.org/rescode.html
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return _damaged(path, str(why))
    if code == sqlite3.SQLITE_INTERRUPT:
        zh, en = f"{PATIENCE_S:.0f} 秒内未查完", f"not finished within {PATIENCE_S:.0f} s"
        return skipped("journal", zh, en, str(path))
    return skipped("journal", f"打不开：{why}", f"cannot be opened: {why}", str(path))


def _damaged(path: Path, why: str) -> Finding:
    return Finding(
        check="journal",
        verdict=Verdict.BAD,
        about=str(path),
        zh=f"缓存数据库损坏：{why}",
        en=f"the journal is damaged: {why}",
        todo_zh="重启网关：它会把损坏的文件移到一旁并重新开始；然后检查存储卡",
        todo_en="restart the agent: it moves the damaged file aside; then check the card",
    )
