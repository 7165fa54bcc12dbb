"""Contacts that move, bounce, and are seen for the first time."""

import pytest

from agent.drivers.base import Polls, Seat
from agent.drivers.codecs import modbus
from agent.drivers.doors.contacts import Input
from agent.drivers.doors.modbus_inputs import InputsOptions, ModbusInputs
from agent.line.asking import Asks
from agent.model.messages import Event, Message
from hwsim.orders import Set
from tests.drivers.doors.played import Played
from tests.drivers.wires import Script, now

FIRE = Input(channel=3, use="fire", normally="closed")
DOOR = Input(channel=1, use="door")


def board(*inputs: Input, **options: object) -> ModbusInputs:
    chosen = InputsOptions(inputs=inputs, **options)  # type: ignore[arg-type]  # as a test has them
    driver = ModbusInputs(Seat(device="dev", address=1, options=chosen))
    assert isinstance(driver, Polls)
    return driver


async def told(driver: Polls[Asks], wire: Played) -> list[tuple[object, ...]]:
    messages: list[Message] = list(await driver.poll(wire, now))
    data = [m.data for m in messages if isinstance(m, Event)]
    return [(d["use"], d["state"], d["contact"], d["first"]) for d in data]


def move(wire: Played, channel: int, *, closed: bool) -> None:
    wire.device.do(Set("dev", float(closed), f"input_{channel}"))


@pytest.mark.parametrize("function", [1, 2, 3, 4])
@pytest.mark.parametrize("closed", [0, 1])
async def test_the_first_state_is_told_and_then_each_change_once(
    function: int, closed: int
) -> None:
    driver = board(DOOR, FIRE, function=function, closed=closed)
    wire = Played("modbus-inputs", 1, function=function, closed=closed, shut=[3])
    assert await told(driver, wire) == [
        ("door", "idle", "open", True),
        ("fire", "idle", "closed", True),
    ]
    assert await told(driver, wire) == []
    move(wire, 3, closed=False)
    wire.wait(1)
    assert await told(driver, wire) == [("fire", "active", "open", False)]
    assert await told(driver, wire) == []
    move(wire, 3, closed=True)
    wire.wait(1)
    assert await told(driver, wire) == [("fire", "idle", "closed", False)]


async def test_a_bounce_is_not_told_and_the_change_behind_it_is() -> None:
    driver = board(Input(channel=1, use="loop", looks=4))
    wire = Played("modbus-inputs", 1, bounce_s=1.0)
    seen = await told(driver, wire)
    move(wire, 1, closed=True)
    for _ in range(20):
        seen += await told(driver, wire)
    assert [state for _, state, _, _ in seen] == ["idle", "active"]


async def test_one_look_is_quick_and_asks_once() -> None:
    driver = board(Input(channel=1, use="exit", looks=1))
    wire = Played("modbus-inputs", 1)
    assert await told(driver, wire)
    assert len([line for line in wire.truth if line["truth"] == "asked"]) == 1


async def test_a_bouncing_input_does_not_hold_up_another() -> None:
    driver = board(Input(channel=1, use="exit", looks=1), Input(channel=2, use="loop", looks=3))
    question = modbus.read(1, 2, 0, 8)
    looks = [b"\x00"] * 3 + [b"\x03", b"\x03", b"\x01"]
    line = Script([(question, modbus.encode(b"\x01\x02\x01" + look)) for look in looks])
    await driver.poll(line, now)
    messages = list(await driver.poll(line, now))
    assert [m.data["use"] for m in messages if isinstance(m, Event)] == ["exit"]


async def test_boards_that_answer_eight_inputs_only_and_boards_with_many() -> None:
    assert await told(board(DOOR), Played("modbus-inputs", 1, inputs=4, eights_only=True))
    for function in (2, 3):
        driver = board(Input(channel=33, use="water"), function=function)
        wire = Played("modbus-inputs", 1, inputs=40, function=function, shut=[33])
        assert await told(driver, wire) == [("water", "active", "closed", True)]


def test_what_lives_hang_on_is_asked_for_most_often() -> None:
    assert board(DOOR, FIRE).every < board(DOOR).every
    assert board(Input(use="exit")).every == board(Input(use="smoke")).every == 1.0


async def test_two_inputs_may_look_at_one_contact() -> None:
    wire = Played("modbus-inputs", 1, shut=[1])
    fire = Input(channel=1, use="fire", normally="closed")
    assert await told(board(fire, Input(channel=1, use="mains")), wire) == [
        ("fire", "idle", "closed", True),
        ("mains", "active", "closed", True),
    ]
