"""What the box says fits the published schemas, and goes to the right places."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from agent.model.kinds import BULK, URGENT
from agent.model.time import Stamp, TimeQuality
from agent.store.outbox import Head
from agent.sync.hello import About, hello, presence
from agent.sync.topics import Topics

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _schema(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def validator(name: str) -> Draft202012Validator:
    files = [*DOCS.glob("schema/*.json"), *DOCS.glob("protocol/schema/*.json")]
    loaded = [_schema(path) for path in files]
    registry: Registry[Any] = Registry().with_resources(
        (one["$id"], Resource.from_contents(one)) for one in loaded
    )
    wanted = _schema(DOCS / "protocol" / "schema" / f"{name}.json")
    return Draft202012Validator(wanted, registry=registry)


@pytest.mark.parametrize("utc_ns", [None, 1_772_323_281_250_000_000])
def test_a_hello(utc_ns: int | None) -> None:
    quality = TimeQuality.UNTRUSTED if utc_ns is None else TimeQuality.TRUSTED
    at = Stamp("6f1c", 81_250_999_999, utc_ns, quality)
    heads = {URGENT: [Head(2, 1, 5, 3), Head(3, 6, 912, 880)], BULK: [Head(3, 1, 0, 1)]}
    told = json.loads(hello("box-1", "5f0c", "n", About(agent="0.1.0", config="a1"), at, heads))
    validator("hello").validate(told)
    assert told["mono_ms"] == 81_250
    assert told["utc"] == (None if utc_ns is None else "2026-03-01T00:01:21.250000Z")
    assert told["streams"]["urgent"][-1] == {"epoch": 3, "first": 6, "last": 912, "cursor": 880}


def test_presence() -> None:
    for online in (True, False):
        told = json.loads(presence("5f0c", online=online))
        validator("state").validate(told)
        assert told["online"] is online


def test_a_box_reads_its_own_branch_only() -> None:
    topics = Topics("demo", "s0", "box-1")
    assert topics.up("hello") == "linli/v1/demo/s0/box-1/up/hello"
    assert topics.down == "linli/v1/demo/s0/box-1/down/+"
    assert topics.word("linli/v1/demo/s0/box-1/down/ack") == "ack"
    for other in (
        "linli/v1/demo/s0/box-2/down/ack",
        "linli/v1/demo/s0/box-1/up/ack",
        "linli/v1/demo/s0/box-1/down/firmware",
        "linli/v1/demo/s0/box-1/down/ack/x",
        "",
    ):
        assert topics.word(other) is None
