"""Asking and telling: who gets which bytes, and what a device that does not answer costs."""

import asyncio
import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.line.asking import Found, Manners, NoAnswer
from agent.line.counts import LineCounts
from agent.line.line import SILENCE_S, LineSeat
from agent.links.base import LinkDown
from tests.line.held import held, hold, now
from tests.line.wire import Ears, Piece, Wire, any_value, bus, devices, line_on, value_of

MANNERS = Manners(patience=0.1, quiet=0.05, attempts=2)
BYTE = 10 / 9600


def test_an_answer_is_found_and_the_rest_is_for_the_listeners() -> None:
    async def main() -> None:
        ears, wire = Ears(), Wire(lambda _: [(0.01, b"before"), (0.02, b"!3=42.after")])
        async with line_on(wire, ears) as line:
            assert await line.seat(5, MANNERS).ask(b"?3.", value_of(3)) == 42
            assert now() == pytest.approx(0.02)  # no waiting once it is there
            counts = line.counts()
        assert ears.heard == b"beforeafter"
        assert counts == LineCounts(exchanges=1, bytes_in=17, bytes_out=3, noise_bytes=11)

    held(main())


@given(st.binary(max_size=40), st.binary(max_size=40), st.data())
def test_however_it_is_chopped(before: bytes, after: bytes, data: st.DataObject) -> None:
    """Nothing is lost, nothing is heard twice; what follows the answer in one piece counts too."""
    before, after = before.replace(b"!", b"."), after.replace(b"!", b".")
    whole = before + b"!3=42." + after
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=10)))
    edges = [0, *cuts, len(whole)]
    pieces = [whole[a:b] for a, b in itertools.pairwise(edges) if a < b]

    async def main() -> None:
        ears = Ears()
        wire = Wire(lambda _: [(0.001 * n, piece) for n, piece in enumerate(pieces)])
        async with line_on(wire, ears) as line:
            assert await line.seat(5, MANNERS).ask(b"?3.", value_of(3)) == 42
            await asyncio.sleep(1)
        assert ears.heard == before + after

    held(main())


def test_a_dead_address_does_not_harm_its_neighbour() -> None:
    async def main() -> None:
        async with line_on(Wire(devices({1: 123}))) as line:
            alive, dead = line.seat(5, MANNERS), line.seat(5, MANNERS)
            asked = []
            for _ in range(3):
                asked += [alive.ask(b"?1.", value_of(1)), dead.ask(b"?2.", value_of(2))]
            got = await asyncio.gather(*asked, return_exceptions=True)
            assert got[::2] == [123] * 3
            assert all(isinstance(error, NoAnswer) for error in got[1::2])
            assert line.counts().timeouts == 6

    held(main())


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_it_asks_so_often_and_no_longer(attempts: int) -> None:
    async def main() -> None:
        wire = Wire()
        async with line_on(wire) as line:
            seat = line.seat(5, Manners(patience=0.1, quiet=0.05, attempts=attempts))
            with pytest.raises(NoAnswer):
                await seat.ask(b"?3.", value_of(3), expect=10)
            one = 13 * BYTE + 0.1 + 0.05
            starts = [at for at, _ in wire.sent]
            assert starts == pytest.approx([one * n for n in range(attempts)])
            assert now() == pytest.approx(one * (attempts - 1) + 13 * BYTE + 0.1)
            assert len(await _impatiently(line.seat(5, MANNERS), wire)) == 1

    held(main())


async def _impatiently(seat: LineSeat, wire: Wire) -> list[Piece]:
    before = len(wire.sent)
    with pytest.raises(NoAnswer):
        await seat.impatient().ask(b"?3.", value_of(3))
    return wire.sent[before:]


def test_slow_wires_are_given_the_time_their_bytes_take() -> None:
    """25 bytes at 1200 baud are 208 ms; patience counts only what the device needs to think."""

    async def main() -> None:
        wire = Wire(lambda _: [(0.2, b"!3=42.")])
        async with line_on(wire, on=bus(1200)) as line:
            seat = line.seat(5, Manners(patience=0.01, attempts=1))
            assert await seat.ask(b"?3.", value_of(3), expect=22) == 42
            with pytest.raises(NoAnswer):
                await seat.ask(b"?3.", value_of(3), expect=1)

    held(main())


def test_a_late_answer_is_never_taken_for_the_next_one() -> None:
    """The trap of Modbus: the reply is valid, and it is the other register's."""

    def late(request: bytes) -> Iterable[Piece]:
        yield 0.14, b"=%s." % request[1:2]

    async def main() -> None:
        ears = Ears()
        async with line_on(Wire(late), ears) as line:
            seat = line.seat(5, Manners(patience=0.1, quiet=0.05, attempts=2))
            for question in (b"?1.", b"?2.") * 5:
                with pytest.raises(NoAnswer):
                    await seat.ask(question, any_value, expect=0)
            await asyncio.sleep(1)
            assert line.counts().late_bytes == 10 * 2 * 3
        assert ears.heard == b""  # a late answer is nobody's

    held(main())


