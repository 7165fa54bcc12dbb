"""What goes over a broker, held against the documents in ``docs/protocol``.

``check`` is for tests and drills: everything that they see on a broker goes through it, whoever
sent it.  Beside the schemas it knows the sentences of ``docs/protocol.md`` that a schema cannot
say.  It shares no code with agent and city.  Pure but for the schemas, which are read once.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

DOCS = Path(__file__).resolve().parents[1] / "docs"
TOPIC = re.compile(r"linli/v1/([a-z0-9-]{1,32})/([a-z0-9-]{1,32})/([a-z0-9-]{1,32})/(.+)")
SCHEMAS: Mapping[str, str] = {
    "up/hello": "hello",
    "up/state": "state",
    "up/urgent": "urgent-line",
    "up/live": "block",
    "up/backfill": "block",
    "down/hello": "hello-reply",
    "down/call": "call",
    "down/ack": "ack",
    "down/replay": "replay",
    "down/command": "command",
}
RETAINED = "up/state"
MOST_LINES, MOST_BYTES = 64, 64 * 1024
"""Of one urgent message: docs/protocol.md, section 1."""
MOST_UNPACKED = 16 * 2**20
"""Of a block; a wrong payload must not fill the memory."""

Object = dict[str, Any]
FORMATS = FormatChecker()


class Wrong(Exception):
    """The payload cannot be read at all; the text says why."""


def check(topic: str, payload: bytes, *, retain: bool = False) -> list[str]:
    """The faults of one message, in words; empty if it is as the documents say.

    ``retain`` is the flag as a subscriber sees it: a broker sets it only on what it kept, so a
    fresh message shows none.
    """
    parts = TOPIC.fullmatch(topic)
    if parts is None or parts[4] not in SCHEMAS:
        return [f"{topic}: no topic of version 1"]
    name = parts[4]
    faults = ["retained"] if retain and name != RETAINED else []
    try:
        for found in _read(name, payload):
            faults += [*judge(SCHEMAS[name], found), *_others(found, parts[3])]
    except Wrong as wrong:
        faults.append(str(wrong))
    return [f"{name}: {fault}" for fault in faults]


def judge(schema: str, found: object) -> list[str]:
    """The faults of one JSON value as ``docs/protocol/schema/SCHEMA.json`` and its rules see it."""
    faults = [
        f"{fault.json_path} {fault.message}" for fault in validator(schema).iter_errors(found)
    ]
    rule = _RULES.get(schema)
    return faults if faults or rule is None else list(rule(found))


@cache
def validator(schema: str) -> Draft202012Validator:
    """Of one schema; what it refers to is found, formats are checked."""
    documents = [_load(path) for path in sorted(DOCS.rglob("schema/*.json"))]
    registry: Registry[Any] = Registry().with_resources(
        (document["$id"], Resource.from_contents(document)) for document in documents
    )
    wanted = _load(DOCS / "protocol" / "schema" / f"{schema}.json")
    return Draft202012Validator(wanted, registry=registry, format_checker=FORMATS)


@FORMATS.checks("date-time", raises=ValueError)
def _is_utc(value: object) -> bool:
    """RFC 3339 with Z, as docs/messages.md says; jsonschema alone does not look."""
    if not isinstance(value, str):
        return True
    return value.endswith("Z") and datetime.fromisoformat(value).utcoffset() == timedelta(0)


def _load(path: Path) -> Object:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _read(name: str, payload: bytes) -> list[Object]:
    """The JSON objects of a payload.  Wrong if there are none or too many."""
    if SCHEMAS[name] == "block":
        return [_object(_unpacked(payload))]
    if SCHEMAS[name] != "urgent-line":
        return [_object(payload)]
    lines = payload.removesuffix(b"\n").split(b"\n")
    if len(lines) > MOST_LINES or len(payload) > MOST_BYTES:
        raise Wrong(f"{len(lines)} lines, {len(payload)} bytes: more than one message may hold")
    return [_object(line) for line in lines]


def _unpacked(payload: bytes) -> bytes:
    packed = zlib.decompressobj()
    try:
        text = packed.decompress(payload, MOST_UNPACKED)
    except zlib.error as fault:
        raise Wrong(f"not zlib: {fault}") from fault
    if not packed.eof or packed.unused_data:
        raise Wrong("not zlib from its first to its last byte")
    return text


def _object(text: bytes | str) -> Object:
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise Wrong(f"not JSON: {fault}") from fault
    if not isinstance(found, dict):
        raise Wrong("not a JSON object")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _others(found: Object, gateway: str) -> Iterator[str]:
    """A payload speaks for the box whose branch it is in."""
    said = found.get("gateway", gateway)
    if said != gateway:
        yield f"gateway {said!r} in the branch of {gateway!r}"
    if "body" in found and "sig" in found:
        try:
            body = _object(str(found["body"]))
        except Wrong as wrong:
            yield f"body {wrong}"
        else:
            yield from (f"body {fault}" for fault in judge("command-body", body))
            yield from _others(body, gateway)


def _hello(found: Object) -> Iterator[str]:
    for stream in ("urgent", "bulk"):
        for head in found["streams"][stream]:
            if not head["first"] <= head["cursor"] <= head["last"] + 1:
                yield f"{stream} {head}: not first ≤ cursor ≤ last + 1"


def _ranges(found: Object) -> Iterator[str]:
    for first, last in found["ranges"]:
        if first > last:
            yield f"range {[first, last]} ends before it begins"


def _block(found: Object) -> Iterator[str]:
    sizes = len(found["s"]), len(found["v"]), len(found["t"]) + 1
    if sizes != (found["n"],) * 3:
        yield f"n is {found['n']}, the columns have {sizes}"
    if max(found["s"], default=0) >= len(found["series"]):
        yield "a place that is not in series"
    if any(place >= found["n"] for places in found["q"].values() for place in places):
        yield "a doubt about a reading that is not there"


def _line(found: Object) -> Iterator[str]:
    if found["type"] == "gap" and found["first"] > found["last"]:
        yield "a gap that ends before it begins"


_RULES: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "hello": _hello,
    "ack": _ranges,
    "replay": _ranges,
    "block": _block,
    "urgent-line": _line,
}
