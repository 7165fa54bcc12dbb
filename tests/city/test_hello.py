"""Hellos: what is read of them, who is behind, who is cloned, what is asked for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city import hello as greeting
from city.hello import MOST_ASKS, MOST_RANGES, RUNS, Renew, Verdict
from city.look import Look
from city.numbers import MOST_EPOCH
from city.parcels import Aside, Hello, Presence, Span
from city.store.sqlite import SqliteStore
from tests.city.boxes import gap, hello, parcel, told
from tests.city.test_codec import JSON

SPAN = {"epoch": 3, "first": 1, "last": 912, "cursor": 880}


def _payload(**fields: Any) -> bytes:  # noqa: ANN401  # whatever JSON holds
    line = {"v": 1, "gateway": "box-1", "run": "r", "nonce": "n", "streams": {"bulk": [SPAN]}}
    return json.dumps(line | fields).encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path)
    yield store
    store.close()


def _say(store: SqliteStore, said: Hello) -> Verdict:
    ((_, verdict),) = store.commit([said]).greetings
    return verdict


def _alarms(directory: Path) -> list[tuple[str, str]]:
    with Look(directory) as look:
        return [(each["what"], each["detail"]) for each in look.alarms()]


def test_a_hello_is_read() -> None:
    found = greeting.read("box-1", _payload(agent="0.1.0"), 77)
    assert isinstance(found, Hello)
    assert (found.run, found.nonce, found.mono_ns) == ("r", "n", 77)
    assert found.streams == {"bulk": [Span(epoch=3, first=1, last=912, cursor=880)]}
    assert json.loads(found.about)["agent"] == "0.1.0"


@pytest.mark.parametrize(
    "fields", [{"nonce": None}, {"nonce": ""}, {"nonce": "n" * 200}, {"gateway": "box-2"}]
)
def test_a_hello_that_cannot_be_answered_is_put_aside(fields: dict[str, object]) -> None:
    assert isinstance(greeting.read("box-1", _payload(**fields), 0), Aside)


@pytest.mark.parametrize(
    "bad",
    [
        {"epoch": -1},
        {"epoch": 2**60},
        {"first": 0},
        {"last": 2**63},
        {"cursor": 1.5},
        {"last": True},
        {"first": "1"},
    ],
)
def test_insane_spans_are_left_out_and_the_hello_is_answered(bad: dict[str, object]) -> None:
    found = greeting.read("box-1", _payload(streams={"bulk": [SPAN, SPAN | bad], "x": 3}), 0)
    assert isinstance(found, Hello)
    assert len(found.streams["bulk"]) == 1


@given(field=st.sampled_from(["run", "nonce", "gateway", "streams", "boot"]), value=JSON)
def test_no_field_of_a_hello_can_do_harm(field: str, value: object) -> None:
    greeting.read("box-1", _payload(**{field: value}), 0)
    greeting.read("box-1", _payload(streams={"bulk": [SPAN | {"last": value}]}), 0)


@given(st.binary(max_size=100))
def test_noise_is_no_hello_and_no_state(noise: bytes) -> None:
    assert isinstance(greeting.read("box-1", noise, 0), Aside)
    assert isinstance(greeting.presence("box-1", noise), Aside)


def test_a_state_is_read() -> None:
    state = greeting.presence("box-1", b'{"v":1,"online":false,"run":"r"}')
    assert state == Presence(gateway="box-1", online=False)
    assert isinstance(greeting.presence("box-1", b'{"online":1}'), Aside)


def test_a_new_box_is_welcome(store: SqliteStore, tmp_path: Path) -> None:
    assert _say(store, hello(bulk=(1, 1, 0, 1))) == Verdict(renew=None, asks=())
    assert _alarms(tmp_path) == []


def test_a_box_that_is_behind_begins_a_new_epoch(store: SqliteStore, tmp_path: Path) -> None:
    store.commit([parcel(1, 40)])
    verdict = _say(store, hello(bulk=(1, 1, 30, 31)))
    assert verdict.renew == Renew(2, "behind")
    assert _alarms(tmp_path) == [("behind", "run-1")]


def test_records_and_hello_in_one_batch_are_taken_in_their_order(store: SqliteStore) -> None:
    """The hello was said before the block was sealed: nobody is behind."""
    outcome = store.commit([hello(bulk=(1, 1, 30, 31)), parcel(31, 10)])
    assert outcome.greetings[0][1].renew is None
    outcome = store.commit([parcel(41, 10), hello(bulk=(1, 1, 40, 41))])
    assert outcome.greetings[0][1].renew == Renew(2, "behind")


def test_behind_counts_both_streams(store: SqliteStore) -> None:
    store.commit(told(gap(9, 1, 3)))
    verdict = _say(store, hello(bulk=(1, 1, 10, 11), urgent=(1, 1, 8, 9)))
    assert verdict.renew == Renew(2, "behind")


def test_a_renewal_is_said_again_until_it_is_obeyed(store: SqliteStore) -> None:
    store.commit([parcel(1, 40)])
    behind = hello(bulk=(1, 1, 30, 31))
    assert _say(store, behind).renew == Renew(2, "behind")
    store.commit([parcel(1, 40, epoch=7)])
    late = hello(bulk=(1, 1, 60, 61))  # it never heard, and has passed what we have
    assert _say(store, late).renew == Renew(2, "behind")
    assert _say(store, hello(bulk=(2, 61, 70, 71))).renew is None


def test_two_boxes_of_one_identity_get_an_epoch_each(store: SqliteStore, tmp_path: Path) -> None:
    assert _say(store, hello("a", bulk=(3, 1, 9, 1))).renew is None
    assert _say(store, hello("b", bulk=(3, 1, 9, 1))).renew is None
    first = _say(store, hello("a", bulk=(3, 1, 9, 1))).renew
    second = _say(store, hello("b", bulk=(3, 1, 9, 1))).renew
    assert first == Renew(4, "cloned")
    assert second == Renew(5, "cloned")
    assert ("cloned", "a") in _alarms(tmp_path)


def test_twins_that_obeyed_are_left_in_peace(store: SqliteStore, tmp_path: Path) -> None:
    for epochs in ((3, 3), (3, 3), (4, 5), (4, 5), (4, 5)):
        for run, epoch in zip("ab", epochs, strict=True):
            told = _say(store, hello(run, bulk=(epoch, 1, 9, 1))).renew
    assert told is None
    assert _alarms(tmp_path).count(("cloned", "a")) == 1
    strayed = hello("a", bulk=(5, 1, 9, 1))  # begun anew by itself, under what is the other one's
    assert _say(store, strayed).renew == Renew(6, "cloned")


def test_a_copy_of_a_box_that_obeyed_is_found(store: SqliteStore) -> None:
    for run in "abab":
        _say(store, hello(run, bulk=(3, 1, 9, 1)))
    assert _say(store, hello("a", bulk=(4, 1, 9, 1))).renew is None
    assert _say(store, hello("c", bulk=(4, 1, 9, 1))).renew is None
    assert _say(store, hello("a", bulk=(4, 1, 9, 1))).renew is None
    assert _say(store, hello("c", bulk=(4, 1, 9, 1))).renew == Renew(6, "cloned")


def test_a_box_that_starts_again_and_again_is_no_clone(store: SqliteStore) -> None:
    for each in range(RUNS * 2):
        for _ in range(2):
            assert _say(store, hello(f"run-{each}", bulk=(1, 1, 9, 1))).renew is None


def test_runs_are_remembered_over_a_restart_of_the_city(tmp_path: Path) -> None:
    for run in ("a", "b"):
        store = SqliteStore(tmp_path)
        assert _say(store, hello(run, bulk=(1, 1, 9, 1))).renew is None
        store.close()
    store = SqliteStore(tmp_path)
    assert _say(store, hello("a", bulk=(1, 1, 9, 1))).renew == Renew(2, "cloned")
    store.close()


def test_an_insane_epoch_does_not_overflow(store: SqliteStore) -> None:
    store.commit([parcel(1, 40, epoch=MOST_EPOCH)])
    verdict = _say(store, hello(bulk=(MOST_EPOCH, 1, 1, 1)))
    assert verdict.renew == Renew(MOST_EPOCH, "behind")


def test_holes_below_the_cursor_are_asked_for(store: SqliteStore) -> None:
    store.commit([parcel(1, 10), parcel(21, 10), parcel(41, 10)])
    verdict = _say(store, hello(bulk=(1, 1, 60, 36)))
    (ask,) = verdict.asks
    assert (ask.stream, ask.epoch, ask.ranges) == ("bulk", 1, ((11, 20), (31, 35)))


def test_what_a_gap_record_names_is_not_asked_for(store: SqliteStore) -> None:
    store.commit([parcel(1, 10), *told(gap(1, 11, 20)), parcel(21, 10)])
    assert _say(store, hello(bulk=(1, 1, 30, 31), urgent=(1, 1, 1, 2))).asks == ()


def test_a_cursor_beyond_all_numbers_asks_for_no_more_than_were_given(store: SqliteStore) -> None:
    (ask,) = _say(store, hello(bulk=(1, 1, 5, 2**63 - 1))).asks
    assert ask.ranges == ((1, 5),)


def test_requests_are_bounded(store: SqliteStore) -> None:
    store.commit([parcel(first, 1) for first in range(2, 400, 2)])
    (ask,) = _say(store, hello(bulk=(1, 1, 400, 401))).asks
    assert len(ask.ranges) == MOST_RANGES
    spans = [Span(epoch=each, first=1, last=9, cursor=9) for each in range(1, 60)]
    many = Hello(gateway="box-2", run="r", nonce="n", streams={"bulk": spans})
    assert len(_say(store, many).asks) == MOST_ASKS


def test_what_is_asked_for_in_vain_is_told_to_a_person(store: SqliteStore, tmp_path: Path) -> None:
    store.commit([parcel(21, 10)])
    for _ in range(greeting.PATIENCE - 1):
        assert _say(store, hello(bulk=(1, 1, 30, 31))).asks
    assert _alarms(tmp_path) == []
    _say(store, hello(bulk=(1, 1, 30, 31)))
    assert _alarms(tmp_path) == [("unfilled", "bulk 1")]
