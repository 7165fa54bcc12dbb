"""Lines of cards where time matters, and bits that people swap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.base import Listens
from agent.drivers.codecs.base import Bad, Why
from agent.drivers.codecs.wiegand import Card, parse
from agent.model.messages import Event
from agent.model.time import Stamp
from hwsim.devices.doors.wiegand_485 import bits, line
from tests.drivers.wires import build

numbers = st.sampled_from((6, 8)).flatmap(
    lambda size: st.integers(0, 16**size - 1).map(lambda n: f"{n:0{size}X}")
)


def read(*portions: tuple[int, bytes], form: str = "hex") -> list[bytes]:
    driver = build("wiegand-485", form=form)
    assert isinstance(driver, Listens)
    at = [(Stamp("boot", ms * 1_000_000), data) for ms, data in portions]
    events = [event for stamp, data in at for event in driver.heard(data, stamp)]
    assert all(isinstance(event, Event) for event in events)
    return [event.raw for event in events if isinstance(event, Event)]


def test_a_line_may_come_in_portions() -> None:
    assert read((0, b"0FC"), (20, b"350"), (40, b"\r")) == [b"0FC350"]


def test_a_line_that_was_cut_is_not_finished_by_the_next_card() -> None:
    assert read((0, b"0F"), (5000, b"C35000\r")) == [b"C35000"]
    assert read((0, b"0FC350"), (5000, b"\r")) == []


def test_the_end_of_a_line_is_no_card() -> None:
    assert read((0, b"77700FC350\r"), (10, b"9990FC350\r")) == []


@pytest.mark.parametrize("form", ["fc-id", "decimal", "bits"])
def test_what_another_converter_would_write_is_not_believed(form: str) -> None:
    assert read((0, b"0FC350\r"), form=form) == []


def test_a_held_card_is_told_once_and_again_after_the_gap() -> None:
    assert read(*((ms, b"0FC350\r") for ms in (0, 400, 800))) == [b"0FC350"]
    assert read((0, b"0FC350\r"), (1001, b"0FC350\r")) == [b"0FC350"] * 2


@given(numbers)
def test_every_form_of_a_card_is_the_same_card(number: str) -> None:
    told = [parse(line(number, form).strip(b"\r\n")) for form in ("hex", "bits")]
    for card in told:
        assert isinstance(card, Card)
        assert card.number == number
        assert card.bits == 4 * len(number) + 2
        assert card.facility == int(number[:-4], 16)
        assert card.card == int(number[-4:], 16)
    decimal = parse(line(number, "decimal").strip())
    assert isinstance(decimal, Card)
    assert decimal.number == number.rjust(8, "0")


@given(numbers)
def test_swapped_wires_are_always_noticed(number: str) -> None:
    swapped = bits(number).translate(str.maketrans("01", "10")).encode()
    assert parse(swapped) == Bad(Why.CHECKSUM, 1)


@given(numbers, st.data())
def test_one_flipped_bit_of_the_bits_is_never_believed(number: str, data: st.DataObject) -> None:
    told = bits(number)
    at = data.draw(st.integers(0, len(told) - 1))
    flipped = told[:at] + "10"[int(told[at])] + told[at + 1 :]
    assert parse(flipped.encode()) == Bad(Why.CHECKSUM, 1)
