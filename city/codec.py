"""Payloads of a box into parcels: docs/protocol.md, sections 2, 3 and 7.  Pure; never raises.

Lenient where the world may grow: what has a number is kept, as it came if need be; only a payload
in which no number can be read is put aside.  Strict where a mistake would become a number.
"""

import json
import math
import zlib
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import Any

from city import numbers
from city.numbers import MOST, MOST_EPOCH, whole
from city.parcels import (
    BULK,
    QUALITIES,
    URGENT,
    Aside,
    Head,
    Lost,
    Readings,
    Result,
    Sealed,
    Series,
    Told,
)

MOST_PAYLOAD = 2**20
"""Bytes: sixteen times what version 1 sends at once, so that a later one may send more."""
MOST_UNPACKED = 16 * 2**20
"""Bytes of a block's JSON: a small payload must not fill the memory."""
MOST_READINGS = 65_536
"""Of one block; boxes of version 1 seal at 256."""
MOST_LINES = 1024
"""Of one urgent payload; version 1 sends 64."""
MOST_TEXT = 128
"""Characters of a name; those of version 1 have 32."""

_HEAD = frozenset({"gateway", "stream", "epoch", "first", "n", "boot", "mono_ns"})
_REST = frozenset({"offset_ns", "utc", "tq", "series", "s", "step_ns", "t", "v", "q"})
_RESULTS = {
    f"command_{state}": state
    for state in ("accepted", "done", "failed", "expired", "unknown", "rejected")
}
_NUMBER = frozenset({int, float, type(None)})

Line = dict[str, Any]


class _Strange(Exception):
    """The rest of a block is not as version 1 writes it."""


def block(gateway: str, payload: bytes) -> Readings | Sealed | Aside:
    """What came on ``up/live`` or ``up/backfill`` of this gateway."""
    table = _unpacked(payload)
    head = None if table is None else _head(gateway, table)
    if table is None or head is None:
        return Aside(gateway=gateway, should_be="block", payload=payload)
    try:
        return _readings(head, table, payload)
    except (_Strange, KeyError, TypeError, ValueError, OverflowError):
        return Sealed(head=head, payload=payload)


def lines(gateway: str, payload: bytes) -> Iterator[Told | Aside]:
    """What came on ``up/urgent`` of this gateway, record by record."""
    rows = payload.split(b"\n", MOST_LINES) if len(payload) <= MOST_PAYLOAD else [payload]
    for row in rows:
        if row.strip():
            told = _told(gateway, row)
            yield told or Aside(gateway=gateway, should_be="record", payload=row)


