"""The gate: each reason, in its order, and nothing else gets in."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.model.time import Stamp, TimeQuality
from agent.sync.gate import _MOST_NONCES, MOST_IDS, Accepted, Gate, Rejected
from agent.sync.signing import KeyRing
from tests.sync.fakes import BOX, OTHER, PRIVATE, SECOND, public_key, signed

AT = 1_000 * SECOND
NOW = Stamp("boot-1", AT + 2 * SECOND)
UTC = 1_800_000_000 * SECOND


def gate() -> Gate:
    made = Gate(BOX, KeyRing([public_key()]))
    made.issued("n-1", AT)
    return made


def judge(
    payload: bytes, now: Stamp = NOW, *, at: Gate | None = None, floor: int = 0
) -> Accepted | Rejected:
    return (at or gate()).judge(payload, now, floor, retained=False)


def reason(payload: bytes, now: Stamp = NOW) -> str:
    verdict = judge(payload, now)
    return verdict.reason if isinstance(verdict, Rejected) else ""


def test_a_good_command_gets_in() -> None:
    now = Stamp("boot-1", AT + 2 * SECOND, UTC, TimeQuality.TRUSTED)
    verdict = judge(signed("n-1", age_ms=1500), now)
    assert isinstance(verdict, Accepted)
    command = verdict.command
    assert (command.id, command.target, command.action) == ("c-1", "relay-1", "pulse")
    assert command.args == {"channel": 1, "ms": 500}
    assert command.ttl_ns == 10 * SECOND
    assert command.at == replace(now, mono_ns=now.mono_ns - SECOND // 2, utc_ns=UTC - SECOND // 2)
    assert (command.by, verdict.by) == (None, "duty officer")


def test_who_asked_may_be_missing() -> None:
    body = {"gateway": BOX, "nonce": "n-1", "age_ms": 0, "ttl_ms": 5000, "id": "a"}
    text = json.dumps({**body, "target": "relay-1", "action": "on", "new field": [1]})
    verdict = judge(signed("", text=text))
    assert isinstance(verdict, Accepted)
    assert (verdict.by, dict(verdict.command.args)) == ("", {})


def test_retained_comes_first_of_all() -> None:
    for payload in (b"", signed("n-1")):
        assert gate().judge(payload, NOW, 0, retained=True) == Rejected(None, "retained")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"open the door",
        b"[" * 50_000,
        b'{"kid":"city-1","alg":"Ed25519","body":{},"sig":""}',
        b'{"kid":"city-1","alg":"Ed25519","body":"{}"}',
        b'{"kid":"city-1","alg":"Ed25519","body":"{}","sig":"@@"}',
        b'{"kid":"city-1","alg":"Ed25519","body":"\\ud800","sig":"AA=="}',
        b'{"kid":"city-1","alg":"Ed25519","body":"{}","sig":"\xc3\xa4"}',
        b'{"kid":1,"alg":"Ed25519","body":"{}","sig":"AA=="}',
        json.dumps({"kid": "city-1", "alg": "x", "body": "x" * 17_000, "sig": ""}).encode(),
        b" " * 70_000,
    ],
    ids=lambda payload: repr(payload[:60]),
)
def test_format(payload: bytes) -> None:
    assert judge(payload) == Rejected(None, "format")


def test_an_unknown_key() -> None:
    assert judge(signed("n-1", kid="city-2")) == Rejected(None, "key")


def test_a_key_of_another_role() -> None:
    lists = Gate(BOX, KeyRing([public_key(role="list")]))
    lists.issued("n-1", AT)
    assert judge(signed("n-1"), at=lists) == Rejected(None, "key")


@pytest.mark.parametrize(
    ("utc", "floor", "inside"),
    [
        (UTC, 0, True),
        (UTC + 10, 0, True),
        (UTC + 11, 0, False),
        (UTC - 11, 0, False),
        (UTC - 10, 0, True),
        (None, 0, True),
        (None, UTC + 10, True),
        (None, UTC + 11, False),  # it had expired by then, whatever time it is
        (UTC, UTC + 11, False),
    ],
)
def test_a_key_outside_its_validity(utc: int | None, floor: int, *, inside: bool) -> None:
    short = Gate(BOX, KeyRing([public_key(not_before_ns=UTC - 10, not_after_ns=UTC + 10)]))
    short.issued("n-1", AT)
    verdict = judge(signed("n-1"), replace(NOW, utc_ns=utc), at=short, floor=floor)
    assert isinstance(verdict, Accepted) if inside else verdict == Rejected(None, "key")


def test_a_signature_of_somebody_else() -> None:
    assert judge(signed("n-1", private=OTHER)) == Rejected(None, "signature")


@pytest.mark.parametrize("alg", ["none", "", "ed25519", "HS256", "SM2-SM3"])
def test_nobody_chooses_the_algorithm(alg: str) -> None:
    assert judge(signed("n-1", alg=alg)) == Rejected(None, "signature")


def test_a_signature_over_the_bare_body_is_none() -> None:
    envelope = json.loads(signed("n-1"))
    bare = base64.b64encode(PRIVATE.sign(envelope["body"].encode())).decode()
    told = json.dumps({**envelope, "sig": bare}).encode()
    assert judge(told) == Rejected(None, "signature")


GOOD = signed("n-1")


@given(st.integers(0, len(GOOD) * 8 - 1))
@example(0)
def test_one_flipped_bit_is_never_obeyed(bit: int) -> None:
    wrong = bytearray(GOOD)
    wrong[bit // 8] ^= 1 << bit % 8
    verdict = judge(bytes(wrong))
    assert isinstance(verdict, Rejected), wrong
    assert verdict.id is None


@given(st.binary(max_size=400))
def test_noise_is_never_obeyed(noise: bytes) -> None:
    assert isinstance(judge(noise), Rejected)


@pytest.mark.parametrize(
    "odd",
    [
        {"ttl_ms": 0},
        {"ttl_ms": 60_001},
        {"ttl_ms": True},
        {"ttl_ms": 5.0},
        {"age_ms": -1},
        {"age_ms": None},
        {"age_ms": 2**60},
        {"target": "Relay 1"},
        {"target": None},
        {"action": ""},
        {"action": "a/b"},
        {"args": []},
        {"args": {"a": {"b": 1}}},
        {"args": {"a": [1]}},
        {"args": {"a": "x" * 1025}},
        {"args": {"a": "\ud800"}},
        {"args": {"\ud800": 1}},
        {"args": {"a": 2**60}},
        {"args": {"a": float("inf")}},
        {"args": {"a": float("nan")}},
        {"args": {str(n): n for n in range(33)}},
        {"by": "x" * 65},
        {"by": "a\nb"},
        {"by": 7},
        {"gateway": None},
    ],
    ids=lambda odd: str(odd)[:40],
)
def test_a_signed_body_that_is_no_order(odd: dict[str, Any]) -> None:
    assert judge(signed("n-1", **odd)) == Rejected("c-1", "format")


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "门", None, 5, "a\n"])
def test_an_id_that_is_none_is_not_told(name: object) -> None:
    assert judge(signed("n-1", id=name)) == Rejected(None, "format")


@pytest.mark.parametrize("text", ["", "[]", "null", "{" * 5000, '{"id":'])
def test_a_signed_text_that_is_no_object(text: str) -> None:
    assert judge(signed("", text=text)) == Rejected(None, "format")


def test_another_box() -> None:
    assert judge(signed("n-1", gateway="box-2")) == Rejected("c-1", "gateway")


def test_a_nonce_that_was_never_given() -> None:
    assert judge(signed("n-2")) == Rejected("c-1", "nonce")


def test_a_nonce_lives_a_minute_longer_than_the_next_hello() -> None:
    both = gate()
    both.issued("n-2", AT + 100 * SECOND)
    for late, verdict in ((159.9, Accepted), (160, Rejected)):
        now = Stamp("boot-1", AT + int(late * SECOND))
        told = judge(signed("n-1", id=f"c-{late}", age_ms=int(late * 1000)), now, at=both)
        assert isinstance(told, verdict)
        if isinstance(told, Rejected):
            assert told.reason == "nonce"
    assert isinstance(
        judge(signed("n-2", age_ms=60_000), Stamp("boot-1", AT + 160 * SECOND), at=both), Accepted
    )


def test_a_new_connection_knows_no_old_nonce() -> None:
    after = Gate(BOX, KeyRing([public_key()]))
    after.issued("n-2", AT + SECOND)
    assert judge(signed("n-1"), at=after) == Rejected("c-1", "nonce")


def test_a_repeat() -> None:
    once = gate()
    assert isinstance(judge(signed("n-1"), at=once), Accepted)
    assert judge(signed("n-1"), at=once) == Rejected("c-1", "repeat")
    assert judge(signed("n-1", age_ms=2000, action="on"), at=once) == Rejected("c-1", "repeat")


def test_what_came_too_late_and_comes_again_is_a_repeat() -> None:
    once = gate()
    late = Stamp("boot-1", AT + 100 * SECOND)
    assert judge(signed("n-1"), late, at=once) == Rejected("c-1", "expired")
    assert judge(signed("n-1"), late, at=once) == Rejected("c-1", "repeat")


@pytest.mark.parametrize(
    ("passed_ms", "age_ms", "told"),
    [
        (9_999, 0, ""),
        (10_000, 0, "expired"),
        (300_000, 290_001, ""),
        (300_000, 290_000, "expired"),
        (2_000, 3_000, ""),  # crystals drift
        (2_000, 3_001, "expired"),  # nobody signs in the future
        (0, 0, ""),
    ],
)
def test_late_by_transit(passed_ms: int, age_ms: int, told: str) -> None:
    now = Stamp("boot-1", AT + passed_ms * 1_000_000)
    assert reason(signed("n-1", age_ms=age_ms), now) == told


def test_a_command_never_lives_longer_than_it_says() -> None:
    """An age that is ahead by less than a second is taken as now, not as the future."""
    verdict = judge(signed("n-1", age_ms=2_900))
    assert isinstance(verdict, Accepted)
    assert verdict.command.at.mono_ns == NOW.mono_ns


def test_the_order_of_the_reasons() -> None:
    """Each is told before those that stand after it."""
    far = Stamp("boot-1", AT + 10**6 * SECOND)
    seen = gate()
    assert isinstance(judge(signed("n-1"), at=seen), Accepted)
    told = [
        judge(b"x", far),
        judge(signed("n-9", kid="x", private=OTHER, gateway="box-2"), far),
        judge(signed("n-9", private=OTHER, gateway="box-2"), far),
        judge(signed("n-9", gateway="box-2", ttl_ms=0), far),
        judge(signed("n-9", gateway="box-2"), far),
        judge(signed("n-9"), far),
        judge(signed("n-1"), far, at=seen),
        judge(signed("n-1", id="c-2"), far, at=seen),
    ]
    assert [one.reason for one in told if isinstance(one, Rejected)] == [
        "format",
        "key",
        "signature",
        "format",
        "gateway",
        "nonce",
        "repeat",
        "expired",
    ]


def test_a_signer_who_never_ends_fills_nothing() -> None:
    full = gate()
    latest = full._nonces["n-1"]
    latest.seen.update(map(str, range(MOST_IDS // 4 - 1)))
    crowded = [full.crowded]
    assert isinstance(judge(signed("n-1"), at=full), Accepted)
    crowded.append(full.crowded)
    latest.seen.update(map(str, range(MOST_IDS)))
    assert judge(signed("n-1", id="c-2"), at=full) == Rejected("c-2", "repeat")
    full.issued("n-2", NOW.mono_ns)
    assert [*crowded, full.crowded] == [False, True, False]
    assert isinstance(judge(signed("n-2", id="c-3"), at=full), Accepted)


def test_nonces_are_forgotten() -> None:
    many = gate()
    for turn in range(1000):
        many.issued(f"m-{turn}", AT + turn * SECOND // 10)
    assert len(many._nonces) <= _MOST_NONCES
    many.issued("last", AT + 1000 * SECOND)
    many.issued("very last", AT + 2000 * SECOND)
    assert set(many._nonces) == {"last", "very last"}
