"""Payloads into parcels: by hand, from the agent's own encoder, and from noise."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.store import block as agent_block
from city import codec
from city.parcels import QUALITIES, Aside, Lost, Readings, Result, Sealed, Told
from tests.city.boxes import BOOT, OFFSET, T0, altered, block, gap, line, packed, readings, text

BY_HAND = {
    "gateway": "box-1",
    "stream": "bulk",
    "epoch": 3,
    "first": 120,
    "boot": "6f1c",
    "mono_ns": 1000,
    "offset_ns": None,
    "utc": None,
    "tq": "untrusted",
    "n": 3,
    "series": [["tilt-1", "tower", "tilt_x"], ["rain-1", None, "rain"]],
    "s": [0, 1, 0],
    "step_ns": 1000,
    "t": [2, -1],
    "v": [0.5, None, 1],
    "q": {"suspect": [1], "invalid": [2]},
}


def test_a_block_by_hand() -> None:
    found = codec.block("box-1", packed(BY_HAND))
    assert isinstance(found, Readings)
    assert (found.head.epoch, found.head.first, found.head.last) == (3, 120, 122)
    assert list(found.times) == [1000, 3000, 2000]
    assert list(found.values) == [0.5, None, 1]
    assert list(found.qualities) == [0, 1, 2]
    assert list(found.series) == [("tilt-1", "tower", "tilt_x"), ("rain-1", None, "rain")]
    assert found.more is None


@given(n=st.integers(1, 300), first=st.integers(1, 2**40), known=st.booleans())
def test_what_the_agent_encodes_is_what_the_city_reads(n: int, first: int, known: bool) -> None:
    sent = readings(n, offset=OFFSET if known else None)
    payload = agent_block.encode(sent, agent_block.Numbering("box-1", 2, first))
    found = codec.block("box-1", payload)
    assert isinstance(found, Readings)
    _, kept = agent_block.decode(payload)
    assert list(found.times) == [each.at.mono_ns for each in kept]
    assert list(found.values) == [each.value for each in kept]
    assert [QUALITIES[each] for each in found.qualities] == [each.quality for each in kept]
    assert [found.series[place] for place in found.places] == [
        (each.device, each.point, each.quantity) for each in kept
    ]
    assert found.offset_ns == kept[0].at.offset_ns


@pytest.mark.parametrize(
    "fields",
    [
        {"v": [1, 2]},
        {"v": [1, 2, "3"]},
        {"v": [1, 2, True]},
        {"v": [1, 2, 10**400]},
        {"v": None},
        {"s": [0, 1, 2]},
        {"s": [0, -1, 0]},
        {"s": [0, 1, 0.0]},
        {"t": [2]},
        {"t": [2, -4]},
        {"t": [2, 2**63]},
        {"step_ns": 0},
        {"offset_ns": 2**63},
        {"offset_ns": -(10**9)},
        {"offset_ns": True},
        {"series": [["a", None, "rain"], ["b", None]]},
        {"series": [["a", None, "rain"], ["b", 3, "rain"]]},
        {"series": [["a" * 1000, None, "rain"], ["b", None, "rain"]]},
        {"q": {"wonderful": [1]}},
        {"q": {"suspect": [3]}},
        {"q": [1]},
        {"tq": None},
        {"boot": 7},
        {"mono_ns": -5},
    ],
    ids=str,
)
def test_a_block_that_is_strange_behind_its_numbers_is_kept_as_it_came(
    fields: dict[str, object],
) -> None:
    payload = altered(packed(BY_HAND), **fields)
    found = codec.block("box-1", payload)
    assert isinstance(found, Sealed)
    assert found.payload == payload
    assert (found.head.first, found.head.n) == (120, 3)


def test_a_number_beyond_all_bounds_is_none() -> None:
    huge = zlib.compress(json.dumps(BY_HAND).encode().replace(b"[0.5,", b"[1e999,"))
    assert isinstance(codec.block("box-1", huge), Sealed)


@pytest.mark.parametrize(
    "fields",
    [
        {"gateway": "box-2"},
        {"stream": "urgent"},
        {"epoch": -1},
        {"epoch": 2**60},
        {"epoch": True},
        {"first": 0},
        {"first": 2**63 - 1},
        {"first": 1.0},
        {"n": 0},
        {"n": 10**12},
        {"n": "3"},
    ],
    ids=str,
)
def test_a_block_without_sane_numbers_is_put_aside(fields: dict[str, object]) -> None:
    assert isinstance(codec.block("box-1", altered(packed(BY_HAND), **fields)), Aside)


def test_unknown_fields_are_passed_over_and_the_block_is_kept_besides() -> None:
    payload = altered(packed(BY_HAND), colour="blue")
    found = codec.block("box-1", payload)
    assert isinstance(found, Readings)
    assert found.more == payload


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"noise",
        zlib.compress(b"[" * 100_000),
        zlib.compress(b"{"),
        zlib.compress(b"[1]"),
        block(1, 8)[:-5],
        zlib.compress(json.dumps(BY_HAND).encode("utf-16")),
        zlib.compress(b" " * (codec.MOST_UNPACKED + 1)),
        b"x" * (codec.MOST_PAYLOAD + 1),
    ],
    ids=["empty", "noise", "deep", "torn", "no object", "cut", "utf-16", "a bomb", "long"],
)
def test_what_is_no_block_is_put_aside(payload: bytes) -> None:
    assert isinstance(codec.block("box-1", payload), Aside)


@given(st.binary(max_size=300))
def test_noise_never_raises(noise: bytes) -> None:
    assert isinstance(codec.block("box-1", noise), Aside)
    assert isinstance(codec.block("box-1", zlib.compress(noise)), Aside | Sealed)
    assert all(isinstance(each, Aside) for each in codec.lines("box-1", noise))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(field=st.sampled_from(sorted(BY_HAND)), value=JSON)
def test_no_field_of_a_block_can_do_harm(field: str, value: object) -> None:
    codec.block("box-1", altered(packed(BY_HAND), **{field: value}))


@given(field=st.sampled_from([*sorted(line(1)), "record", "first", "last"]), value=JSON)
def test_no_field_of_a_line_can_do_harm(field: str, value: object) -> None:
    list(codec.lines("box-1", text(line(1) | {field: value})))
    list(codec.lines("box-1", text(gap(1, 2, 3) | {field: value})))


def test_a_line_keeps_all_that_it_said() -> None:
    sent = line(7, "never_heard_of", colour="blau", data={"門": [1, {"a": None}]})
    (found,) = codec.lines("box-1", text(sent))
    assert isinstance(found, Told)
    assert (found.epoch, found.seq, found.kind, found.boot) == (1, 7, "never_heard_of", BOOT)
    assert found.mono_ns == T0 + 7
    assert json.loads(found.raw) == sent


def test_a_type_that_is_not_known_is_kept() -> None:
    (found,) = codec.lines("box-1", text(line(8, type="picture")))
    assert isinstance(found, Told)
    assert found.type == "picture"


def test_a_gap_names_the_lost_and_itself() -> None:
    (found,) = codec.lines("box-1", text(gap(9, 120, 375)))
    assert isinstance(found, Told)
    assert found.seq == 9
    assert found.lost == Lost(stream="bulk", epoch=1, first=120, last=375)


@pytest.mark.parametrize("bad", [{"last": 119}, {"first": 0}, {"stream": "other"}, {"last": 2**64}])
def test_a_gap_of_insane_numbers_covers_nothing(bad: dict[str, object]) -> None:
    (found,) = codec.lines("box-1", text(gap(9, 120, 375) | bad))
    assert isinstance(found, Told)
    assert found.lost is None


def test_a_bad_line_does_not_take_its_neighbours_along() -> None:
    payload = text(line(1)) + b"{torn\n\n" + text(line(2, gateway="box-2"), line(3))
    found = list(codec.lines("box-1", payload))
    assert [type(each) for each in found] == [Told, Aside, Aside, Told]


@pytest.mark.parametrize(
    ("kind", "data", "want"),
    [
        ("command_done", {"id": "c-1"}, Result(id="c-1", state="done")),
        (
            "command_rejected",
            {"id": "c-1", "reason": "expired"},
            Result(id="c-1", state="rejected", reason="expired"),
        ),
        ("command_rejected", {"id": "c-1", "reason": "repeat"}, None),
        ("command_rejected", {"reason": "signature"}, None),
        ("command_done", {"id": 7}, None),
        ("weighing", {"id": "c-1"}, None),
    ],
)
def test_results_of_commands(kind: str, data: dict[str, object], want: Result | None) -> None:
    (found,) = codec.lines("box-1", text(line(1, kind, data=data)))
    assert isinstance(found, Told)
    assert found.result == want