def parse(data: bytes) -> Line | None:
    """A JSON object, or None: for bytes that somebody else wrote."""
    try:
        value = json.loads(data.decode(), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unpacked(payload: bytes) -> Line | None:
    if len(payload) > MOST_PAYLOAD:
        return None
    packed = zlib.decompressobj()
    try:
        data = packed.decompress(payload, MOST_UNPACKED)
    except zlib.error:
        return None
    return parse(data) if packed.eof else None


def _head(gateway: str, table: Line) -> Head | None:
    epoch = whole(table.get("epoch"), 0, MOST_EPOCH)
    first = whole(table.get("first"), 1, MOST - MOST_READINGS)
    n = whole(table.get("n"), 1, MOST_READINGS)
    named = table.get("gateway") == gateway and table.get("stream") == BULK
    if not named or epoch is None or first is None or n is None:
        return None
    boot = numbers.text(table.get("boot"), MOST_TEXT) or ""
    mono_ns = whole(table.get("mono_ns"))
    return Head(
        gateway=gateway,
        epoch=epoch,
        first=first,
        n=n,
        boot=boot,
        mono_ns=-1 if mono_ns is None else mono_ns,
    )


def _readings(head: Head, table: Line, payload: bytes) -> Readings:
    series = [_series(each) for each in table["series"]]
    return Readings(
        head=head,
        offset_ns=table["offset_ns"],
        tq=_name(table["tq"]),
        series=series,
        places=_places(table["s"], head.n, len(series)),
        times=_times(head, table),
        values=_values(table["v"], head.n),
        qualities=_qualities(table["q"], head.n),
        more=None if table.keys() <= _HEAD | _REST else payload,
    )


def _series(value: object) -> Series:
    if not isinstance(value, list) or len(value) != 3:
        raise _Strange
    device, point, quantity = value
    return _name(device), None if point is None else _name(point), _name(quantity)


def _name(value: object) -> str:
    name = numbers.text(value, MOST_TEXT)
    if name is None:
        raise _Strange
    return name


def _places(column: Sequence[Any], n: int, most: int) -> Sequence[int]:
    _must(set(map(type, column)) == {int} and len(column) == n)
    _must(min(column) >= 0 and max(column) < most)
    return column


def _times(head: Head, table: Line) -> Sequence[int]:
    """Monotonic times.  With the offset they must be between 1970 and 2262, as kept in 63 bits."""
    step, steps, offset = table["step_ns"], table["t"], table["offset_ns"]
    _must(set(map(type, steps)) <= {int} and len(steps) == head.n - 1 and head.boot != "")
    _must(whole(step, 1) is not None and head.mono_ns >= 0)
    times = list(accumulate(chain((head.mono_ns,), (each * step for each in steps))))
    low, high = min(times), max(times)
    _must(low >= 0 and high <= MOST)
    if offset is not None:
        _must(whole(offset, -MOST) is not None and low + offset >= 0 and high + offset <= MOST)
    return times


def _values(column: Sequence[Any], n: int) -> Sequence[float | None]:
    kinds = set(map(type, column))
    _must(kinds <= _NUMBER and len(column) == n)
    known = [each for each in column if each is not None] if type(None) in kinds else column
    _must(all(map(math.isfinite, known)))
    return column


def _qualities(doubts: dict[str, Any], n: int) -> Sequence[int]:
    _must(isinstance(doubts, dict))
    qualities = [0] * n
    for name, places in doubts.items():
        quality = QUALITIES.index(name)
        for place in _places(places, len(places), n) if places else ():
            qualities[place] = quality
    return qualities


def _must(holds: bool) -> None:
    if not holds:
        raise _Strange


def _told(gateway: str, row: bytes) -> Told | None:
    line = parse(row)
    if line is None or line.get("gateway") != gateway or len(row) > MOST_PAYLOAD:
        return None
    own = line.get("record", line)  # a gap names the lost ones' numbers, and its own apart
    if not isinstance(own, dict) or own.get("stream") != URGENT:
        return None
    epoch, seq = whole(own.get("epoch"), 0, MOST_EPOCH), whole(own.get("seq"), 1, MOST - 1)
    if epoch is None or seq is None:
        return None
    mono_ns = whole(line.get("mono_ns"))
    return Told(
        gateway=gateway,
        epoch=epoch,
        seq=seq,
        raw=row.decode().strip(),
        type=_short(line, "type"),
        kind=_short(line, "kind"),
        device=_short(line, "device"),
        boot=_short(line, "boot"),
        mono_ns=-1 if mono_ns is None else mono_ns,
        lost=_lost(line),
        result=_result(line),
    )


def _short(line: Line, field: str) -> str:
    return numbers.text(line.get(field), MOST_TEXT) or ""


def _lost(line: Line) -> Lost | None:
    """Of a gap record whose numbers are sane; of any other it is only kept."""
    if line.get("type") != "gap" or line.get("stream") not in (URGENT, BULK):
        return None
    epoch = whole(line.get("epoch"), 0, MOST_EPOCH)
    first = whole(line.get("first"), 1, MOST - 1)
    last = whole(line.get("last"), first or 1, MOST - 1)
    if epoch is None or first is None or last is None:
        return None
    return Lost(stream=line["stream"], epoch=epoch, first=first, last=last)


def _result(line: Line) -> Result | None:
    """``repeat`` tells of a copy of a command and nothing of the command itself (section 6)."""
    data, state = line.get("data"), _RESULTS.get(_short(line, "kind"))
    if line.get("type") != "event" or state is None or not isinstance(data, dict):
        return None
    name, reason = numbers.text(data.get("id"), 64), numbers.text(data.get("reason"), MOST_TEXT)
    if name is None or (state == "rejected" and reason == "repeat"):
        return None
    return Result(id=name, state=state, reason=reason)
