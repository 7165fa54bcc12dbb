"""How long bytes take, against figures that can be worked out on paper."""

import pytest

from agent.line.pace import pace_of
from tests.line.wire import bus


@pytest.mark.parametrize(
    ("baud", "form", "bits"),
    [(9600, "8N1", 10), (9600, "7E1", 10), (9600, "8E1", 11), (1200, "8N2", 11), (2400, "7N1", 9)],
)
def test_bits_of_a_byte(baud: int, form: str, bits: int) -> None:
    assert pace_of(bus(baud, form)).byte == pytest.approx(bits / baud)


def test_polling_one_register_takes_what_modbus_says() -> None:
    """8 bytes there and 7 back: 15.6 ms at 9600 baud, 62.5 ms at 2400."""
    assert pace_of(bus(9600)).seconds(15) == pytest.approx(0.015625)
    assert pace_of(bus(2400)).seconds(15) == pytest.approx(0.0625)


@pytest.mark.parametrize(
    ("baud", "t35"), [(9600, 0.003646), (19_200, 0.001823), (115_200, 0.00175)]
)
def test_the_silence_that_ends_a_frame(baud: int, t35: float) -> None:
    assert pace_of(bus(baud)).t35 == pytest.approx(t35, rel=1e-3)
