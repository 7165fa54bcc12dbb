"""What is too old goes, each kind by its own term, whether or not the platform ever had it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from agent.model.messages import Event, Fields, Reading
from agent.model.time import Stamp, TimeQuality
from agent.store.jobs import Ack, Chunk, Urgent
from agent.store.keeper import Keeper
from agent.store.pending import Load
from agent.store.reading import Line, records
from agent.store.retention import DAY_NS
from agent.store.tuning import Tuning
from tests.store.journals import BOOT, store

NOW = 20_000 * DAY_NS  # 2024-10-04
OLD, YOUNG = 181, 179


@dataclass
class Shop:
    """A keeper with a clock, and what it keeps."""

    keeper: Keeper
    directory: Path

    def put(self, *events: Event) -> None:
        self.keeper.write(Load(urgent=[Urgent(each, None) for each in events]))

    def readings(self, *days: int) -> None:
        for day in days:
            at = _at(day)
            one = Reading(device="air-1", at=at, quantity="temperature", value=20)
            self.keeper.write(Load(chunks=[Chunk([one], [])]))

    def ack(self, stream: str, first: int, last: int) -> None:
        self.keeper.write(Load(acks=[Ack(stream, 1, ((first, last),))]))

    def sweep(self) -> list[Line]:
        """What is left, gap records apart."""
        self.keeper.sweep(NOW)
        return [line for line in self.lines() if line["type"] != "gap"]

    def lines(self) -> list[Line]:
        return list(records(self.directory))

    def gaps(self) -> list[tuple[str, int, int, str]]:
        return [
            (line["of"], line["first"], line["last"], line["reason"])
            for line in self.lines()
            if line["type"] == "gap"
        ]


def _shop(directory: Path, **days: int) -> Shop:
    table = replace(store(directory), keep_days=days)
    keeper = Keeper(table, "box", lambda: BOOT, Tuning())
    keeper.open()
    return Shop(keeper, directory)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = _shop(tmp_path)
    yield shop
    shop.keeper.close()


def _at(days: int, boot: str = "boot") -> Stamp:
    """So many days before NOW."""
    return Stamp(boot, DAY_NS * (1_000 - days), NOW - days * DAY_NS, TimeQuality.TRUSTED)


def _event(kind: str, days: int) -> Event:
    return Event(device="gate", at=_at(days), kind=kind)


def _kinds(lines: list[Line]) -> list[str]:
    return [line["kind"] for line in lines]


def test_a_trace_of_people_goes_at_its_term_also_unsent(shop: Shop) -> None:
    shop.put(_event("access_granted", OLD), _event("access_granted", YOUNG))
    left = shop.sweep()
    assert [line["seq"] for line in left] == [2]
    assert shop.gaps() == [("urgent", 1, 1, "age")]


def test_a_thing_that_the_platform_lacks_stays(shop: Shop) -> None:
    shop.put(_event("weighing", OLD), _event("access_denied", OLD), _event("weighing", OLD))
    assert _kinds(shop.sweep()) == ["weighing", "weighing"]
    shop.ack("urgent", 1, 1)
    assert [line["seq"] for line in shop.sweep()] == [3]
    assert shop.gaps() == [("urgent", 2, 2, "age")]  # the one that was sent needs none


def test_a_kind_has_the_term_of_the_configuration(tmp_path: Path) -> None:
    shop = _shop(tmp_path, weighing=30, code_scanned=7)
    shop.put(_event("weighing", 31), _event("weighing", 29))
    shop.put(_event("code_scanned", 8), _event("code_scanned", 6), _event("lock_opened", 31))
    assert _kinds(shop.sweep()) == ["lock_opened", "weighing", "code_scanned"]
    shop.keeper.close()


def test_a_kind_that_nobody_knows_stays_until_it_was_sent(shop: Shop) -> None:
    shop.put(_event("of_a_later_version", OLD), _event("of_a_later_version", OLD))
    shop.ack("urgent", 2, 2)
    assert [line["seq"] for line in shop.sweep()] == [1]


def test_readings_go_by_age_only_where_that_is_configured(tmp_path: Path) -> None:
    shop = _shop(tmp_path / "without")
    shop.readings(3_000)
    assert len(shop.sweep()) == 1
    shop.keeper.close()
    shop = _shop(tmp_path / "with", reading=10)
    shop.readings(12, 11, 9)
    shop.ack("bulk", 1, 1)
    assert [line["seq"] for line in shop.sweep()] == [3]
    assert shop.gaps() == [("bulk", 2, 2, "age")]
    shop.keeper.close()


def test_without_a_time_a_record_is_as_old_as_its_boot_tells(shop: Shop) -> None:
    mono_ns = DAY_NS * (1_000 - OLD)
    unknown = Event(device="gate", at=Stamp("boot", mono_ns), kind="access_granted")
    shop.put(unknown)
    assert len(shop.sweep()) == 1  # nobody can tell
    offset_ns = NOW - 1_000 * DAY_NS
    data: Fields = {"source": "platform", "offset_ns": offset_ns}
    shop.put(Event(device="box", at=_at(OLD - 1), kind="clock_synced", data=data))
    assert _kinds(shop.sweep()) == ["clock_synced"]


def test_without_any_time_it_is_older_than_the_boot_that_came_after(shop: Shop) -> None:
    shop.put(Event(device="gate", at=Stamp("earlier", 5), kind="access_granted"))
    data: Fields = {"source": "platform", "offset_ns": NOW - 1_000 * DAY_NS}
    shop.put(Event(device="box", at=_at(OLD), kind="clock_synced", data=data))
    shop.put(Event(device="gate", at=Stamp("later", 5), kind="access_granted"))
    assert [line["boot"] for line in shop.sweep()] == ["boot", "later"]


def test_a_number_that_went_by_age_is_never_given_again(tmp_path: Path) -> None:
    shop = _shop(tmp_path, reading=10)
    shop.readings(12, 11)
    shop.put(_event("access_granted", OLD))
    shop.sweep()
    shop.keeper.close()
    again = _shop(tmp_path, reading=10)
    assert again.keeper.standing.numbers.bulk == 2
    assert again.keeper.standing.numbers.urgent == 3  # the event and two gap records
    again.keeper.close()
