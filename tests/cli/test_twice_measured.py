"""What counts as one measurement under two numbers."""

import pytest

from cli.drill.uplink import ONE_READ, twice_measured


def told(seq: int, value: float = 3.4, mono_ns: int = 7) -> dict[str, object]:
    line = {"boot": "b", "mono_ns": mono_ns, "device": "scale-1", "quantity": "weight"}
    return {**line, "value": value, "seq": seq}


@pytest.mark.parametrize(
    ("numbers", "twice"),
    [
        ([10], 0),
        ([10, 11], 0),  # two frames of one read from a scale at rest
        ([10, 10 + ONE_READ], 0),
        ([10, 11 + ONE_READ], 1),
        ([10, 11, 500], 1),
        ([10, 500, 990], 2),
    ],
)
def test_the_same_again_and_not_in_one_read(numbers: list[int], twice: int) -> None:
    assert twice_measured(map(told, numbers)) == twice


def test_a_block_that_is_told_again_at_once_is_seen() -> None:
    block = [told(1), told(2, value=3.5)]
    again = [told(3), told(4, value=3.5)]
    assert twice_measured([*block, *again]) == 2


def test_another_value_or_time_is_another_measurement() -> None:
    assert twice_measured([told(1), told(500, value=3.5), told(900, mono_ns=8)]) == 0
