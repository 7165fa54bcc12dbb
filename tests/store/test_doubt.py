"""A commit whose sync failed may be there all the same, or not: it is looked at, never guessed."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.model.kinds import BULK
from agent.model.messages import Event
from agent.store.database import Database
from agent.store.draft import Draft
from agent.store.jobs import Chunk, Urgent
from agent.store.keeper import Keeper
from agent.store.pending import Load
from agent.store.trouble import Refused
from agent.store.tuning import Tuning
from tests.store.journals import BOOT, store
from tests.store.workload import event, reading


class _Failing:
    """A connection whose next COMMIT fails, after it was done or before."""

    def __init__(self, link: sqlite3.Connection, *, done: bool) -> None:
        self._link, self._done = link, done

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever a connection has
        return getattr(self._link, name)

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:  # noqa: ANN401
        if statement != "COMMIT":
            return self._link.execute(statement, *values)
        if self._done:
            self._link.execute(statement)
        fault = sqlite3.OperationalError("disk I/O error")
        fault.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise fault


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    keeper = Keeper(store(tmp_path), "box", lambda: BOOT, Tuning())
    keeper.open()
    yield keeper
    keeper.close()


def _load(*events: Event) -> Load:
    return Load(urgent=[Urgent(each, None) for each in events])


def _fail(keeper: Keeper, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> None:
    assert keeper.db is not None
    monkeypatch.setattr(keeper.db, "link", _Failing(keeper.db.link, done=done))


def _rows(keeper: Keeper) -> int:
    (count,) = keeper.open().link.execute("SELECT count(*) FROM urgent").fetchone()
    return int(count)


@pytest.mark.parametrize("done", [True, False])
def test_a_load_is_written_once(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, *, done: bool
) -> None:
    load = _load(event(1), event(2))
    _fail(keeper, monkeypatch, done=done)
    with pytest.raises(Refused):
        keeper.write(load)
    keeper.drop()
    keeper.write(load)
    assert _rows(keeper) == 2
    assert keeper.tally.stored["urgent"] == 2
    assert keeper.standing.numbers.urgent == 2
    keeper.write(load)  # no doubt is left: this is another one
    assert _rows(keeper) == 4


def test_what_made_room_is_not_taken_for_the_load(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.write(Load(chunks=[Chunk([reading(1)], [])]))

    def give_up(db: Database, draft: Draft) -> None:
        rows = db.rows(BULK, (1, 1), 1)
        db.delete(BULK, rows)
        draft.gap(BULK, 1, 1, 1, "budget")

    _fail(keeper, monkeypatch, done=True)
    with pytest.raises(Refused):
        keeper._transact(give_up)
    keeper.drop()
    keeper.write(_load(event(1)))
    assert _rows(keeper) == 2  # the gap record and the event
