"""One event for each holding of a card."""

from collections.abc import Sequence
from hashlib import sha256

import pytest

from agent.drivers.base import Listens
from agent.drivers.doors.cards import MOST_HELD, Held
from agent.model.messages import Event
from agent.model.time import Stamp
from tests.drivers.wires import build

ONE = bytes.fromhex("0236324533303836434544303803")
TWO = b"\x0201001293D858\x03"


def at(ms: int) -> Stamp:
    return Stamp("boot", ms * 1_000_000)


def read(*portions: tuple[int, bytes], gap_ms: int = 500) -> list[bytes]:
    driver = build("rdm6300", gap_ms=gap_ms)
    assert isinstance(driver, Listens)
    events = [event for ms, data in portions for event in driver.heard(data, at(ms))]
    assert all(isinstance(event, Event) for event in events)
    return [event.raw for event in events if isinstance(event, Event)]


@pytest.mark.parametrize("every", [50, 65, 220])
def test_a_held_card_is_told_once(every: int) -> None:
    assert read(*((ms, ONE) for ms in range(0, 5000, every))) == [b"62E3086CED"]


def test_a_card_that_went_and_came_is_told_again() -> None:
    assert read((0, ONE), (65, ONE), (1000, ONE)) == [b"62E3086CED"] * 2


def test_a_gap_is_counted_from_the_last_frame() -> None:
    assert read((0, ONE), (500, ONE), (1000, ONE)) == [b"62E3086CED"]
    assert read((0, ONE), (501, ONE)) == [b"62E3086CED"] * 2
    assert read((0, ONE), (501, ONE), gap_ms=600) == [b"62E3086CED"]


def test_two_cards_held_together_do_not_flutter() -> None:
    held: Sequence[tuple[int, bytes]] = [(ms, (ONE, TWO)[ms % 2]) for ms in range(0, 2000, 65)]
    assert sorted(read(*held)) == [b"01001293D8", b"62E3086CED"]


def test_a_damaged_frame_is_no_card_and_no_end_of_holding() -> None:
    damaged = ONE[:5] + b"4" + ONE[6:]
    assert read((0, ONE), (65, damaged), (130, ONE)) == [b"62E3086CED"]


def test_the_number_is_not_printed_and_its_hash_is_that_of_the_digits() -> None:
    driver = build("rdm6300")
    assert isinstance(driver, Listens)
    (event,) = driver.heard(ONE, at(0))
    assert isinstance(event, Event)
    assert "62E3086CED" not in repr(event)
    assert event.data["card_sha256"] == sha256(b"62E3086CED").hexdigest()


def test_only_so_many_cards_are_remembered() -> None:
    held = Held(10**9)
    for number in range(3 * MOST_HELD):
        assert held.is_new(str(number), at(0))
    assert not held.is_new(str(3 * MOST_HELD - 1), at(0))
    assert held.is_new("0", at(0))
