"""What the platform says is read, and noise is nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sync.wire import (
    MOST_BYTES,
    Ack,
    Renew,
    Replay,
    Reply,
    Retry,
    parse,
    read_ack,
    read_replay,
    read_reply,
)

READERS = (read_reply, read_ack, read_replay)
ACK = {"v": 1, "stream": "bulk", "epoch": 3, "ranges": [[1, 512], [769, 1024]]}
RETRY = {"first_s": 3, "for_s": 120, "most_s": 300, "healthy_s": 600}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(["nonce", "utc", "renew", "pacing", "stream", "epoch", "ranges", "id"])
nearly = st.dictionaries(fields, json_values | st.sampled_from(["bulk", "urgent", 1, [[1, 2]]]))


def dumps(told: object) -> bytes:
    return json.dumps(told).encode()


@given(st.binary(max_size=300))
def test_noise_is_nothing(noise: bytes) -> None:
    for read in READERS:
        read(noise)


@given(nearly)
def test_what_nearly_fits_never_raises(told: dict[str, object]) -> None:
    for read in READERS:
        read(dumps(told))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"\xff\xfe{}",
        b'{"epoch":' + b"9" * 5000 + b"}",
        b"{}" + b" " * MOST_BYTES,
    ],
    ids=lambda payload: repr(payload[:12]),
)
def test_odd_json_is_nothing(payload: bytes) -> None:
    assert parse(payload) is None


def test_a_reply() -> None:
    pacing = {"catchup_rps": 20000, "fleet": 5000, "retry": RETRY, "new": 1}
    renew = {"at_least": 4, "why": "behind"}
    told = {"v": 9, "nonce": "n", "utc": "2026-03-01T00:01:21.250000Z", "renew": renew}
    assert read_reply(dumps({**told, "pacing": pacing})) == Reply(
        nonce="n",
        utc_ns=1_772_323_281_250_000_000,
        renew=Renew(4, "behind"),
        catchup_rps=20000,
        fleet=5000,
        retry=Retry(first_s=3, for_s=120, most_s=300, healthy_s=600),
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"utc": "yesterday"},
        {"utc": "2026-03-01T00:01:21"},
        {"utc": "0001-01-01T00:00:00+23:00"},
        {"utc": 5},
        {"renew": {"at_least": -1}},
        {"renew": {"at_least": True}},
        {"renew": [4]},
        {"pacing": [1]},
        {"pacing": {"catchup_rps": 0, "fleet": 0}},
        {"pacing": {"catchup_rps": float("nan"), "fleet": 1.5}},
        {"pacing": {"catchup_rps": 10**9}},
        {"pacing": {"retry": {**RETRY, "first_s": 0}}},
        {"pacing": {"retry": {**RETRY, "most_s": 1}}},
        {"pacing": {"retry": {"first_s": 3}}},
    ],
    ids=str,
)
def test_an_optional_field_that_makes_no_sense_is_absent(odd: dict[str, object]) -> None:
    assert read_reply(dumps({"nonce": "n", **odd})) == Reply("n")


@pytest.mark.parametrize("nonce", [None, "", 5, "n" * 129])
def test_a_reply_to_nothing_is_none(nonce: object) -> None:
    assert read_reply(dumps({"nonce": nonce})) is None


def test_an_acknowledgement() -> None:
    assert read_ack(dumps({**ACK, "later": [1]})) == Ack("bulk", 3, ((1, 512), (769, 1024)))


@pytest.mark.parametrize(
    "odd",
    [
        {"stream": "alarm"},
        {"epoch": "3"},
        {"epoch": True},
        {"epoch": 2**63},
        {"ranges": []},
        {"ranges": [[2, 1]]},
        {"ranges": [[1]]},
        {"ranges": [[1, 2, 3]]},
        {"ranges": [[1.0, 2]]},
        {"ranges": [[-1, 2]]},
        {"ranges": [[1, 2], None]},
        {"ranges": [[1, 1]] * 1025},
        {"ranges": "1-2"},
    ],
    ids=str,
)
def test_an_acknowledgement_that_cannot_be_read_acknowledges_nothing(
    odd: dict[str, object],
) -> None:
    assert read_ack(dumps({**ACK, **odd})) is None


def test_a_request_for_a_replay() -> None:
    assert read_replay(dumps({**ACK, "id": "r-1"})) == Replay(
        "r-1", "bulk", 3, ((1, 512), (769, 1024))
    )
    assert read_replay(dumps({**ACK, "id": "r-1", "ranges": [[1, 1]] * 65})) is None
