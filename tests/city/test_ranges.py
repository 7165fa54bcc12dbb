"""Ranges against plain sets."""

from hypothesis import given
from hypothesis import strategies as st

from city.ranges import Ranges

PAIRS = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 8)), max_size=20)


@given(PAIRS, st.integers(1, 50), st.integers(0, 50))
def test_ranges_are_sets(pairs: list[tuple[int, int]], low: int, length: int) -> None:
    ranges, plain, table = Ranges(), set[int](), dict[int, int]()
    for first, more in pairs:
        swallowed, (begin, end) = ranges.add(first, first + more)
        plain |= set(range(first, first + more + 1))
        for gone in swallowed:
            del table[gone]
        table[begin] = end
    high = low + length - 1
    asked = set(range(low, high + 1))
    assert {n for a, b in ranges for n in range(a, b + 1)} == plain
    assert dict(ranges) == table
    assert ranges.total() == len(plain)
    assert ranges.top == max(plain, default=0)
    assert {n for a, b in ranges.holes(low, high) for n in range(a, b + 1)} == asked - plain
    if asked:
        assert ranges.touches(low, high) == bool(asked & plain)
        assert ranges.covers(low, high) == (asked <= plain)


def test_ranges_that_touch_are_one() -> None:
    assert list(Ranges([(1, 3), (5, 6), (4, 4)])) == [(1, 6)]
