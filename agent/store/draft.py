"""What one transaction will write: messages get their numbers and their published form here.

A number becomes real when the transaction commits.  If it does not, the draft is thrown away and
the next one begins from the same last numbers: so no number is ever used for two contents.
"""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.model.forms import gap_line, to_line
from agent.model.kinds import BULK, URGENT
from agent.model.messages import Command, Event, Reading
from agent.model.records import Gap, Stored
from agent.model.time import Now, Stamp, TimeQuality
from agent.store import block

log = logging.getLogger(__name__)

GAP, ANCHOR, COMMAND = "gap", "clock_synced", "command"
"""What an urgent row is, beside the kinds of events; and the kind that is also an anchor."""

_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Numbers:
    """The last ones given, per stream; they never fall and never start anew in one database."""

    epoch: int
    urgent: int = 0
    bulk: int = 0

    def last(self, stream: str) -> int:
        return self.urgent if stream == URGENT else self.bulk

    def given(self, stream: str, count: int) -> "Numbers":
        if stream == URGENT:
            return replace(self, urgent=self.urgent + count)
        return replace(self, bulk=self.bulk + count)


@dataclass(frozen=True, slots=True)
class UrgentRow:
    seq: int
    epoch: int
    at: Stamp
    kind: str
    payload: str


@dataclass(frozen=True, slots=True)
class BlockRow:
    first: int
    last: int
    epoch: int
    sealed: block.Sealed
    payload: bytes


@dataclass(frozen=True, slots=True)
class AnchorRow:
    at: Stamp
    offset_ns: int
    source: str


class Draft:
    """Rows in the order of their numbers, and counts by stream of what they stand for."""

    def __init__(self, gateway: str, numbers: Numbers, now: Now) -> None:
        self._gateway, self._now = gateway, now
        self.numbers = numbers
        self.urgent: list[UrgentRow] = []
        self.blocks: list[BlockRow] = []
        self.anchors: list[AnchorRow] = []
        self.settled: list[tuple[str, int, int]] = []
        self.stored: Counter[str] = Counter()
        self.gapped: Counter[str] = Counter()  # never stored
        self.dropped: Counter[str] = Counter()  # stored once, then given up unacknowledged
        self.own: Counter[str] = Counter()  # gap records: stored, but nobody handed them in

    def message(self, message: Event | Command) -> None:
        """One urgent record.  What cannot be written as JSON becomes a gap of one."""
        kind = message.kind if isinstance(message, Event) else COMMAND
        who = Stored(gateway=self._gateway, stream=URGENT, epoch=self._epoch, seq=self._next_urgent)
        try:
            payload = _json(to_line(message, who))
        except (TypeError, ValueError):
            log.exception("a message of the kind %s cannot be written", kind)
            self.lose(URGENT, 1, "unwritable")
            return
        self._urgent(message.at, kind, payload)
        if isinstance(message, Event) and kind == ANCHOR:
            self._anchor(message)

    def readings(self, readings: Sequence[Reading]) -> None:
        """As many blocks as they have clocks, nearly always one."""
        for run in block.split(readings):
            first = run[0].at
            who = block.Numbering(self._gateway, self._epoch, self.numbers.bulk + 1)
            try:
                payload = block.encode(run, who)
            except (TypeError, ValueError):
                log.exception("%d readings cannot be written", len(run))
                self.lose(BULK, len(run), "unwritable")
                continue
            last, n = run[-1].at.mono_ns, len(run)
            bare = block.Sealed(first.boot, first.mono_ns, last, known_utc(first), n, b"")
            self._block(bare, payload)

    def held(self, sealed: block.Sealed) -> None:
        """A block that waited for the disk."""
        who = block.Numbering(self._gateway, self._epoch, self.numbers.bulk + 1)
        self._block(sealed, block.number(sealed, who))

    def lose(self, stream: str, count: int, reason: str) -> None:
        """``count`` messages are gone for ever: they get numbers all the same, and a gap record."""
        first = self.numbers.last(stream) + 1
        self.numbers = self.numbers.given(stream, count)
        self.gapped[stream] += count
        self.gap(stream, self._epoch, first, first + count - 1, reason)

    def gap(self, stream: str, epoch: int, first: int, last: int, reason: str) -> None:
        """An urgent record that says: these numbers will never come."""
        self.settled.append((stream, first, last))
        at, seq = self._now(), self._next_urgent
        gap = Gap(
            gateway=self._gateway,
            stream=stream,
            epoch=epoch,
            first=first,
            last=last,
            reason=reason,
            at=at,
        )
        record = {"stream": URGENT, "epoch": self._epoch, "seq": seq}
        self._urgent(at, GAP, _json(gap_line(gap) | {"record": record}))
        self.own[URGENT] += 1

    @property
    def _epoch(self) -> int:
        return self.numbers.epoch

    @property
    def _next_urgent(self) -> int:
        return self.numbers.urgent + 1

    def _urgent(self, at: Stamp, kind: str, payload: str) -> None:
        self.urgent.append(UrgentRow(self._next_urgent, self._epoch, _bounded(at), kind, payload))
        self.numbers = self.numbers.given(URGENT, 1)
        self.stored[URGENT] += 1

    def _block(self, sealed: block.Sealed, payload: bytes) -> None:
        first, count = self.numbers.bulk + 1, sealed.n
        self.numbers = self.numbers.given(BULK, count)
        self.blocks.append(BlockRow(first, self.numbers.bulk, self._epoch, sealed, payload))
        self.stored[BULK] += count

    def _anchor(self, event: Event) -> None:
        offset, source = event.data.get("offset_ns"), event.data.get("source")
        if not isinstance(offset, int):
            offset = event.at.offset_ns
        if offset is not None:
            self.anchors.append(AnchorRow(_bounded(event.at), offset, str(source)))


def known_utc(at: Stamp) -> int | None:
    """UTC for sorting by age: only if some source had confirmed it."""
    return None if at.tq is TimeQuality.UNTRUSTED else at.utc_ns


def _json(line: dict[str, object]) -> str:
    """As published: one line of UTF-8.  TypeError, ValueError for what JSON cannot say."""
    text = json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text.encode()  # half a surrogate pair is no text either
    return text


def _bounded(at: Stamp) -> Stamp:
    """SQLite's integers have 64 bits; a stamp beyond them is wrong, but no reason to fall."""
    if abs(at.mono_ns) < _INT64 and abs(at.utc_ns or 0) < _INT64:
        return at
    return Stamp(at.boot, 0, None, TimeQuality.UNTRUSTED)
