"""A hello and what is said to it: docs/protocol.md, section 4.  Pure.

Nothing that a box tells of itself is trusted to be sane: spans that are not are left out, and the
hello is answered all the same, for the box needs the time and the pacing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from city import numbers
from city.codec import Line, parse
from city.numbers import MOST, MOST_EPOCH, whole
from city.parcels import BULK, URGENT, Aside, Hello, Presence, Span
from city.ranges import Range, Ranges

MOST_BYTES = 65_536
MOST_SPANS = 64
"""Epochs of one stream; a box that has more of them unfinished gets them looked at later."""
MOST_RANGES = 64
"""Of one request for a replay; the protocol says so."""
MOST_ASKS = 16
"""Requests after one hello; the rest is asked for after the next."""
RUNS = 64
"""How many starts of a box are remembered, to see that one returns after another."""
PATIENCE = 3
"""Times that numbers are asked for before a person is told; a replay comes after everything else,
and may well take longer than to the next hello."""


@dataclass(frozen=True, slots=True)
class Renew:
    """The box shall go on under an epoch of its own.  ``why``: ``behind`` or ``cloned``."""

    at_least: int
    why: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Numbers that should have come and did not."""

    stream: str
    epoch: int
    ranges: Sequence[Range]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of a gateway when it says hello.

    ``runs`` from old to new.  ``promised`` is what this very run was told before.  ``top_epoch``
    is the highest epoch that any record, hello or promise named.
    """

    runs: Sequence[str]
    promised: Renew | None
    top_epoch: int
    had: Callable[[str, int], Ranges]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    renew: Renew | None
    asks: Sequence[Ask]


def read(gateway: str, payload: bytes, mono_ns: int) -> Hello | Aside:
    """What came on ``up/hello`` of this gateway at ``mono_ns``."""
    line = parse(payload) if len(payload) <= MOST_BYTES else None
    nonce = None if line is None else numbers.text(line.get("nonce"), 128)
    if line is None or nonce is None or line.get("gateway") != gateway:
        return Aside(gateway=gateway, should_be="hello", payload=payload)
    streams = line.get("streams")
    return Hello(
        gateway=gateway,
        run=numbers.text(line.get("run"), 64) or "",
        nonce=nonce,
        streams={} if not isinstance(streams, dict) else _streams(streams),
        about=json.dumps({name: _brief(line, name) for name in ("agent", "config", "boot")}),
        mono_ns=mono_ns,
    )


def presence(gateway: str, payload: bytes) -> Presence | Aside:
    """What came on ``up/state`` of this gateway."""
    line = parse(payload) if len(payload) <= MOST_BYTES else None
    online = None if line is None else line.get("online")
    if not isinstance(online, bool):
        return Aside(gateway=gateway, should_be="state", payload=payload)
    return Presence(gateway=gateway, online=online)


def judge(hello: Hello, known: Known) -> Verdict:
    return Verdict(renew=_renew(hello, known), asks=tuple(islice(_asks(hello, known), MOST_ASKS)))


def _renew(hello: Hello, known: Known) -> Renew | None:
    """A renewal is said again until the box has obeyed: the answer may have been lost.  Then it is
    left in peace, though its twin goes on taking turns with it."""
    in_use = [spans[-1] for spans in hello.streams.values() if spans]
    epoch = max((span.epoch for span in in_use), default=0)
    promised = known.promised
    if promised is not None and epoch < promised.at_least:
        return promised
    alone = promised is not None and epoch == promised.at_least  # nobody else was given it
    at_least = min(max(epoch, known.top_epoch) + 1, MOST_EPOCH)
    if hello.run in known.runs and hello.run != known.runs[-1] and not alone:
        return Renew(at_least, "cloned")
    for stream, spans in hello.streams.items():
        if spans and known.had(stream, spans[-1].epoch).top > spans[-1].last:
            return Renew(at_least, "behind")
    return None


def _asks(hello: Hello, known: Known) -> Iterator[Ask]:
    """Holes below the cursor: what lies above still comes by itself."""
    for stream, spans in hello.streams.items():
        for span in spans:
            below = min(span.cursor - 1, span.last)
            holes = known.had(stream, span.epoch).holes(span.first, below)
            ranges = tuple(islice(holes, MOST_RANGES))
            if ranges:
                yield Ask(stream, span.epoch, ranges)


def _streams(streams: Line) -> dict[str, list[Span]]:
    """The newest epochs of each stream; the last is the one in use."""
    found: dict[str, list[Span]] = {}
    for name in (URGENT, BULK):
        spans = streams.get(name)
        if isinstance(spans, list):
            sane = map(_span, spans[-MOST_SPANS:])
            found[name] = [span for span in sane if span is not None]
    return found


def _span(value: object) -> Span | None:
    if not isinstance(value, dict):
        return None
    epoch = whole(value.get("epoch"), 0, MOST_EPOCH)
    first = whole(value.get("first"), 1, MOST - 1)
    last = whole(value.get("last"), 0, MOST - 1)
    cursor = whole(value.get("cursor"), 0, MOST)
    if epoch is None or first is None or last is None or cursor is None:
        return None
    return Span(epoch=epoch, first=first, last=last, cursor=cursor)


def _brief(line: Line, name: str) -> str | None:
    return numbers.text(line.get(name), 64)
