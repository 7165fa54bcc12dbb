"""A relay board: what confirms an output, and what only looks like it."""

import pytest

from agent.drivers.base import Acts, Polls, Refused
from agent.drivers.doors.contacts import Input
from agent.drivers.doors.modbus_relay import PolledRelay
from agent.line.asking import NoAnswer
from agent.model.messages import Event, Message
from hwsim.orders import Set
from tests.drivers.doors.played import Played
from tests.drivers.wires import build, command, now


def board(**options: object) -> PolledRelay:
    driver = build("modbus-relay", 1, **options)
    assert isinstance(driver, PolledRelay)
    return driver


def told(messages: object) -> list[tuple[object, object, object]]:
    kept: list[Message] = list(messages)  # type: ignore[call-overload]  # what a verb returns
    data = [m.data for m in kept if isinstance(m, Event)]
    return [(d["channel"], d["state"], d["confirmed"]) for d in data]


@pytest.mark.parametrize("base", [0, 1])
@pytest.mark.parametrize("echo", [True, False])
async def test_a_relay_is_switched_and_read_back(base: int, echo: bool) -> None:
    driver, wire = board(base=base), Played("modbus-relay", 1, base=base, echo=echo)
    for action in ("on", "off"):
        assert told(await driver.act(wire, command(action, channel=8), now)) == [(8, action, True)]
    assert [(line["what"], line["channel"]) for line in wire.happened("on", "off")] == [
        ("on", 8),
        ("off", 8),
    ]


async def test_an_adapter_that_echoes_is_no_board() -> None:
    wire = Played("modbus-relay", 2, echo=True)  # another address: ours is not there
    with pytest.raises(NoAnswer):
        await board().act(wire, command("on", channel=1), now)


async def test_a_coil_that_stays_is_refused_though_the_board_repeats_the_order() -> None:
    with pytest.raises(Refused, match="未动作"):
        await board().act(Played("modbus-relay", 1, stuck=[3]), command("on", channel=3), now)


async def test_a_board_that_is_not_read_never_confirms_and_is_not_polled() -> None:
    driver = build("modbus-relay", 1, reads_back=False)
    assert isinstance(driver, Acts)
    assert not isinstance(driver, Polls)
    wire = Played("modbus-relay", 1, reads_back=False)
    assert told(await driver.act(wire, command("on", channel=1), now)) == [(1, "on", False)]


async def test_a_board_that_cannot_be_read_must_be_declared_so() -> None:
    wire = Played("modbus-relay", 1, reads_back=False)
    with pytest.raises(Refused, match="功能码"):
        await board().act(wire, command("on", channel=1), now)


async def test_a_board_that_answers_eight_coils_only() -> None:
    wire = Played("modbus-relay", 1, channels=4, eights_only=True)
    assert told(await board(channels=4).act(wire, command("on", channel=4), now))
    with pytest.raises(NoAnswer):
        await board(channels=4, eights=False).act(wire, command("on", channel=4), now)


async def test_what_nobody_ordered_is_told_once() -> None:
    driver, wire = board(), Played("modbus-relay", 1, loses_power_s=5.0)
    assert told(await driver.poll(wire, now)) == []
    await driver.act(wire, command("on", channel=2), now)
    assert told(await driver.poll(wire, now)) == []
    wire.wait(6)
    assert told(await driver.poll(wire, now)) == [(2, "off", True)]
    assert told(await driver.poll(wire, now)) == []


@pytest.mark.parametrize("reads_back", [True, False])
async def test_contacts_of_the_same_board_are_told_of_too(reads_back: bool) -> None:
    exit_button = Input(channel=2, use="exit", looks=1)
    driver = board(inputs=[exit_button], reads_back=reads_back)
    wire = Played("modbus-relay", 1, inputs=8, reads_back=reads_back)
    messages = list(await driver.poll(wire, now))
    assert [m.data["use"] for m in messages if isinstance(m, Event)] == ["exit"]
    wire.device.do(Set("dev", 1.0, "input_2"))
    wire.wait(1)
    (pressed,) = await driver.poll(wire, now)
    assert isinstance(pressed, Event)
    assert (pressed.data["state"], pressed.data["first"]) == ("active", False)
    assert driver.every == 1.0
