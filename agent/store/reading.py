"""Reading the journal from outside: another process, another thread, a file that was moved aside.

Never writes.  Records come in the order of capture within a boot, boots in the order of their
first record, so that a replay sees what the box saw.
"""

import heapq
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.model.forms import to_line
from agent.model.kinds import BULK, URGENT
from agent.model.records import Stored
from agent.model.time import utc_text
from agent.store import block
from agent.store.recovery import NAME
from agent.store.schema import connect_to_read

Line = dict[str, Any]
_Key = tuple[int, int, int, int]
_MOST_STREAMED = 512  # rows fetched at once


@dataclass(frozen=True, slots=True)
class Wanted:
    """``stream`` None: both.  ``after``: numbers beyond this one, of that epoch or later."""

    stream: str | None = None
    after: tuple[int, int] | None = None


class Unreadable(Exception):
    """There is no journal here, or it is none; the text says where."""


def database(state: Path) -> Path:
    """The journal of a state directory, or the database file itself."""
    return state / NAME if state.is_dir() else state


def records(state: Path, wanted: Wanted = Wanted()) -> Iterator[Line]:  # frozen
    """Stored records as lines (docs/messages.md).  Unreadable."""
    path = database(state)
    if not path.exists():
        raise Unreadable(f"no journal in {state} 此处没有缓存数据库")
    try:
        link = connect_to_read(path)
    except sqlite3.Error as fault:
        raise Unreadable(f"{path}: {fault}") from fault
    try:
        link.execute("BEGIN")  # one moment of the journal, however long the reading takes
        yield from _merged(link, wanted)
    except sqlite3.Error as fault:
        raise Unreadable(f"{path}: {fault}") from fault
    finally:
        link.close()


def _merged(link: sqlite3.Connection, wanted: Wanted) -> Iterator[Line]:
    """Two cursors in number order; within one stream numbers rise with the time of capture, or
    nearly so, and blocks are merged reading by reading."""
    offsets = _offsets(link)
    streams = []
    if wanted.stream in (None, URGENT):
        streams.append(_urgent(link, wanted.after))
    if wanted.stream in (None, BULK):
        streams.append(_bulk(link, wanted.after))
    for _, line in heapq.merge(*streams, key=lambda pair: pair[0]):
        yield _told_later(line, offsets)


def _urgent(link: sqlite3.Connection, after: tuple[int, int] | None) -> Iterator[tuple[_Key, Line]]:
    epoch, seq = after or (0, 0)
    rows = link.execute(
        "SELECT boot, mono_ns, seq, payload FROM urgent"
        " WHERE epoch > ?1 OR (epoch = ?1 AND seq > ?2) ORDER BY boot, mono_ns, seq",
        (epoch, seq),
    )
    for boot, mono_ns, number, payload in rows:
        line = json.loads(payload)
        record = line.pop("record", None)  # a gap's own identity; it names the lost ones' too
        if record is not None:
            line |= {"seq": record["seq"], "of": line["stream"], "stream": record["stream"]}
        yield (boot, mono_ns, 0, number), line


def _bulk(link: sqlite3.Connection, after: tuple[int, int] | None) -> Iterator[tuple[_Key, Line]]:
    epoch, seq = after or (0, 0)
    rows = link.execute(
        "SELECT boot, payload FROM block"
        " WHERE epoch > ?1 OR (epoch = ?1 AND last_seq > ?2) ORDER BY boot, t0, first_seq",
        (epoch, seq),
    )
    for boot, payload in rows:
        try:
            who, readings = block.decode(payload)
        except block.Damaged:
            continue  # the agent finds it too, and leaves a gap record for it
        for number, reading in enumerate(readings, who.first):
            if after is not None and who.epoch == epoch and number <= seq:
                continue
            stored = Stored(gateway=who.gateway, stream=BULK, epoch=who.epoch, seq=number)
            yield (boot, reading.at.mono_ns, 1, number), to_line(reading, stored)


def _offsets(link: sqlite3.Connection) -> dict[str, int]:
    """By boot: what the first anchor of that boot told."""
    rows = link.execute(
        "SELECT boot.boot, offset_ns, min(mono_ns) FROM anchor JOIN boot ON boot.id = anchor.boot"
        " GROUP BY anchor.boot"
    )
    return {boot: offset for boot, offset, _ in rows}


def _told_later(line: Line, offsets: dict[str, int]) -> Line:
    """A record from before the first sync of its boot gets its UTC here; what is stored stays.

    ``tq`` stays as well: whoever judged it then did not know the time, and a replay must not.
    """
    if line.get("utc") is None and line.get("boot") in offsets and "mono_ns" in line:
        utc_ns = line["mono_ns"] + offsets[line["boot"]]
        return {**line, "utc": utc_text(utc_ns)}
    return line
