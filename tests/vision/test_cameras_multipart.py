"""MJPEG streams taken apart: whatever portions they come in, and whatever is wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.vision.cameras import multipart
from agent.vision.cameras.multipart import BrokenStream, Parts, boundary_of

B = b"frame"
bodies = st.lists(st.binary(min_size=1, max_size=60), max_size=5)
cuts = st.lists(st.integers(1, 40), min_size=1, max_size=60)


def stream(parts: list[bytes], *, end: bytes = b"\r\n", measured: bool = True) -> bytes:
    text = b""
    for part in parts:
        length = b"Content-Length: %d%s" % (len(part), end) if measured else b""
        text += b"--" + B + end + b"Content-Type: image/jpeg" + end + length + end + part + end
    return text + b"--" + B + end


def fed(parts: Parts, data: bytes, steps: list[int]) -> list[bytes] | str:
    """All parts, or that the stream is broken."""
    found: list[bytes] = []
    at = turn = 0
    try:
        while at < len(data):
            step = steps[turn % len(steps)]
            found += parts.feed(data[at : at + step])
            at, turn = at + step, turn + 1
    except BrokenStream:
        return "broken"
    return found


@given(bodies, cuts, st.sampled_from([b"\r\n", b"\n"]))
def test_parts_come_out_as_they_went_in(parts: list[bytes], steps: list[int], end: bytes) -> None:
    assert fed(Parts(B), stream(parts, end=end), steps) == parts


@given(bodies, cuts)
def test_without_lengths_delimiters_are_looked_for(parts: list[bytes], steps: list[int]) -> None:
    plain = [part.replace(b"\n", b".").replace(b"\r", b".") for part in parts]
    assert fed(Parts(B), stream(plain, measured=False), steps) == plain


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from(
                [b"--frame", b"\r\n", b"\n", b"Content-Length: 7", b"--", b"-", b"x" * 90]
            ),
        ),
        max_size=30,
    ),
    cuts,
)
def test_any_portions_give_the_same(pieces: list[bytes], steps: list[int]) -> None:
    data = b"".join(pieces)
    assert fed(Parts(B), data, steps) == fed(Parts(B), data, [len(data) or 1])


def test_any_portions_break_at_the_same_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "MOST_HEAD", 40)
    monkeypatch.setattr(multipart, "MOST_BETWEEN", 50)
    monkeypatch.setattr(multipart, "MOST_PART", 60)
    for data in (b"x" * 80, b"--frame\n" + b"a: b\n" * 20, b"--frame\n\n" + b"y" * 200):
        whole = fed(Parts(B), data, [1000])
        assert whole == "broken"
        assert all(fed(Parts(B), data, [step]) == whole for step in (1, 2, 3, 7))
    longest = b"--frame\r\n\r\n" + b"z" * 60 + b"\r\n--frame\r\n"
    assert fed(Parts(B), longest, [1]) == fed(Parts(B), longest, [1000]) == [b"z" * 60]


def test_a_length_that_is_too_small_costs_its_own_part_only() -> None:
    data = b"--frame\r\nContent-Length: 2\r\n\r\nlong body\r\n" + stream([b"next"])
    assert Parts(B).feed(data) == [b"lo", b"next"]


@pytest.mark.parametrize(
    "length", [b"-1", b"1e3", b"99999999999999999999", b"8388609", "٣".encode()]
)
def test_a_length_that_we_are_not_ready_to_take(length: bytes) -> None:
    with pytest.raises(BrokenStream):
        Parts(B).feed(b"--frame\r\nContent-Length: " + length + b"\r\n\r\n")


def test_dashes_in_the_parameter_and_none_between_parts() -> None:
    boundary = boundary_of("multipart/x-mixed-replace; boundary=--myb")
    assert boundary == b"myb"
    data = b"----myb\r\nContent-Length: 1\r\n\r\na--myb\r\nContent-Length: 1\r\n\r\nb"
    assert Parts(boundary).feed(data) == [b"a", b"b"]


def test_the_last_delimiter_ends_it() -> None:
    parts = Parts(B)
    assert parts.feed(stream([b"one"]) + b"\r\ntwo\r\n--frame--\r\n--frame\r\n\r\n") == [
        b"one",
        b"two",
    ]
    assert parts.over


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("multipart/x-mixed-replace;boundary=frame", b"frame"),
        ('multipart/x-mixed-replace; charset=x; Boundary="a b"', b"a b"),
        ("multipart/x-mixed-replace", None),
        ("multipart/x-mixed-replace; boundary=", None),
        ("multipart/x-mixed-replace; boundary=----", None),
        ("multipart/x-mixed-replace; boundary=" + "x" * 71, None),
    ],
)
def test_boundaries(header: str, name: bytes | None) -> None:
    assert boundary_of(header) == name