@given(st.floats(0, 0.3), st.floats(0, 0.3))
def test_whenever_it_is_cancelled_its_answer_is_nobody_elses(wait: float, answer: float) -> None:
    """A gate that hung up on its question must not poison the next one's answer."""
    thinks = {b"?1.": answer, b"?2.": 0.15}

    async def main() -> None:
        wire = Wire(lambda asked: [(thinks[asked], b"=%s." % asked[1:2])])
        async with line_on(wire) as line:
            seat = line.seat(5, Manners(patience=0.2, quiet=0.1, attempts=1))
            first = asyncio.create_task(seat.ask(b"?1.", any_value))
            await asyncio.sleep(wait)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            assert await seat.ask(b"?2.", any_value) == 2

    held(main())


def test_an_answer_that_is_being_read_when_time_is_up_counts() -> None:
    """The process lost the processor just before: the bytes are read a step after the deadline."""

    async def main() -> None:
        wire = Wire()
        loop = asyncio.get_running_loop()
        deadline = 3 * BYTE + 0.1
        loop.call_at(deadline, lambda: loop.call_soon(loop.call_soon, wire.say_now, b"!3=42."))
        async with line_on(wire) as line:
            seat = line.seat(5, Manners(patience=0.1, attempts=1))
            assert await seat.ask(b"?3.", value_of(3), expect=0) == 42

    held(main())


def test_what_nobody_asked_for_is_heard_at_once() -> None:
    async def main() -> None:
        ears, wire = Ears(), Wire()
        async with line_on(wire, ears) as line:
            wire.say(b"6901234567892\r")
            await asyncio.sleep(0.001)
            assert ears.heard == b"6901234567892\r"
            assert line.counts() == LineCounts(bytes_in=14)

    held(main())


def test_what_came_before_the_question_does_not_answer_it() -> None:
    """It lay in the kernel when we began to ask: older than the question, whoever read it."""

    async def main() -> None:
        ears, wire = Ears(), Wire(devices({3: 42}))
        async with line_on(wire, ears) as line:
            asking = asyncio.create_task(line.seat(5, MANNERS).ask(b"?3.", value_of(3)))
            wire.say(b"!3=1.")
            assert await asking == 42
        assert ears.heard == b"!3=1."

    held(main())


def test_a_question_waits_for_silence_and_not_for_ever() -> None:
    async def main() -> None:
        wire = Wire(devices({3: 42}))
        async with line_on(wire, on=bus(gap=0.02)) as line:
            seat = line.seat(5, MANNERS)
            wire.say(b"noise", 0.0)
            await asyncio.sleep(0.01)
            assert await seat.ask(b"?3.", value_of(3)) == 42
            assert wire.sent[-1][0] == pytest.approx(0.02)
            for n in range(1000):
                wire.say(b"x", 0.01 * n)
            await asyncio.sleep(0.1)
            begun = now()
            assert await seat.ask(b"?3.", value_of(3)) == 42
            assert wire.sent[-1][0] == pytest.approx(begun + SILENCE_S)

    held(main())


@pytest.mark.parametrize(
    ("baud", "gap", "silence"), [(9600, 0.02, 0.02), (1200, 0.02, 35 / 1200), (9600, 0.1, 0.1)]
)
def test_two_exchanges_stand_apart(baud: int, gap: float, silence: float) -> None:
    async def main() -> None:
        wire = Wire(devices({3: 42}, after=0.1))
        async with line_on(wire, on=bus(baud, gap=gap)) as line:
            seat = line.seat(5, MANNERS)
            await seat.ask(b"?3.", value_of(3))
            await seat.ask(b"?3.", value_of(3))
            assert wire.sent[1][0] == pytest.approx(0.1 + silence)
            await seat.tell(b"x" * 48)  # is still leaving the wire when the kernel has it
            await seat.tell(b"y")
            apart = wire.sent[3][0] - wire.sent[2][0]
            assert apart == pytest.approx(480 / baud + silence)

    held(main())


def test_what_is_told_may_be_answered_to_the_listeners() -> None:
    async def main() -> None:
        ears, wire = Ears(), Wire(lambda _: [(0.01, b"OK")])
        async with line_on(wire, ears) as line:
            await line.seat(5, MANNERS).tell(b"on")
            assert now() == 0
            await asyncio.sleep(0.02)
        assert ears.heard == b"OK"
        assert [data for _, data in wire.sent] == [b"on"]

    held(main())


