"""Pieces: any message at any MTU, between both sides; and what a hostile peer can do with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.codecs.open_lock import MOST
from agent.drivers.codecs.open_lock_pieces import Joiner, cut
from hwsim.devices.radio.open_lock_frames import Pile, pieces

messages = st.binary(min_size=1, max_size=MOST)
rooms = st.integers(20, 514)


@given(messages, rooms)
def test_box_to_lock_and_back(message: bytes, room: int) -> None:
    assert list(cut(message, room)) == pieces(message, room)
    joiner, pile = Joiner(), Pile()
    joined = [joiner.feed(piece) for piece in pieces(message, room)]
    piled = [pile.add(piece) for piece in cut(message, room)]
    assert joined == piled == [None] * (len(joined) - 1) + [message]


@given(messages, messages, rooms)
def test_each_piece_heard_twice_counts_once(one: bytes, other: bytes, room: int) -> None:
    joiner, pile = Joiner(), Pile()
    for sides in (joiner.feed, pile.add):
        heard = [sides(p) for message in (one, other) for p in cut(message, room) for _ in (0, 1)]
        assert [m for m in heard if m] == ([one] if one == other else [one, other])


@given(messages)
def test_a_message_heard_twice_counts_once(message: bytes) -> None:
    joiner, pile = Joiner(), Pile()
    for side in (joiner.feed, pile.add):
        assert [m for m in [side(p) for p in [*cut(message, 20)] * 2] if m] == [message]


@given(st.binary(min_size=20, max_size=MOST), st.data())
def test_a_lost_or_displaced_piece_gives_no_message(message: bytes, data: st.DataObject) -> None:
    whole = list(cut(message, 20))
    lost = data.draw(st.integers(0, len(whole) - 1))
    swapped = data.draw(st.permutations(whole).filter(lambda order: order != whole))
    for told in (whole[:lost] + whole[lost + 1 :], swapped):
        joiner, pile = Joiner(), Pile()
        for side in (joiner.feed, pile.add):
            assert message not in [side(piece) for piece in told]


def test_number_0_begins_anew() -> None:
    first, *_ = cut(bytes(60), 20)
    for side in (Joiner().feed, Pile().add):
        assert side(first) is None
        assert [side(piece) for piece in cut(b"afresh", 20)] == [b"afresh"]


@given(st.lists(st.binary(max_size=30), max_size=60))
def test_nothing_raises_on_noise(portions: list[bytes]) -> None:
    joiner, pile = Joiner(), Pile()
    for portion in portions:
        assert joiner.feed(portion) == pile.add(portion)


@pytest.mark.parametrize("size", [2, 20, 244, 512])
def test_a_flood_of_pieces_fills_no_memory(size: int) -> None:
    """127 numbers, none of them the last, each with ``size`` bytes."""
    joiner, pile = Joiner(), Pile()
    for number in [*range(127)] * 20:
        piece = bytes((number,)) + bytes(size - 1)
        assert joiner.feed(piece) is None
        assert pile.add(piece) is None
        held = [v for v in (joiner._pending, *pile._parts) if v]
        assert sum(map(len, held)) <= 2 * MOST


def test_a_message_that_is_too_long_is_dropped_and_the_next_one_heard() -> None:
    for side in (Joiner().feed, Pile().add):
        assert [side(piece) for piece in pieces(bytes(MOST + 1), 20)][-1] is None
        assert [side(piece) for piece in cut(b"next", 20)] == [b"next"]


@pytest.mark.parametrize("piece", [b"", b"\x80", b"\x00", b"\xff"])
def test_an_empty_piece_is_no_piece(piece: bytes) -> None:
    for side in (Joiner().feed, Pile().add):
        first, second = cut(bytes(30), 20)
        assert [side(first), side(piece), side(second)] == [None] * 3 or piece == b""
