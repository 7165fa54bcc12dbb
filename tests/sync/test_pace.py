"""Windows and the bucket."""

from hypothesis import given
from hypothesis import strategies as st

from agent.sync.pace import Bucket, Window

SECOND = 10**9


def test_a_window_counts_messages_and_bytes() -> None:
    window = Window(most=2, most_bytes=100)
    assert window.takes(1000)  # alone
    window.put(60)
    assert window.takes(40)
    assert not window.takes(41)
    window.put(10)
    assert not window.takes(1)
    window.taken(60)
    assert window.takes(90)


@given(
    st.floats(1, 1e6),
    st.lists(st.tuples(st.integers(0, 3 * SECOND), st.integers(1, 10_000)), max_size=50),
)
def test_no_stretch_of_time_sees_more_than_the_rate(
    rate: float, steps: list[tuple[int, int]]
) -> None:
    """Beyond one second's worth at once, and the one block that leaves a debt."""
    bucket, now, took, largest = Bucket(rate), 0, 0, 0
    for pause, readings in steps:
        now = max(now + pause, bucket.open_ns(now + pause))
        assert bucket.open_ns(now) == now
        bucket.take(readings, now)
        took, largest = took + readings, max(largest, readings)
        assert took <= rate * (now / SECOND + 1) * 1.001 + largest


def test_a_new_rate_holds_at_once() -> None:
    bucket = Bucket(1_000_000)
    bucket.set_rate(10, 0)
    bucket.take(11, 0)
    assert bucket.rate == 10
    assert bucket.open_ns(0) > SECOND // 10
    bucket.set_rate(1000, SECOND)
    assert bucket.open_ns(SECOND) == SECOND
