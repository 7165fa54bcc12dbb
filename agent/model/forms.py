"""Messages as JSON objects, one per line: ``linli export``, ``linli replay``, docs/messages.md.

Reading is lenient where the world may grow and strict where a mistake would become a number:

* Fields that are not known are ignored, and so are kinds of events: a newer box's export can be
  replayed on an older one, which merely passes on what it does not know.
* An unknown quantity is refused.  It has no unit and no decimals here, so nothing could be
  concluded from its values; and a misspelt one would vanish without a word.
* ``utc`` alone suffices for time.  It then also serves as the monotonic time, and counts as
  trusted: who writes a time by hand means it.
"""

import math
import sys
from collections.abc import Mapping
from typing import Any

from agent.model.messages import Command, Event, Fields, Message, Quality, Reading
from agent.model.places import ID
from agent.model.quantities import QUANTITIES
from agent.model.records import Gap, Stored
from agent.model.time import Stamp, TimeQuality, utc_from_text, utc_text

_MS = 1_000_000
TTL_MS = 10_000
"""Of a command's line that names none: a momentary action is stale after ten seconds."""
_MOST = 2**63  # what the journal's and every platform's integers hold
Line = Mapping[str, Any]


class BadLine(ValueError):
    """This object is no message.  ``field`` is what a person must look at ("" for the whole)."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}" if field else what)
        self.field = field


def to_line(message: Message, stored: Stored | None = None) -> dict[str, object]:
    """``raw`` of an event never appears: it is what somebody showed to a reader."""
    match message:
        case Reading():
            line = _reading(message)
        case Event():
            line = _event(message)
        case Command():
            line = _command(message)
    return line | _time(message.at) | ({} if stored is None else _identity(stored))


def gap_line(gap: Gap) -> dict[str, object]:
    line: dict[str, object] = {"type": "gap", "first": gap.first, "last": gap.last}
    line["reason"] = gap.reason
    if gap.at is not None:
        line |= _time(gap.at)
    line |= {"gateway": gap.gateway, "stream": gap.stream, "epoch": gap.epoch}
    return line


def is_gap(line: Line) -> bool:
    return line.get("type") == "gap"


def from_line(line: object) -> Message:
    """The message of a line.  BadLine if it is none; a gap is none either (``is_gap``)."""
    if not isinstance(line, Mapping):
        raise BadLine("", "not a JSON object")
    match line.get("type"):
        case "reading":
            return _to_reading(line)
        case "event":
            return _to_event(line)
        case "command":
            return _to_command(line)
    raise BadLine("type", "reading, event or command")


def _reading(reading: Reading) -> dict[str, object]:
    line: dict[str, object] = {"type": "reading", "device": reading.device}
    if reading.point is not None:
        line["point"] = reading.point
    line |= {"quantity": reading.quantity, "value": reading.value}
    line["quality"] = reading.quality.value
    return line


def _event(event: Event) -> dict[str, object]:
    line: dict[str, object] = {"type": "event", "device": event.device}
    if event.point is not None:
        line["point"] = event.point
    line |= {"kind": event.kind, "data": dict(event.data)}
    if event.by is not None:
        line["by"] = event.by
    return line


def _command(command: Command) -> dict[str, object]:
    line: dict[str, object] = {"type": "command", "id": command.id, "target": command.target}
    line |= {"action": command.action, "args": dict(command.args)}
    line["ttl_ms"] = -(-command.ttl_ns // _MS)
    if command.by is not None:
        line["by"] = command.by
    return line


def _time(at: Stamp) -> dict[str, object]:
    return {
        "boot": at.boot,
        "mono_ns": at.mono_ns,
        "utc": None if at.utc_ns is None else utc_text(at.utc_ns),
        "tq": at.tq.value,
    }


def _identity(stored: Stored) -> dict[str, object]:
    return {
        "gateway": stored.gateway,
        "stream": stored.stream,
        "epoch": stored.epoch,
        "seq": stored.seq,
    }


def _to_reading(line: Line) -> Reading:
    quantity = _text(line, "quantity")
    if quantity not in QUANTITIES:
        raise BadLine("quantity", f"no quantity {quantity!r} in docs/messages.md")
    return Reading(
        device=_id(line, "device"),
        at=_to_stamp(line),
        quantity=quantity,
        value=_number(line, "value"),
        quality=_quality(line),
        point=_optional_id(line, "point"),
    )


def _to_event(line: Line) -> Event:
    return Event(
        device=_id(line, "device"),
        at=_to_stamp(line),
        kind=_text(line, "kind"),
        data=_fields(line, "data"),
        point=_optional_id(line, "point"),
        by=_optional_id(line, "by"),
    )


def _to_command(line: Line) -> Command:
    return Command(
        id=_text(line, "id"),
        target=_id(line, "target"),
        action=_text(line, "action"),
        at=_to_stamp(line),
        ttl_ns=(_whole(line, "ttl_ms") if "ttl_ms" in line else TTL_MS) * _MS,
        args=_fields(line, "args"),
        by=_optional_id(line, "by"),
    )


def _to_stamp(line: Line) -> Stamp:
    utc_ns = _utc(line)
    if line.get("mono_ns") is not None:
        mono_ns = _whole(line, "mono_ns")
    elif utc_ns is not None:
        mono_ns = utc_ns
    else:
        raise BadLine("utc", "neither utc nor mono_ns: when was it?")
    return Stamp(_boot(line), mono_ns, utc_ns, _time_quality(line, utc_ns))


def _boot(line: Line) -> str:
    """Empty for what was written by hand: all of it counts as one boot."""
    return _text(line, "boot") if line.get("boot") else ""


def _utc(line: Line) -> int | None:
    if line.get("utc") is None:
        return None
    try:
        utc_ns = utc_from_text(_text(line, "utc"))
    except ValueError:
        raise BadLine("utc", "RFC 3339 with a zone, as 2026-03-01T08:00:00Z") from None
    if utc_ns < 0:
        raise BadLine("utc", "before 1970")
    return utc_ns


def _time_quality(line: Line, utc_ns: int | None) -> TimeQuality:
    told = line.get("tq")
    if told is None:
        return TimeQuality.UNTRUSTED if utc_ns is None else TimeQuality.TRUSTED
    try:
        return TimeQuality(told)
    except ValueError:
        raise BadLine("tq", "trusted, holdover or untrusted") from None


def _quality(line: Line) -> Quality:
    try:
        return Quality(line.get("quality", Quality.GOOD))
    except ValueError:
        raise BadLine("quality", "good, suspect or invalid") from None


def _text(line: Line, field: str) -> str:
    value = line.get(field)
    if not isinstance(value, str) or not value:
        raise BadLine(field, "a text that is not empty")
    return value


def _id(line: Line, field: str) -> str:
    value = _text(line, field)
    if ID.match(value) is None:
        raise BadLine(field, "1 to 32 of a-z, 0-9 and -")
    return value


def _optional_id(line: Line, field: str) -> str | None:
    return None if line.get(field) is None else _id(line, field)


def _whole(line: Line, field: str) -> int:
    value = line.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST:
        raise BadLine(field, "a whole number, not negative, under 2^63")
    return value


def _number(line: Line, field: str) -> float:
    value = line.get(field)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BadLine(field, "a number")
    if not abs(value) < math.inf or abs(value) > sys.float_info.max:
        raise BadLine(field, "a number that is finite")
    return float(value)


def _fields(line: Line, field: str) -> Fields:
    value = line.get(field, {})
    if not isinstance(value, Mapping):
        raise BadLine(field, "an object")
    for name, item in value.items():
        if not (item is None or isinstance(item, str | int | float | bool)):
            raise BadLine(f"{field}.{name}", "a text, a number, true, false or null")
    return value
