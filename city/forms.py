"""Rows as records of docs/messages.md: what ``linli export --json`` of the box prints.  Pure."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from city.parcels import BULK, QUALITIES

Record = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_text(utc_ns: int) -> str:
    """RFC 3339 with ``Z``, microseconds.  From 1970 to the year 9999."""
    moment = _EPOCH + timedelta(microseconds=utc_ns // 1000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def reading(row: tuple[Any, ...]) -> Record:
    """Of the columns gateway, epoch, seq, branch, device, point, quantity, value, quality, boot,
    mono_ns, offset_ns, tq."""
    gateway, epoch, seq, branch, device, point, quantity, value, quality, *when = row
    boot, mono_ns, offset_ns, tq = when
    line: Record = {"type": "reading", "device": device}
    if point is not None:
        line["point"] = point
    line |= {"quantity": quantity, "value": value, "quality": QUALITIES[quality]}
    line |= {"boot": boot, "mono_ns": mono_ns}
    line |= {"utc": None if offset_ns is None else utc_text(mono_ns + offset_ns), "tq": tq}
    line |= {"gateway": gateway, "stream": BULK, "epoch": epoch, "seq": seq}
    return _branched(line, branch)


def told(branch: int, raw: str) -> Record:
    """A line of the urgent stream.  A gap names two sequences: ``of`` is the one with the hole."""
    line: Record = json.loads(raw)
    record = line.pop("record", None)
    if record is not None:
        line |= {"seq": record["seq"], "of": line.get("stream"), "stream": record["stream"]}
    return _branched(line, branch)


def block(row: tuple[Any, ...]) -> Record:
    """A block that was not understood; of the columns gateway, epoch, first, last, branch, boot,
    mono_ns, payload."""
    gateway, epoch, first, last, branch, boot, mono_ns, payload = row
    line: Record = {"type": "block", "gateway": gateway, "stream": BULK, "epoch": epoch}
    line |= {"seq": first, "n": last - first + 1, "boot": boot, "mono_ns": mono_ns}
    line["payload"] = base64.b64encode(payload).decode()
    return _branched(line, branch)


def _branched(line: Record, branch: int) -> Record:
    return line | {"branch": branch} if branch else line
