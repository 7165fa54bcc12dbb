"""Adapters that repeat what we send: never to be taken for what the device says."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.line.asking import Found, Manners, NoAnswer
from agent.line.hearing import MOST_HEARD, Hearing
from agent.line.line import ECHO_S
from tests.line.held import held, now
from tests.line.wire import Ears, Wire, bus, line_on

ON = bytes.fromhex("05050000ff008c3a")
"""Modbus, write one coil, address 5, coil 0, on.  The device confirms with the very same bytes."""

MANNERS = Manners(patience=0.1, quiet=0.05, attempts=1)


def confirmed(heard: bytes) -> Found[bool] | None:
    at = heard.find(ON)
    return None if at < 0 else Found(True, at, at + len(ON))


async def switch(wire: Wire, ears: Ears) -> bool:
    async with line_on(wire, ears, bus(echo=True)) as line:
        return await line.seat(1, MANNERS).ask(ON, confirmed, expect=8)


def test_an_echo_alone_is_no_answer() -> None:
    ears = Ears()
    with pytest.raises(NoAnswer):
        held(switch(Wire(lambda sent: [(0.0, sent)]), ears))
    assert ears.heard == b""


@pytest.mark.parametrize("cut", range(9))
def test_an_echo_in_pieces(cut: int) -> None:
    ears = Ears()
    pieces = [(0.001, ON[:cut]), (0.002, ON[cut:]), (0.02, ON)]
    assert held(switch(Wire(lambda _: [(at, piece) for at, piece in pieces if piece]), ears))
    assert ears.heard == b""


def test_echo_and_answer_in_one_piece() -> None:
    assert held(switch(Wire(lambda _: [(0.01, b"\x00" + ON + ON + b"\xff")]), ears := Ears()))
    assert ears.heard == b"\x00\xff"


def test_noise_before_an_echo_does_not_make_it_an_answer() -> None:
    with pytest.raises(NoAnswer):
        held(switch(Wire(lambda _: [(0.0, b"\x05\x05\x00" + ON)]), Ears()))


def test_what_stands_before_the_echo_was_said_before_the_question() -> None:
    answer = bytes.fromhex("0503020001")

    def reply(heard: bytes) -> Found[bool] | None:
        at = heard.find(answer)
        return None if at < 0 else Found(True, at, at + len(answer))

    hearing = Hearing(ON)
    hearing.add(answer + ON)
    assert hearing.search(reply) is None
    hearing.add(answer)
    assert hearing.search(reply) == Found(True, 0, 5)
    assert hearing.rest() == (answer, b"")


@pytest.mark.parametrize("damaged", [ON[1:], ON[:-1], b"\x04" + ON[1:], b""])
def test_a_damaged_echo_does_not_hide_another_answer(damaged: bytes) -> None:
    """What cannot be stripped is noise: the answer behind it is still found."""
    answer = b"!ok!"

    def other(heard: bytes) -> Found[bool] | None:
        at = heard.find(answer)
        return None if at < 0 else Found(True, at, at + len(answer))

    async def main() -> bool:
        wire = Wire(lambda _: [(0.0, damaged + answer)])
        async with line_on(wire, on=bus(echo=True)) as line:
            return await line.seat(1, MANNERS).ask(ON, other)

    assert held(main())


def test_the_echo_of_what_is_told_reaches_nobody() -> None:
    async def main() -> None:
        ears, wire = Ears(), Wire(lambda sent: [(0.004, sent[:3]), (0.009, sent[3:] + b"hi")])
        async with line_on(wire, ears, bus(echo=True)) as line:
            await line.seat(1, MANNERS).tell(ON)
            assert now() == pytest.approx(0.009)
            await asyncio.sleep(1)
        assert ears.heard == b"hi"

    held(main())


def test_an_echo_that_does_not_come_is_not_waited_for_long() -> None:
    async def main() -> None:
        async with line_on(Wire(), on=bus(echo=True)) as line:
            await line.seat(1, MANNERS).tell(ON)
            assert now() == pytest.approx(8 * 10 / 9600 + ECHO_S)

    held(main())


@given(st.binary(min_size=1, max_size=8), st.binary(max_size=20), st.lists(st.integers(1, 5)))
def test_hearing_however_it_is_chopped(echo: bytes, after: bytes, sizes: list[int]) -> None:
    """What follows the echo is searched, all of it and nothing else, whatever the portions."""
    hearing, stream = Hearing(echo), echo + after
    searched = b""

    def look(heard: bytes) -> Found[None] | None:
        nonlocal searched
        searched = heard
        return None

    for size in [*sizes, len(stream)]:
        piece, stream = stream[:size], stream[size:]
        assert hearing.add(piece) == b""
        assert hearing.search(look) is None
    assert hearing.echoed
    assert searched == after
    assert hearing.rest() == (after, b"")


@given(st.lists(st.binary(max_size=3000), max_size=10))
def test_hearing_is_bounded_and_loses_nothing(pieces: list[bytes]) -> None:
    hearing, gone = Hearing(), b""
    for piece in pieces:
        gone += hearing.add(piece)
    kept, behind = hearing.rest()
    assert len(kept) <= MOST_HEARD
    assert gone + kept + behind == b"".join(pieces)
