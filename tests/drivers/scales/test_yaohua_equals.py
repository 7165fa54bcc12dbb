"""The "=" formats: what is not commissioned earns nobody a point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.base import Listens
from agent.drivers.codecs import yaohua_eq
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.scales.yaohua_equals import YaohuaEqualsOptions
from agent.model.messages import Event, Quality, Reading
from agent.model.time import Stamp
from agent.pipeline.settle import Settle, SettleOptions
from tests.drivers.wires import build

FRAME = b"=000.3000"  # 3.000 reversed, 0.3000 forward
EMPTY = b"=000.0000"
SECOND = 1_000_000_000


def weighings(*portions: bytes, order: str = "unset", kg: float | None = None) -> list[object]:
    """Each portion for three seconds, ten times a second."""
    driver = build("yaohua-equals", order=order, confirmed_kg=kg)
    assert isinstance(driver, Listens)
    settle, found = Settle("settle", SettleOptions()), list[object]()
    for number, portion in enumerate(p for p in portions for _ in range(30)):
        for message in driver.heard(portion, Stamp("boot", number * SECOND // 10)):
            found += [e.data["weight"] for e in settle(message) if isinstance(e, Event)]
    return found


@pytest.mark.parametrize("order", ["unset", "reversed", "forward"])
def test_no_weighing_before_somebody_confirmed_a_known_weight(order: str) -> None:
    assert weighings(EMPTY, FRAME, order=order) == []


def test_weighings_after_it() -> None:
    assert weighings(EMPTY, FRAME, order="reversed", kg=5.0) == [3.0]
    assert weighings(EMPTY, FRAME, order="forward", kg=5.0) == [0.3]


def test_a_format_with_prices_is_never_settled() -> None:
    tail = b"kg;0001.00;0003.00"
    empty, full = b"=0000.000" + tail, b"=0003.000" + tail
    assert weighings(empty, full, order="forward", kg=5.0) == []


def test_a_confirmation_without_an_order_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="order"):
        YaohuaEqualsOptions(confirmed_kg=5.0)


def test_a_byte_of_noise_costs_one_more_frame() -> None:
    driver = build("yaohua-equals", order="reversed", confirmed_kg=5.0)
    assert isinstance(driver, Listens)
    said = [
        message.quality
        for portion in (FRAME, FRAME, b"\x00" + FRAME, FRAME, FRAME)
        for message in driver.heard(portion, Stamp("boot", 1))
        if isinstance(message, Reading)
    ]
    good, suspect = Quality.GOOD, Quality.SUSPECT
    assert said == [suspect, good, suspect, suspect, good]


@given(st.decimals(-9999, 9999, places=2, allow_nan=False))
def test_both_orders_say_what_was_shown(shown: object) -> None:
    value = float(str(shown)) + 0.0
    text = f"{'-' if value < 0 else '0'}{abs(value):07.2f}"
    for take, sent in ((yaohua_eq.take_forward, text), (yaohua_eq.take_reversed, text[::-1])):
        taken = take(b"=" + sent.encode(), Direction.DEVICE)
        assert isinstance(taken, Got)
        assert float(taken.frame.weight) == value
