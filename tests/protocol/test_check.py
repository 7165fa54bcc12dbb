"""The check that tests and drills hold every message against."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.forms import gap_line, to_line
from agent.model.messages import Command, Event, Reading
from agent.model.records import Gap, Stored
from agent.model.time import Stamp, TimeQuality
from agent.store.block import Numbering, encode
from cli.protocol import MOST_BYTES, SCHEMAS, check

B = "linli/v1/demo/s0/box-1/"
AT = Stamp("6f1c77aa-0000-4000-8000-000000000001", 81_250_000_000, None, TimeQuality.UNTRUSTED)
STORED = Stored(gateway="box-1", stream="urgent", epoch=3, seq=907)
HELLO = {
    "v": 1,
    "gateway": "box-1",
    "run": "5f0c",
    "boot": AT.boot,
    "mono_ms": 81250,
    "nonce": "mX0c",
    "agent": "0.1.0",
    "config": "a1b2",
    "utc": None,
    "tq": "untrusted",
    "streams": {"urgent": [{"epoch": 3, "first": 1, "last": 0, "cursor": 1}], "bulk": []},
}
BODY = {
    "id": "c-81",
    "gateway": "box-1",
    "nonce": "mX0c",
    "age_ms": 0,
    "ttl_ms": 5000,
    "target": "lock-1",
    "action": "pulse",
    "args": {"channel": 1},
}
EVENT = to_line(Event(device="scale-1", at=AT, kind="weighing", data={"weight": 3.2}), STORED)
GAP = gap_line(
    Gap(gateway="box-1", stream="bulk", epoch=3, first=120, last=375, reason="budget", at=AT)
)
COMMAND = Command(id="c", target="lock-1", action="open", at=AT, ttl_ns=10**9)
RECORD = {"stream": "urgent", "epoch": 3, "seq": 908}
BLOCK = encode(
    [
        Reading(device="scale-1", at=AT, quantity="weight", value=3.24),
        Reading(device="noise-1", at=AT, quantity="sound_level", value=51.5),
    ],
    Numbering("box-1", 3, 40),
)
TABLE = json.loads(zlib.decompress(BLOCK))


def text(value: object) -> bytes:
    return json.dumps(value).encode()


def lines(*values: object) -> bytes:
    return b"\n".join(map(text, values))


def packed(**changed: object) -> bytes:
    return zlib.compress(text(TABLE | changed))


def command(**changed: object) -> bytes:
    body = json.dumps(BODY | changed)
    return text({"kid": "city-1", "alg": "Ed25519", "body": body, "sig": "QUJD"})


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("up/hello", text(HELLO)),
        ("up/urgent", lines(EVENT, GAP | {"record": RECORD})),
        ("up/urgent", lines(EVENT) + b"\n"),
        ("up/urgent", lines(to_line(COMMAND, STORED))),
        ("up/urgent", lines({"type": "newer", "what": [1]})),
        ("up/live", BLOCK),
        ("up/backfill", BLOCK),
        ("up/live", packed(newer={"x": 1})),
        ("down/command", command()),
        ("down/command", command(by="duty officer", newer=1)),
    ],
)
def test_what_is_right_has_no_faults(topic: str, payload: bytes) -> None:
    assert check(B + topic, payload) == []


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("up/hello", b""),
        ("up/hello", b"[]"),
        ("up/hello", b"\xff"),
        ("up/hello", text(HELLO | {"gateway": "box-2"})),
        ("up/hello", text(HELLO | {"utc": "2026-03-01 00:01"})),
        ("up/hello", text(HELLO | {"utc": "2026-03-01T08:01:00+08:00"})),
        ("up/hello", text(HELLO | {"streams": {"urgent": []}})),
        (
            "up/hello",
            text(
                HELLO
                | {
                    "streams": {
                        "urgent": [],
                        "bulk": [{"epoch": 1, "first": 1, "last": 5, "cursor": 7}],
                    }
                }
            ),
        ),
        ("up/urgent", lines(EVENT, GAP)),
        ("up/urgent", lines(GAP | {"record": RECORD, "first": 376})),
        ("up/urgent", lines(GAP | {"record": RECORD | {"stream": "bulk"}})),
        ("up/urgent", lines(EVENT | {"gateway": "box-2"})),
        ("up/urgent", lines(EVENT | {"stream": "bulk"})),
        ("up/urgent", lines({key: value for key, value in EVENT.items() if key != "seq"})),
        ("up/urgent", lines(EVENT | {"data": {"deep": {}}})),
        ("up/urgent", lines(*[EVENT] * 65)),
        ("up/urgent", lines(EVENT | {"newer": "x" * MOST_BYTES})),
        ("up/urgent", lines(EVENT) + b"\n\n"),
        ("up/live", b""),
        ("up/live", BLOCK[:-1]),
        ("up/live", BLOCK + b"x"),
        ("up/live", text(TABLE)),
        ("up/live", packed(n=3)),
        ("up/live", packed(t=[1, 2])),
        ("up/live", packed(s=[0, 2])),
        ("up/live", packed(q={"suspect": [2]})),
        ("up/live", packed(stream="urgent")),
        ("up/live", packed(gateway="box-2")),
        ("up/live", zlib.compress(b'{"v":[NaN]}')),
        ("down/ack", text({"v": 1, "stream": "bulk", "epoch": 1, "ranges": [[5, 4]]})),
        ("down/ack", text({"v": 1, "stream": "bulk", "epoch": 1, "ranges": []})),
        ("down/replay", text({"v": 1, "id": "r", "stream": "bulk", "epoch": 1, "ranges": [[1]]})),
        (
            "down/replay",
            text({"v": 1, "id": "r", "stream": "bulk", "epoch": 1, "ranges": [[1, 1]] * 65}),
        ),
        ("down/command", command(gateway="box-2")),
        ("down/command", command(ttl_ms=60_001)),
        ("down/command", command(args={"deep": []})),
        ("down/command", command(by="x" * 65)),
        ("down/command", text({"kid": "c", "alg": "Ed25519", "body": "no JSON", "sig": "QUJD"})),
        ("down/other", text({"v": 1})),
        ("up/state/more", text({"v": 1})),
    ],
)
def test_what_is_wrong_is_said(topic: str, payload: bytes) -> None:
    assert check(B + topic, payload)


@pytest.mark.parametrize(
    "topic", ["linli/v2/demo/s0/box-1/up/state", "x", "linli/v1/a/b/C/up/state"]
)
def test_a_topic_of_somebody_else(topic: str) -> None:
    assert check(topic, text({"v": 1, "online": True, "run": "r"}))


def test_only_the_state_may_be_retained() -> None:
    assert check(B + "up/state", text({"v": 1, "online": True, "run": "r"}), retain=True) == []
    assert check(B + "down/command", command(), retain=True) == ["down/command: retained"]


@given(st.sampled_from(sorted(SCHEMAS)), st.binary(max_size=200))
def test_noise_is_a_fault_and_never_an_error(topic: str, payload: bytes) -> None:
    """Hypothesis does find the one message that is so short."""
    assert check(B + topic, payload) or (topic, payload.strip()) == ("down/call", b'{"v":1}')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(HELLO)), JSON)
def test_a_hello_with_anything_in_it_is_judged(field: str, value: object) -> None:
    check(B + "up/hello", text(HELLO | {field: value}))


@given(st.sampled_from(sorted(TABLE)), JSON)
def test_a_block_with_anything_in_it_is_judged(field: str, value: object) -> None:
    check(B + "up/live", packed(**{field: value}))
