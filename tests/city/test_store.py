"""The store: each record once, ranges with their rows, all of a batch or nothing."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city import codec
from city.look import Look, NothingThere
from city.parcels import Aside, Parcel, Presence, Result, Sealed
from city.store.base import Order, Outcome, StoreRefused
from city.store.boxes import ASIDE_BYTES, MOST_ASIDES
from city.store.schema import NAME, NewerDatabase
from city.store.sqlite import SqliteStore
from tests.city.boxes import OTHER_BOOT, altered, block, gap, line, parcel, text, told


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
def look(store: SqliteStore, tmp_path: Path) -> Iterator[Look]:
    assert tmp_path.samefile(Path(_path(store)).parent)
    with Look(tmp_path) as look:
        yield look


def _path(store: SqliteStore) -> str:
    (_, _, path) = store._link.execute("PRAGMA database_list").fetchone()
    return str(path)


def _acks(outcome: Outcome, stream: str = "bulk") -> list[tuple[int, int]]:
    return list(outcome.acks["box-1", stream, 1])


def _had(look: Look, stream: str = "bulk") -> dict[str, object]:
    (epoch,) = look.status()["gateways"]["box-1"]["streams"][stream]
    return dict(epoch)


def test_what_came_twice_is_kept_once_and_acknowledged_twice(
    store: SqliteStore, look: Look
) -> None:
    batch = [parcel(1, 50), *told(line(1), line(2))]
    for _ in range(2):
        outcome = store.commit(batch)
        assert _acks(outcome) == [(1, 50)]
        assert _acks(outcome, "urgent") == [(1, 2)]
    assert outcome.counts == {"duplicates": 52}
    assert look.rows() == {("box-1", "bulk"): 50, ("box-1", "urgent"): 2}
    assert look.duplicates() == 0
    assert look.status()["duplicates"] == 52


def test_twice_within_one_batch_is_twice(store: SqliteStore, look: Look) -> None:
    store.commit([parcel(1, 50), parcel(1, 50), *told(line(1), line(1))])
    assert look.count() == 51
    assert look.status()["duplicates"] == 51


def test_blocks_that_overlap_fill_each_other_up(store: SqliteStore, look: Look) -> None:
    """A replay need not cut where the first sending did."""
    store.commit([parcel(10, 10)])
    store.commit([parcel(1, 30)])
    assert sorted(seq for _, _, _, seq, _ in look.identities()) == list(range(1, 31))
    assert look.duplicates() == 0


def test_another_content_under_the_same_number_is_kept_beside(
    store: SqliteStore, look: Look
) -> None:
    store.commit([parcel(1, 10), *told(line(5))])
    store.commit([parcel(6, 10, boot=OTHER_BOOT), *told(line(5, boot=OTHER_BOOT))])
    store.commit([parcel(6, 10, boot="third-boot"), *told(line(5, mono_ns=1))])
    store.commit([parcel(6, 10, boot=OTHER_BOOT)])  # this one was here
    branches = sorted((seq, branch) for _, of, _, seq, branch in look.identities() if of == "bulk")
    want = [(seq, 0) for seq in range(1, 16)] + [(seq, 1) for seq in range(6, 11)]
    want += [(seq, 1) for seq in range(11, 16)] + [(seq, 2) for seq in range(6, 11)]
    assert branches == sorted(want)
    assert sorted(each[4] for each in look.identities() if each[1] == "urgent") == [0, 1, 2]
    assert look.duplicates() == 0
    assert {each["detail"] for each in look.alarms() if each["what"] == "conflict"} == {
        "bulk 1",
        "urgent 1",
    }
    branched = [record for record in look.records() if record.get("branch") == 2]
    assert len(branched) == 6


def test_a_gap_counts_as_had_and_a_late_reading_is_no_conflict(
    store: SqliteStore, look: Look
) -> None:
    store.commit([parcel(1, 10), parcel(21, 10), *told(gap(1, 11, 20))])
    assert _had(look)["holes"] == 0
    outcome = store.commit([parcel(11, 10)])
    assert outcome.counts == {"rows": 10}
    assert {branch for *_, branch in look.identities()} == {0}


def test_a_block_that_is_not_understood_is_kept_whole(store: SqliteStore, look: Look) -> None:
    strange = codec.block("box-1", altered(block(1, 8), v="hieroglyphs"))
    assert isinstance(strange, Sealed)
    for _ in range(2):
        assert _acks(store.commit([strange])) == [(1, 8)]
    assert look.count("bulk") == 8
    (record,) = look.records()
    assert (record["type"], record["seq"], record["n"]) == ("block", 1, 8)
    store.commit([parcel(1, 8)])  # the same block again, from a city that can read it
    assert look.count("bulk") == 8
    other = codec.block("box-1", altered(block(1, 8, boot=OTHER_BOOT), v="hieroglyphs"))
    assert isinstance(other, Sealed)
    store.commit([other])
    assert [each.get("branch", 0) for each in look.records()] == [0, 1]


def test_unknown_fields_are_kept_with_their_block(store: SqliteStore, look: Look) -> None:
    payload = altered(block(1, 8), colour="blue")
    store.commit([codec.block("box-1", payload)])
    assert look.count() == 8
    link = sqlite3.connect(_path(store))
    assert link.execute("SELECT decoded, payload FROM block").fetchall() == [(1, payload)]
    link.close()


def test_asides_are_counted_cut_and_bounded(store: SqliteStore, look: Look) -> None:
    junk = Aside(gateway="box-9", should_be="block", payload=b"x" * 100_000)
    outcome = store.commit([junk] * (MOST_ASIDES + 5))
    assert not outcome.acks
    kept = look._link.execute("SELECT count(*), max(length(payload)) FROM aside").fetchone()
    assert kept == (MOST_ASIDES, ASIDE_BYTES)
    assert look.status()["gateways"]["box-9"]["aside"] == MOST_ASIDES + 5
    assert look.alarms()[0]["what"] == "aside"


class _Trip(Exception):
    """The process falls in the middle of a batch."""


def _falling() -> Iterator[Parcel]:
    yield parcel(11, 10)
    yield from told(line(2), gap(3, 100, 200))
    raise _Trip


def test_a_batch_that_fails_leaves_nothing(store: SqliteStore, look: Look) -> None:
    store.commit([parcel(1, 10), *told(line(1))])
    before = look.status(), list(look.identities())
    with pytest.raises(_Trip):
        store.commit(_Lazy())
    assert (look.status(), list(look.identities())) == before
    store.commit([*_until_trip()])
    assert look.count("bulk") == 20
    assert look.count("urgent") == 3
    assert _had(look)["had"] == 20 + 101


class _Lazy(list[Parcel]):
    def __iter__(self) -> Iterator[Parcel]:
        return _falling()


def _until_trip() -> Iterator[Parcel]:
    try:
        yield from _falling()
    except _Trip:
        return


def test_a_disk_that_is_full_refuses_and_later_takes(store: SqliteStore, look: Look) -> None:
    store.commit([parcel(1, 10)])
    (pages,) = store._link.execute("PRAGMA page_count").fetchone()
    store._link.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreRefused):
        store.commit([parcel(1 + 256 * each, 256) for each in range(1, 40)])
    assert look.count() == 10
    store._link.execute("PRAGMA max_page_count=1000000")
    outcome = store.commit([parcel(11, 10)])
    assert outcome.counts == {"rows": 10}
    assert _had(look)["had"] == 20


def test_a_fall_between_batches_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """The files are taken as they are, while the database is open: what a kill would leave."""
    store = SqliteStore(tmp_path / "a")
    store.commit([parcel(1, 10), *told(line(1))])
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    store.close()
    again = SqliteStore(tmp_path / "b")
    assert again.commit([parcel(1, 10), parcel(11, 5)]).counts == {"rows": 5, "duplicates": 10}
    with Look(tmp_path / "b") as look:
        assert look.count() == 16
        assert [page["seq"] for page in look.records("bulk")] == list(range(1, 16))
    again.close()


SENDINGS = st.lists(
    st.tuples(st.integers(1, 60), st.integers(1, 20), st.integers(0, 1)), min_size=1, max_size=12
)


@settings(deadline=None, max_examples=40)
@given(SENDINGS)
def test_any_order_and_overlap_gives_each_content_once(
    tmp_path_factory: pytest.TempPathFactory, sendings: list[tuple[int, int, int]]
) -> None:
    directory = tmp_path_factory.mktemp("city")
    store, boots = SqliteStore(directory), ("boot-a", "boot-b")
    want = set()
    for first, n, boot in sendings:
        store.commit([parcel(first, n, boot=boots[boot])])
        want |= {(seq, boot) for seq in range(first, first + n)}
    with Look(directory) as look:
        found = [(record["seq"], boots.index(record["boot"])) for record in look.records()]
        assert sorted(found) == sorted(want)
        assert look.duplicates() == 0
        assert _had(look)["had"] == len({seq for seq, _ in want})
        assert look.status()["rows"] == len(want)
    store.close()
    shutil.rmtree(directory)


def _order(name: str) -> Order:
    return Order(
        id=name,
        gateway="box-1",
        target="lock-1",
        action="pulse",
        args="{}",
        ttl_ms=1000,
        by=None,
        kid="city-1",
    )


def _event(seq: int, state: str, name: str = "c-1", **data: object) -> list[Parcel]:
    return told(line(seq, f"command_{state}", data={"id": name, **data}))


def test_a_command_goes_from_sent_to_done(store: SqliteStore, look: Look) -> None:
    store.open_order(_order("c-1"))
    assert store.commit(_event(1, "accepted")).results == [Result(id="c-1", state="accepted")]
    assert store.commit(_event(2, "done")).results == [Result(id="c-1", state="done")]
    assert store.commit(_event(2, "done")).results == []  # a duplicate tells nothing anew
    assert look.commands() == {"done": 1}


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (["done", "accepted"], "done"),
        (["accepted", "rejected"], "accepted"),  # a late copy was rejected, not the command
        (["rejected", "accepted", "done"], "done"),
        (["accepted", "unknown"], "unknown"),
        (["expired", "rejected"], "expired"),
    ],
)
def test_a_state_gives_way_only_to_one_that_knows_more(
    store: SqliteStore, events: list[str], state: str
) -> None:
    store.open_order(_order("c-1"))
    for seq, each in enumerate(events, 1):
        store.commit(_event(seq, each, reason="nonce"))
    order = store.order("c-1")
    assert order is not None
    assert order.state == state


def test_a_repeat_and_another_box_change_nothing(store: SqliteStore) -> None:
    store.open_order(_order("c-1"))
    store.commit(_event(1, "rejected", reason="repeat"))
    elsewhere = line(1, "command_done", data={"id": "c-1"}, gateway="box-2")
    store.commit(list(codec.lines("box-2", text(elsewhere))))
    order = store.order("c-1")
    assert order is not None
    assert order.state == "sent"
    assert store.order("c-2") is None


def test_when_each_record_came(tmp_path: Path) -> None:
    times = iter((10, 20, 30))
    store = SqliteStore(tmp_path, lambda: next(times))
    store.commit(told(line(2)))
    store.commit([parcel(1, 2)])
    store.commit([parcel(3, 1), *told(line(1))])
    store.close()
    with Look(tmp_path) as look:
        assert [(each[3], ns) for each, ns in look.arrivals("urgent")] == [(2, 10), (1, 30)]
        bulk = [(each[3], ns) for each, ns in look.arrivals("bulk", "box-1")]
        assert bulk == [(1, 20), (2, 20), (3, 30)]
        assert list(look.arrivals("bulk", "box-2")) == []


def test_who_is_there(store: SqliteStore, look: Look) -> None:
    store.commit([Presence(gateway="box-1", online=True), Presence(gateway="box-2", online=False)])
    assert {name: of["online"] for name, of in look.status()["gateways"].items()} == {
        "box-1": True,
        "box-2": False,
    }
    assert sorted(store.gateways()) == ["box-1", "box-2"]


def test_a_newer_database_is_not_touched(tmp_path: Path) -> None:
    SqliteStore(tmp_path).close()
    link = sqlite3.connect(tmp_path / NAME)
    link.execute("PRAGMA user_version=99")
    link.close()
    with pytest.raises(NewerDatabase):
        SqliteStore(tmp_path)


def test_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(NothingThere):
        Look(tmp_path)
