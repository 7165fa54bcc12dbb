"""Pictures: kept for their term, held for a case, gone for good; and who took them is on record."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.time import TimeQuality
from agent.store import album as module
from agent.store.album import DAY_NS, NAME, Album
from agent.store.audit import FIRST, KEEP_DAYS, Deed
from agent.store.desk import Desk, Hold
from agent.store.trouble import Refused
from tests.store.pictures import (
    ALICE,
    DAY_0,
    TERM,
    TUNING,
    album,
    on_disk,
    picture,
    pieces,
    taken,
    there,
    unknown,
    when,
)


def test_what_is_put_in_comes_out_and_is_put_in_once(tmp_path: Path) -> None:
    with album(tmp_path) as (store, desk):
        one = taken(1, when(0))
        store.put(one, TERM)
        store.put(one, TERM)
        kept = desk.kept("p-1")
        assert (kept.camera, kept.utc_ns, kept.plate) == ("cam-1", DAY_0, "湘A1")
        assert kept.expires_ns == DAY_0 + TERM
        assert [each.sha256 for each in kept.pictures] == [shot.sha256 for shot in one.shots]
        assert desk.shots("p-1", when(1), ALICE) == one.shots
        assert "湘" not in repr(kept)
        with pytest.raises(LookupError):
            desk.kept("p-2")


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    with album(tmp_path / "new") as (store, _):
        store.put(taken(1, when(0)), TERM)
        modes = [path.stat().st_mode & 0o077 for path in (tmp_path / "new").iterdir()]
        assert modes == [0, 0, 0]  # database, log, and what readers share


@pytest.mark.parametrize("pages", [7, 1024])
def test_what_expires_is_gone_for_good(
    pages: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGES", pages)
    with album(tmp_path) as (store, desk):
        for number in range(40):
            store.put(taken(number, when(number)), TERM)
        before = on_disk(tmp_path)
        assert all(picture(number)[:64] in before for number in range(40))
        swept = store.sweep(when(50), when(50).utc_ns or 0, TERM)
        assert swept.passages == 21
        assert store.compact()
        after = on_disk(tmp_path)
        for number in range(40):
            is_there = number > 20
            for shot in taken(number, when(0)).shots:
                assert pieces(shot.jpeg, after) == (is_there and len(shot.jpeg) // 400)
            assert (f"p-{number}" in there(desk)) is is_there
        with store.reading() as link:
            assert link.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert (tmp_path / NAME).stat().st_size <= store.used()  # the pages are given back


def test_a_reader_keeps_the_log_for_a_while(tmp_path: Path) -> None:
    with album(tmp_path) as (store, _):
        store.put(taken(1, when(0)), TERM)
        store.checkpoint()
        reader = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM picture").fetchone()
        store._link.execute("PRAGMA busy_timeout=20")
        store.sweep(when(31), DAY_0 + 31 * DAY_NS, TERM)
        assert not store.compact()
        reader.close()
        assert store.compact()
        assert picture(1)[-64:] not in on_disk(tmp_path)


def test_a_shorter_term_holds_for_what_is_there_and_a_longer_one_does_not(tmp_path: Path) -> None:
    with album(tmp_path) as (store, desk):
        store.put(taken(1, when(0)), TERM)
        store.sweep(when(1), DAY_0 + DAY_NS, 2 * TERM)
        assert desk.kept("p-1").expires_ns == DAY_0 + TERM
        store.sweep(when(1), DAY_0 + DAY_NS, TERM // 2)
        assert desk.kept("p-1").expires_ns == DAY_0 + TERM // 2


def test_without_a_time_nothing_is_too_old(tmp_path: Path) -> None:
    """A boot that never knew the time ended before the next one that did."""
    with album(tmp_path) as (store, desk):
        store.put(taken(1, unknown(1, "dark")), TERM)
        store.put(taken(2, when(1, "dark", TimeQuality.UNTRUSTED)), TERM)
        store.put(taken(3, unknown(1, "late")), TERM)
        assert [desk.kept(f"p-{n}").expires_ns for n in (1, 2, 3)] == [None] * 3
        late = when(10, "late")
        store.sweep(late, DAY_0 + 10 * DAY_NS, TERM)
        assert desk.kept("p-1").utc_ns is None
        assert desk.kept("p-1").expires_ns == DAY_0 + 10 * DAY_NS + TERM  # at the latest
        assert desk.kept("p-2").expires_ns == desk.kept("p-1").expires_ns
        assert desk.kept("p-3").utc_ns == DAY_0 + DAY_NS
        assert desk.kept("p-3").expires_ns == DAY_0 + DAY_NS + TERM
        assert (
            store.sweep(when(31.5, "late"), DAY_0 + 31 * DAY_NS + DAY_NS // 2, TERM).passages == 1
        )
        assert there(desk) == ["p-1", "p-2"]


# ── holds ────────────────────────────────────────────────────────────────────────────────────────


def test_a_hold_keeps_until_its_day(tmp_path: Path) -> None:
    with album(tmp_path) as (store, desk):
        for number in range(3):
            store.put(taken(number, when(0)), TERM)
        until = Hold(case_no="派出所-2026-7", until_ns=DAY_0 + 60 * DAY_NS)
        desk.hold(["p-0", "p-1"], until, when(1), ALICE)
        with pytest.raises(LookupError):
            desk.hold(["p-2", "p-9"], until, when(1), ALICE)
        assert desk.kept("p-2").holds == ()  # all of them or none
        store.sweep(when(40), DAY_0 + 40 * DAY_NS, TERM)
        assert there(desk) == ["p-0", "p-1"]
        assert [kept.passage for kept in desk.of_case("派出所-2026-7")] == ["p-0", "p-1"]
        assert desk.release("派出所-2026-7", ["p-0"], when(41), ALICE) == 1
        store.sweep(when(42), DAY_0 + 42 * DAY_NS, TERM)
        assert there(desk) == ["p-1"]
        swept = store.sweep(when(60), DAY_0 + 60 * DAY_NS, TERM)
        assert (swept.holds, swept.passages) == (("派出所-2026-7",), 1)
        assert there(desk) == []
        actions = [entry.action for entry in desk.audit()]
        assert actions.count("view") == 2
        assert actions[-2:] == ["hold_ended", "expired"]


def test_a_case_is_released_as_a_whole_and_another_case_holds_on(tmp_path: Path) -> None:
    with album(tmp_path) as (store, desk):
        for number in range(2):
            store.put(taken(number, when(0)), TERM)
            for case in ("a", "b"):
                hold = Hold(case_no=case, until_ns=DAY_0 + 90 * DAY_NS)
                desk.hold([f"p-{number}"], hold, when(1), ALICE)
        assert desk.release("a", [], when(2), ALICE) == 2
        assert store.sweep(when(40), DAY_0 + 40 * DAY_NS, TERM).passages == 0
        assert [hold.case_no for hold in desk.kept("p-0").holds] == ["b"]


# ── the audit ────────────────────────────────────────────────────────────────────────────────────


def _edit(directory: Path, *statements: str) -> None:
    link = sqlite3.connect(directory / NAME)
    for statement in statements:
        link.execute(statement)
    link.commit()
    link.close()


def _recorded(directory: Path, count: int) -> None:
    with album(directory) as (_, desk):
        for number in range(count):
            desk.record(when(number), ALICE)
        assert desk.audit_broken_at() is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET why = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE n = 3"],
)
def test_the_audit_is_neither_edited_nor_erased(statement: str, tmp_path: Path) -> None:
    _recorded(tmp_path, 4)
    with pytest.raises(sqlite3.IntegrityError):
        _edit(tmp_path, statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET why = 'x' WHERE n = 2", 2),
        ("UPDATE audit SET by = '李工' WHERE n = 4", 4),
        ("UPDATE audit SET utc_ns = 1 WHERE n = 1", 1),
        ("DELETE FROM audit WHERE n = 2", 3),
        ("DELETE FROM audit WHERE n = 1", 2),
        ("UPDATE audit SET hash = 'x' WHERE n = 4", 4),
        ("UPDATE audit SET n = 9 WHERE n = 4", 9),
    ],
)
def test_an_edit_by_force_is_told(statement: str, found: int, tmp_path: Path) -> None:
    _recorded(tmp_path, 4)
    drops = ("DROP TRIGGER audit_is_not_edited", "DROP TRIGGER audit_is_not_erased")
    _edit(tmp_path, *drops, statement)
    with album(tmp_path) as (_, desk):
        assert desk.audit_broken_at() == found


def test_the_chain_can_be_followed_by_hand(tmp_path: Path) -> None:
    """As docs/evidence.md tells it."""
    _recorded(tmp_path, 2)
    script = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
    code = script.split("```python\n")[1].split("```")[0]
    argv = [sys.executable, "-c", code, str(tmp_path / NAME)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    with album(tmp_path) as (_, desk):
        assert done.stdout.split()[-1] == list(desk.audit())[-1].hash
    assert FIRST in code or '"0" * 64' in code


def test_entries_go_after_three_years_and_the_chain_goes_on(tmp_path: Path) -> None:
    with album(tmp_path) as (store, desk):
        for day in (0, 1, 2, 900):
            store.put(taken(day, when(day)), TERM)  # what the clock of this boot is
            desk.record(when(day), ALICE)
        last = DAY_0 + (KEEP_DAYS + 2) * DAY_NS
        store.sweep(when(KEEP_DAYS + 2), last, TERM)
        left = list(desk.audit())
        assert [entry.n for entry in left] == [3, 4, 5]
        assert desk.audit_broken_at() is None
        store.sweep(when(9000), DAY_0 + 9000 * DAY_NS, TERM)
        assert desk.audit_broken_at() is None
        desk.record(when(9001), ALICE)
        assert desk.audit_broken_at() is None


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_whatever_people_write_is_kept_as_it_is(words: list[str]) -> None:
    store = Album(_in_memory(), Path("x"))
    desk = Desk(store)
    for word in words:
        desk.record(when(1), Deed(who=word, by=word, action="view", why=word, what=word))
    assert [entry.why for entry in desk.audit()] == words
    assert desk.audit_broken_at() is None
    store.close()


def _in_memory() -> sqlite3.Connection:
    from agent.store.schema import EVIDENCE, migrate  # noqa: PLC0415  # here alone

    link = sqlite3.connect(":memory:", isolation_level=None)
    migrate(link, EVIDENCE)
    return link


def test_there_must_be_one_to_be_looked_at(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        Album.existing(tmp_path / NAME, TUNING)


def test_a_newer_database_is_not_touched(tmp_path: Path) -> None:
    with album(tmp_path) as (store, _):
        store.put(taken(1, when(0)), TERM)
    _edit(tmp_path, "PRAGMA user_version = 99")
    with pytest.raises(Refused, match="99"):
        Album.open(tmp_path, TUNING)
    assert picture(1)[1000:1064] in on_disk(tmp_path)
