"""Who speaks when many want to: doors before sensors, and no one for ever."""

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.line.asking import Manners, NoAnswer
from agent.line.line import Line, LineSeat
from agent.line.turns import Turns
from agent.links.base import LinkDown
from tests.line.held import held, now
from tests.line.wire import Wire, bus, devices, line_on, silent, value_of

SENSOR = Manners(patience=0.2, quiet=0.1, attempts=2)
DOOR = Manners(patience=0.2, quiet=0.1, attempts=1)
BYTE = 10 / 9600


async def poll(seat: LineSeat, device: int) -> None:
    """As a sensor is polled: again and again, whether it answers or not."""
    while True:
        with contextlib.suppress(NoAnswer):
            await seat.ask(b"?%d." % device, value_of(device))
        await asyncio.sleep(0)


async def longest_wait_for_a_door(wire: Wire, line: Line) -> float:
    polls = [asyncio.create_task(poll(line.seat(5, SENSOR), n)) for n in range(10)]
    longest = 0.0
    for n in range(50):
        await asyncio.sleep(0.5 + 0.0137 * n)
        begun = now()
        await line.seat(1, DOOR).tell(b"open")
        sent_at = next(at for at, data in reversed(wire.sent) if data == b"open")
        longest = max(longest, sent_at - begun)
    for task in polls:
        task.cancel()
    await asyncio.gather(*polls, return_exceptions=True)
    return longest


@pytest.mark.parametrize("alive", [True, False])
def test_a_door_waits_for_one_exchange_at_most(alive: bool) -> None:
    async def main() -> None:
        wire = Wire(devices(dict.fromkeys(range(10), 7), after=0.15) if alive else silent)
        async with line_on(wire) as line:
            one = 0.15 if alive else (3 + 16) * BYTE + 0.2 + 0.1
            longest = await longest_wait_for_a_door(wire, line)
            assert 0.5 * one < longest <= one + 2 * 0.02 + 1e-6  # and the silence around it

    held(main())


def test_the_lower_number_goes_first_and_equals_in_order() -> None:
    async def main() -> None:
        wire = Wire()
        async with line_on(wire) as line:
            asked = [(5, b"a"), (9, b"b"), (1, b"c"), (5, b"d"), (1, b"e"), (2, b"f")]
            await asyncio.gather(*(line.seat(p, DOOR).tell(data) for p, data in asked))
        assert b"".join(data for _, data in wire.sent) == b"acefdb"

    held(main())


def test_of_equals_the_earlier_deadline_goes_first() -> None:
    async def main() -> None:
        wire = Wire()
        async with line_on(wire) as line:
            wanted = [(5, 9.0, b"a"), (5, 3.0, b"b"), (1, 99.0, b"c"), (5, 6.0, b"d")]
            seats = [(line.seat(p, DOOR, deadline), data) for p, deadline, data in wanted]
            await asyncio.gather(
                *(seat.tell(data) for seat, data in [(line.seat(0, DOOR), b"!"), *seats])
            )
        assert b"".join(data for _, data in wire.sent) == b"!cbda"

    held(main())


def test_a_door_that_rings_in_the_silence_is_not_behind_a_poll() -> None:
    """The next poll waits already; but who is next is decided when the wire may be spoken on."""

    async def main() -> None:
        wire = Wire()
        async with line_on(wire) as line:
            polls = [asyncio.create_task(poll(line.seat(5, SENSOR), n)) for n in range(3)]
            await asyncio.sleep(19 * BYTE + 0.2 + 0.05)  # in the quiet after the first time-out
            assert len(wire.sent) == 1
            await line.seat(1, DOOR).tell(b"open")
            assert [data for _, data in wire.sent] == [b"?0.", b"open"]
            for task in polls:
                task.cancel()
            await asyncio.gather(*polls, return_exceptions=True)

    held(main())


def test_a_second_attempt_lets_others_pass() -> None:
    async def main() -> None:
        wire = Wire()
        async with line_on(wire) as line:
            sensor = asyncio.create_task(line.seat(5, SENSOR).ask(b"?1.", value_of(1)))
            await asyncio.sleep(0.1)
            await line.seat(1, DOOR).tell(b"open")
            with pytest.raises(NoAnswer):
                await sensor
        assert [data for _, data in wire.sent] == [b"?1.", b"open", b"?1."]

    held(main())


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1), st.floats(0, 1)), max_size=12))
def test_whoever_leaves_whenever_the_turn_is_never_lost(
    visits: list[tuple[int, float, float]],
) -> None:
    """Askers come and are cancelled at any moment, also at that in which it became their turn."""

    async def visit(turns: Turns, priority: int) -> None:
        await turns.take(priority)
        try:
            await asyncio.sleep(0.25)
        finally:
            turns.give(now() + 0.25)

    async def come_and_go(turns: Turns, priority: int, come: float, go: float) -> None:
        await asyncio.sleep(round(come, 1))
        task = asyncio.create_task(visit(turns, priority))
        await asyncio.sleep(round(go * 4) / 4)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def main() -> None:
        turns = Turns()
        await asyncio.gather(*(come_and_go(turns, *visit) for visit in visits))
        await asyncio.wait_for(turns.take(9), 60)
        turns.give(0)
        await asyncio.wait_for(turns.take(9), 60)

    held(main())


def test_a_turn_granted_to_someone_who_leaves_goes_on() -> None:
    async def main() -> None:
        turns = Turns()
        await turns.take(1)
        first, second = (asyncio.create_task(turns.take(1)) for _ in range(2))
        await asyncio.sleep(0)
        turns.give(0)
        first.cancel()  # it is his, and he has not noticed yet
        await asyncio.gather(first, return_exceptions=True)
        await asyncio.wait_for(second, 1)

    held(main())


def test_after_the_end_nobody_waits() -> None:
    async def main() -> None:
        turns = Turns()
        await turns.take(1)
        waiting = asyncio.create_task(turns.take(1))
        await asyncio.sleep(0)
        turns.end("pulled")
        with pytest.raises(LinkDown, match="pulled"):
            await waiting
        with pytest.raises(LinkDown, match="pulled"):
            await turns.take(0)
        turns.give(now() + 1)

    held(main())


def test_a_seat_is_light_and_changes_its_manners_only_for_itself() -> None:
    line = Line(Wire(), bus())
    seat = line.seat(5, SENSOR)
    assert seat.impatient().manners == Manners(patience=0.2, quiet=0.1, attempts=1)
    assert seat.with_manners(DOOR).manners == DOOR
    assert seat.manners == SENSOR
    assert seat.impatient().priority == 5
