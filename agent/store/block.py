"""The codec of blocks: readings in columns, as JSON, compressed with zlib.

A payload is the message that the platform gets, byte for byte.  Decimal text of quantised values
compresses better than any binary form that was measured, and a person can read it in the field:

    python3 -c 'import sys,zlib; print(zlib.decompress(sys.stdin.buffer.read()).decode())'

``docs/journal.md`` explains the fields.  Pure: no disk, no clock.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from agent.model.kept import kept
from agent.model.kinds import BULK
from agent.model.messages import Quality, Reading
from agent.model.time import Stamp, TimeQuality, utc_text

CODEC = "columns+zlib/1"
LEVEL = 6
"""Of zlib: 9 saves less than one byte in a hundred on 256 readings (docs/journal.md)."""
MOST_BYTES = 16 * 2**20
"""Of an unpacked block; a damaged payload must not fill the memory."""

_MILLI, _MICRO = 1_000_000, 1_000


class Damaged(Exception):
    """The bytes are no block: the disk has changed them."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """Who the readings of a block are: the first has ``first``, the others follow without hole."""

    gateway: str
    epoch: int
    first: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A block before it has numbers: ``body`` is the JSON object that lacks them."""

    boot: str
    t0: int
    t1: int
    utc_ns: int | None
    n: int
    body: bytes  # compressed


def split(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Runs of one boot, one clock offset and one quality of time: each can be one block."""
    stamps = attrgetter("at.boot", "at.tq", "at.offset_ns")
    for _, run in groupby(readings, stamps):
        yield list(run)


def columns(readings: Sequence[Reading]) -> dict[str, Any]:
    """One run of ``split`` as columns, without numbers."""
    series: dict[tuple[str, str | None, str], int] = {}
    places = [series.setdefault((r.device, r.point, r.quantity), len(series)) for r in readings]
    times = [r.at.mono_ns for r in readings]
    steps = [now - before for before, now in pairwise(times)]
    at = readings[0].at
    step = _unit(steps)
    return {
        "boot": at.boot,
        "mono_ns": at.mono_ns,
        "offset_ns": at.offset_ns,
        "utc": None if at.utc_ns is None else utc_text(at.utc_ns),
        "tq": at.tq,
        "n": len(readings),
        "series": list(series),
        "s": places,
        "step_ns": step,
        "t": steps if step == 1 else [each // step for each in steps],
        "v": [_number(r.quantity, r.value) for r in readings],
        "q": _doubts(readings),
    }


def seal(readings: Sequence[Reading]) -> Sealed:
    """Compressed, but without numbers yet: what is held while the disk refuses."""
    first = readings[0].at
    body = _pack(columns(readings))
    return Sealed(
        first.boot, first.mono_ns, readings[-1].at.mono_ns, first.utc_ns, len(readings), body
    )


def number(sealed: Sealed, who: Numbering) -> bytes:
    """The payload, once the numbers are known."""
    return _pack(_named(_unpack(sealed.body), who))


def encode(readings: Sequence[Reading], who: Numbering) -> bytes:
    """``number(seal(…))`` in one go.  ``readings`` are one run of ``split``, not empty."""
    return _pack(_named(columns(readings), who))


def decode(payload: bytes) -> tuple[Numbering, list[Reading]]:
    """What ``encode`` was given, values as the journal keeps them.  Damaged if it was not."""
    try:
        table = _unpack(payload)
        who = Numbering(table["gateway"], table["epoch"], table["first"])
        return who, list(_readings(table))
    except (KeyError, TypeError, ValueError, IndexError) as fault:
        raise Damaged(str(fault)) from fault


def crc(payload: bytes) -> int:
    return zlib.crc32(payload)


def _named(table: dict[str, Any], who: Numbering) -> dict[str, Any]:
    names = {"gateway": who.gateway, "stream": BULK, "epoch": who.epoch, "first": who.first}
    return {**names, **table}


def _unit(steps: Sequence[int]) -> int:
    """The coarsest unit that loses nothing: three digits less per reading are a byte less."""
    for unit in (_MILLI, _MICRO):
        if not any(step % unit for step in steps):
            return unit
    return 1


def _number(quantity: str, value: float) -> float | None:
    """JSON knows no infinity: what is not a number is null, and decodes to NaN."""
    if value - value != 0:
        return None
    rounded = kept(quantity, value)
    return int(rounded) if rounded == rounded // 1 and abs(rounded) < 2**53 else rounded


def _doubts(readings: Sequence[Reading]) -> dict[str, list[int]]:
    """Nearly every reading is good, so only the others are listed."""
    doubts: dict[str, list[int]] = {}
    for place, reading in enumerate(readings):
        if reading.quality is not Quality.GOOD:
            doubts.setdefault(reading.quality.value, []).append(place)
    return doubts


def _readings(table: dict[str, Any]) -> Iterator[Reading]:
    mono, step, offset = table["mono_ns"], table["step_ns"], table["offset_ns"]
    boot, tq = table["boot"], TimeQuality(table["tq"])
    quality = [Quality.GOOD] * table["n"]
    for name, places in table["q"].items():
        for place in places:
            quality[place] = Quality(name)
    rows = zip(table["s"], [0, *table["t"]], table["v"], quality, strict=True)
    for place, passed, value, doubt in rows:
        mono += passed * step
        device, point, quantity = table["series"][place]
        at = Stamp(boot, mono, None if offset is None else mono + offset, tq)
        number = float("nan") if value is None else float(value)
        yield Reading(
            device=device, point=point, quantity=quantity, value=number, quality=doubt, at=at
        )


def _pack(table: dict[str, Any]) -> bytes:
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), LEVEL)


def _unpack(payload: bytes) -> dict[str, Any]:
    packed = zlib.decompressobj()
    try:
        text = packed.decompress(payload, MOST_BYTES)
    except zlib.error as fault:
        raise Damaged(str(fault)) from fault
    if packed.unconsumed_tail or not packed.eof:
        raise Damaged("longer than a block can be, or cut off")
    table = json.loads(text)
    if not isinstance(table, dict):
        raise Damaged("not a JSON object")
    return table