def test_a_flood_of_noise_is_bounded_and_reaches_the_listeners() -> None:
    async def main() -> None:
        ears = Ears()
        longest = 0

        def never(heard: bytes) -> Found[int] | None:
            nonlocal longest
            longest = max(longest, len(heard))
            return None

        wire = Wire(lambda _: [(0.001 * n, b"%04d" % n * 250) for n in range(10)])
        async with line_on(wire, ears) as line:
            with pytest.raises(NoAnswer):
                await line.seat(5, Manners(patience=0.1, attempts=1)).ask(b"?", never)
            assert line.counts().noise_bytes == 10_000
        assert longest == 4096
        assert ears.heard == b"".join(b"%04d" % n * 250 for n in range(10))

    held(main())


def test_a_broken_driver_breaks_alone() -> None:
    def broken(_heard: bytes) -> Found[int] | None:
        raise ZeroDivisionError

    async def main() -> None:
        async with line_on(Wire(devices({3: 42}))) as line:
            seat = line.seat(5, MANNERS)
            with pytest.raises(ZeroDivisionError):
                await seat.ask(b"?3.", broken)
            assert await seat.ask(b"?3.", value_of(3)) == 42

    held(main())


@pytest.mark.parametrize("how", ["unplugged", "closed"])
def test_a_wire_that_goes_takes_all_who_ask_and_wait_with_it(how: str) -> None:
    async def main() -> None:
        wire = Wire()
        async with line_on(wire) as line:
            pump = next(t for t in asyncio.all_tasks() if "pump" in repr(t.get_coro()))
            seat = line.seat(5, Manners(patience=60))
            asks = [asyncio.create_task(seat.ask(b"?3.", value_of(3))) for _ in range(5)]
            asks.append(asyncio.create_task(line.seat(1, MANNERS).tell(b"open")))  # type: ignore[arg-type]  # a mixed bag
            await asyncio.sleep(1)
            if how == "unplugged":
                wire.unplug()
            else:
                pump.cancel()
            got = await asyncio.gather(*asks, return_exceptions=True)
            assert now() == 1
            assert [type(error) for error in got] == [LinkDown] * 6
            assert len({id(error) for error in got}) == 6
            with pytest.raises(LinkDown):
                await seat.ask(b"?3.", value_of(3))
            assert [data for _, data in wire.sent] == [b"?3."]

    held(main())


def test_a_wire_that_refuses_what_we_send_is_down_for_all() -> None:
    async def main() -> None:
        wire = Wire()
        async with line_on(wire) as line:
            wire._gone = True
            seat = line.seat(5, MANNERS)
            asks = (seat.ask(b"?1.", value_of(1)), seat.ask(b"?2.", value_of(2)), seat.tell(b"x"))
            got = await asyncio.gather(*asks, return_exceptions=True)
            assert [type(error) for error in got] == [LinkDown] * 3
            assert wire.refused == 1  # the others need not try it

    held(main())


def test_the_tap_sees_everything_in_order() -> None:
    async def main() -> None:
        seen: list[tuple[str, bytes]] = []
        async with line_on(Wire(devices({3: 42}))) as line:
            line.tap = lambda side, data: seen.append((side, data))
            await line.seat(5, MANNERS).ask(b"?3.", value_of(3))
        assert seen == [("host", b"?3."), ("device", b"!3=42.")]

    held(main())


def test_a_question_may_have_a_patience_of_its_own_and_is_then_asked_once() -> None:
    async def main() -> None:
        wire = Wire(devices({3: 42}, after=30.0))
        async with line_on(wire) as line:
            seat = line.seat(5, Manners(patience=0.1, quiet=0.05, attempts=3))
            assert await seat.ask(b"?3.", value_of(3), patience=60.0) == 42
            assert len(wire.sent) == 1
            with pytest.raises(NoAnswer):
                await seat.ask(b"?3.", value_of(3), patience=20.0)
            assert len(wire.sent) == 2

    held(main())


@pytest.mark.parametrize("held_s", [0.5, 5.0])
def test_what_lay_unread_while_the_process_was_held_is_thrown_away(held_s: float) -> None:
    """It has no date; a weight from there must not be credited."""

    async def main() -> None:
        ears = Ears()
        wire = Wire()
        async with line_on(wire, ears) as line:
            await asyncio.sleep(1)
            hold(held_s)
            for _ in range(3):
                wire.say_now(b"old" * 341 + b"!")  # as much as one portion holds
            wire.say_now(b"old")
            await asyncio.sleep(0.2)
            wire.say_now(b"new")
            await asyncio.sleep(0.2)
            old = b"" if held_s > 1 else (b"old" * 341 + b"!") * 3 + b"old"
            assert ears.heard == old + b"new"
            assert line.counts().stale_bytes == (3075 if held_s > 1 else 0)

    held(main())


def test_an_answer_is_believed_though_the_process_was_held() -> None:
    async def main() -> None:
        wire = Wire(devices({3: 42}, after=0.1))
        async with line_on(wire) as line:
            asking = asyncio.create_task(line.seat(5, MANNERS).ask(b"?3.", value_of(3)))
            await asyncio.sleep(0.05)
            hold(5)
            assert await asking == 42

    held(main())
