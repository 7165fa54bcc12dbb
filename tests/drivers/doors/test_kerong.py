"""A Kerong board in time: slow bolts, boards that do not answer, echoes, doors that fall shut."""

import pytest

from agent.drivers.base import Refused
from agent.drivers.codecs import krcu
from agent.drivers.codecs.base import Got
from agent.drivers.codecs.krcu import Frame
from agent.drivers.doors.kerong import Cu16, Kerong
from agent.line.asking import NoAnswer
from agent.model.messages import Event, Message
from tests.drivers.doors.played import Played
from tests.drivers.wires import build, command, now


def board(model: str = "cu16", **options: object) -> Kerong:
    driver = build("kerong", 1, model=model, **options)
    assert isinstance(driver, Kerong)
    return driver


def told(messages: object) -> list[tuple[str, object, object]]:
    kept: list[Message] = list(messages)  # type: ignore[call-overload]  # what a verb returns
    return [(m.kind, m.data["channel"], m.data["source"]) for m in kept if isinstance(m, Event)]


@pytest.mark.parametrize("model", ["cu16", "cu48"])
@pytest.mark.parametrize("answers", [True, False])
async def test_a_lock_is_opened_and_falls_shut(model: str, answers: bool) -> None:
    driver, wire = (
        board(model, watch=[2, 3]),
        Played("kerong", 1, model=model, answers_open=answers),
    )
    assert told(await driver.poll(wire, now)) == [
        ("lock_closed", 2, "poll"),
        ("lock_closed", 3, "poll"),
    ]
    opened = await driver.act(wire, command("open", channel=3), now)
    assert told(opened) == [("lock_opened", 3, "command")]
    assert told(await driver.poll(wire, now)) == []
    wire.wait(9)
    assert told(await driver.poll(wire, now)) == [("lock_closed", 3, "poll")]
    assert [line["what"] for line in wire.happened("open", "lock_opened", "lock_closed")] == [
        "open",
        "lock_opened",
        "lock_closed",
    ]


@pytest.mark.parametrize("echo", [True, False])
async def test_a_jammed_bolt_is_no_open_door(echo: bool) -> None:
    wire = Played("kerong", 1, echo=echo, jammed=[3])
    with pytest.raises(Refused):
        await board().act(wire, command("open", channel=3), now)
    assert len(wire.happened("open")) == 1  # one pulse, not one per look


async def test_a_lost_order_opens_nothing_and_is_not_repeated() -> None:
    wire = Played("kerong", 1)
    wire.harm("flip", rate=1.0)
    with pytest.raises(NoAnswer):
        await board().act(wire, command("open", channel=3), now)
    assert not wire.happened("open")


async def test_an_echo_alone_confirms_nothing() -> None:
    wire = Played("kerong", 7, echo=True)  # somebody else's board: ours is not there
    with pytest.raises(NoAnswer):
        await board().act(wire, command("open", channel=3), now)


async def test_locks_wired_the_other_way_round() -> None:
    driver, wire = board(hook="open", watch=[1]), Played("kerong", 1, reversed=True)
    assert told(await driver.poll(wire, now)) == [("lock_closed", 1, "poll")]
    assert told(await driver.act(wire, command("open", channel=1), now))


async def test_locks_beyond_the_board_are_not_watched() -> None:
    assert told(await board(watch=[16, 17, 48]).poll(Played("kerong", 1), now)) == [
        ("lock_closed", 16, "poll")
    ]


def test_the_hooks_of_a_48_may_look_like_a_short_answer() -> None:
    data = bytes((0x03, 0x7A, *bytes(10)))
    frame = Frame(0, 0, krcu.TOLD_48, data)
    assert krcu.take(krcu.encode(frame), None) == Got(frame, 18)
    assert krcu.take(krcu.encode(frame)[:6], None) == Got(Frame(0, 0, krcu.TOLD_48), 6)


@pytest.mark.parametrize("lock", range(1, 17))
def test_no_lock_can_be_told_as_all(lock: int) -> None:
    assert Cu16(14).opens(lock).command == krcu.OPEN
    assert Cu16(14).opens(lock).address < 0xF0
