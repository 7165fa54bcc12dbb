import math

from hypothesis import given
from hypothesis import strategies as st

from agent.model.kept import kept, quanta
from agent.model.quantities import QUANTITIES

names = st.sampled_from(sorted(QUANTITIES))
values = st.floats(-1e6, 1e6)


@given(names, values)
def test_what_is_kept_is_kept_the_same_again(name: str, value: float) -> None:
    assert kept(name, kept(name, value)) == kept(name, value)
    assert quanta(name, kept(name, value)) == quanta(name, value)


@given(names, values, values)
def test_quanta_are_equal_when_the_kept_values_are(name: str, one: float, other: float) -> None:
    assert (quanta(name, one) == quanta(name, other)) == (kept(name, one) == kept(name, other))


def test_a_weight_has_a_tenth_of_a_gram() -> None:
    assert kept("weight", 1.23456) == 1.2346
    assert quanta("weight", 1.23456) == 12346


def test_what_is_not_in_the_table_stays() -> None:
    assert kept("mood", 1.23456) == 1.23456
    assert math.isnan(kept("weight", math.nan))
