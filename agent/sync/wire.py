"""What the platform says, read: docs/protocol.md, sections 3 and 4.

Everything here may come from a newer platform or from a fault on the way.  What cannot be read is
None; a field that is not known, or an optional one that makes no sense, is as if it were absent.
Nothing raises.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.model.kinds import BULK, URGENT
from agent.model.time import utc_from_text
from agent.store.ranges import Range

MOST_BYTES = 64 * 1024
"""Of any message to the box.  An acknowledgement of 1024 ranges with long numbers has 40 KiB."""

MOST_RANGES = 1024  # of one acknowledgement: as many as blocks may be without word
MOST_REPLAY = 64  # of one request for a replay, docs/protocol.md
_MOST_RPS = 1_000_000  # readings a second; no box reads its disk so fast
_MOST = 2**63  # what the journal's and every platform's integers hold

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ack:
    """The platform has committed these numbers."""

    stream: str
    epoch: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """The platform wants these numbers again; ``id`` is its own name for the request."""

    id: str
    stream: str
    epoch: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Retry:
    """How to connect again, in seconds; see agent.sync.reconnect."""

    first_s: float
    for_s: float
    most_s: float
    healthy_s: float


@dataclass(frozen=True, slots=True)
class Renew:
    """Go on under an epoch of your own, not below ``at_least``.  ``why``: for a person."""

    at_least: int
    why: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to the hello with this nonce.  None: the platform says nothing about it."""

    nonce: str
    utc_ns: int | None = None
    renew: Renew | None = None
    catchup_rps: float | None = None
    fleet: int | None = None
    retry: Retry | None = None


def parse(payload: bytes) -> Object | None:
    """A JSON object of a bearable size; None for all else."""
    if len(payload) > MOST_BYTES:
        return None
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):  # the latter: a thousand brackets
        return None
    return value if isinstance(value, dict) else None


def read_reply(payload: bytes) -> Reply | None:
    told = parse(payload)
    nonce = None if told is None else _text(told.get("nonce"), 128)
    if told is None or nonce is None:
        return None
    pacing = told.get("pacing")
    pacing = pacing if isinstance(pacing, dict) else {}
    return Reply(
        nonce=nonce,
        utc_ns=_utc(told.get("utc")),
        renew=_renew(told.get("renew")),
        catchup_rps=_rate(pacing.get("catchup_rps")),
        fleet=_whole(pacing.get("fleet"), 1),
        retry=_retry(pacing.get("retry")),
    )


def read_ack(payload: bytes) -> Ack | None:
    told = parse(payload)
    numbers = None if told is None else _numbers(told, MOST_RANGES)
    return None if numbers is None else Ack(*numbers)


def read_replay(payload: bytes) -> Replay | None:
    told = parse(payload)
    if told is None:
        return None
    numbers, name = _numbers(told, MOST_REPLAY), _text(told.get("id"), 128)
    return None if numbers is None else Replay(name or "", *numbers)


def _numbers(told: Object, most: int) -> tuple[str, int, tuple[Range, ...]] | None:
    stream, epoch, listed = told.get("stream"), _whole(told.get("epoch"), 0), told.get("ranges")
    if not isinstance(stream, str) or stream not in (URGENT, BULK) or epoch is None:
        return None
    if not isinstance(listed, list) or not 0 < len(listed) <= most:
        return None
    ranges = tuple(_range(one) for one in listed)
    good = tuple(one for one in ranges if one is not None)
    return (stream, epoch, good) if len(good) == len(ranges) else None


def _range(value: object) -> Range | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    first, last = _whole(value[0], 0), _whole(value[1], 0)
    return None if first is None or last is None or last < first else (first, last)


def _renew(value: object) -> Renew | None:
    if not isinstance(value, dict):
        return None
    at_least = _whole(value.get("at_least"), 0)
    return None if at_least is None else Renew(at_least, _text(value.get("why"), 32) or "")


def _retry(value: object) -> Retry | None:
    """All four or none: half a rule is none.  Waits of no length would be a storm."""
    if not isinstance(value, dict):
        return None
    first, during = _seconds(value.get("first_s"), 0.1), _seconds(value.get("for_s"), 0)
    most, healthy = _seconds(value.get("most_s"), 1), _seconds(value.get("healthy_s"), 0)
    if first is None or during is None or most is None or healthy is None or most < first:
        return None
    return Retry(first_s=first, for_s=during, most_s=most, healthy_s=healthy)


def _seconds(value: object, least: float) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if least <= value <= 86_400 else None


def _rate(value: object) -> float | None:
    """Less than one reading a second is a platform that wants none: it would starve for ever."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 1 <= value <= _MOST_RPS else None


def _utc(value: object) -> int | None:
    text = _text(value, 64)
    if text is None:
        return None
    try:
        utc_ns = utc_from_text(text)
    except ValueError:
        return None
    return utc_ns if 0 <= utc_ns < _MOST else None


def _whole(value: object, least: int) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if least <= value < _MOST else None


def _text(value: object, most: int) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= most else None
