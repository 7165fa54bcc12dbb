"""One wire: polls, listeners, away and back, reopening."""

import asyncio
import itertools
from dataclasses import replace

import pytest

from agent.links.base import LinkDown
from agent.model.messages import Event, Message, Reading
from agent.supervisor.bus import BusKeeper
from tests.supervisor import toys
from tests.supervisor.bench import Bench, now
from tests.supervisor.jumping import jumping, until


@jumping
async def test_a_polled_device_is_met_and_read_at_its_period() -> None:
    bench = Bench(toys.meter(1, every=2.0))
    bench.wire.values[1] = 17
    async with bench.running():
        await asyncio.sleep(20)
    assert bench.reasons("meter-1") == [("device_back", "first")]
    readings = bench.readings("meter-1")
    assert len(readings) == 10
    assert {r.value for r in readings if isinstance(r, Reading)} == {17.0}


@jumping
async def test_a_driver_without_a_period_in_the_configuration_uses_its_own() -> None:
    bench = Bench(replace(toys.meter(1), every=None))
    bench.wire.values[1] = 17
    async with bench.running():
        await asyncio.sleep(9.5)
    assert len(bench.readings("meter-1")) == 10


@jumping
async def test_silence_is_away_once_and_neighbours_live_on() -> None:
    bench = Bench(toys.meter(1), toys.meter(2))
    bench.wire.values.update({1: 1, 2: 2})
    async with bench.running():
        await asyncio.sleep(10)
        del bench.wire.values[1]
        await asyncio.sleep(30)
        assert bench.reasons("meter-1")[1:] == [("device_away", "no_answer")]
        assert len(bench.readings("meter-2")) >= 36
        bench.wire.values[1] = 3
        await asyncio.sleep(30)
    assert bench.reasons("meter-1")[2:] == [("device_back", "answered")]
    assert bench.reasons("meter-2") == [("device_back", "first")]


@jumping
async def test_a_dead_device_is_asked_rarely_and_with_one_attempt() -> None:
    bench = Bench(toys.meter(1))
    async with bench.running():
        await asyncio.sleep(105)
    times = bench.wire.cable.heard(b"?1\n")
    assert len(times) == 6 + 5  # three polls of two attempts, then one each 20 s
    assert {round(later - sooner) for sooner, later in itertools.pairwise(times[5:])} == {20}


@jumping
async def test_a_fallen_wire_takes_all_its_devices_for_one_reason_and_is_opened_again() -> None:
    bench = Bench(toys.meter(1), toys.meter(2), toys.reader())
    bench.wire.values.update({1: 1, 2: 2})
    async with bench.running():
        await asyncio.sleep(20)
        bench.wire.unplug()
        await asyncio.sleep(60)
        assert bench.wire.cable.closed
        assert not bench.keeper.state().up
        bench.wire.plugged = True
        came = now().mono_ns
        await until(lambda: bench.keeper.state().up)
        assert now().mono_ns - came <= 5e9
        await asyncio.sleep(10)
    for device in ("meter-1", "meter-2", "reader"):
        assert bench.reasons(device)[:2] == [("device_back", "first"), ("device_away", "wire_down")]
        assert len(bench.reasons(device)) == 3
    assert bench.reasons("reader")[2] == ("device_back", "wire_up")


@jumping
async def test_an_adapter_that_is_back_within_a_second_is_used_within_two() -> None:
    bench = Bench(toys.meter(1))
    bench.wire.values[1] = 1
    async with bench.running():
        await asyncio.sleep(20)
        bench.wire.unplug()
        await asyncio.sleep(1)
        bench.wire.plugged = True
        began = now().mono_ns
        await until(lambda: bench.keeper.state().up)
        assert now().mono_ns - began <= 1e9


@jumping
async def test_opening_is_logged_once_each(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "agent.supervisor.bus")
    bench = Bench(toys.meter(1))
    bench.wire.plugged = False
    async with bench.running():
        await asyncio.sleep(60)
        bench.wire.plugged = True
        await asyncio.sleep(60)
    said = [record.levelname for record in caplog.records if "bus bus" in record.getMessage()]
    assert said == ["WARNING", "INFO"]


@jumping
async def test_an_opening_that_hangs_is_given_up_and_tried_again() -> None:
    bench = Bench(toys.meter(1))
    tries = 0

    async def hang() -> toys.Cable:
        nonlocal tries
        tries += 1
        await asyncio.Event().wait()
        raise LinkDown("never")

    keeper = BusKeeper(toys.BUS, [toys.meter(1)], toys.TOYS, hang, bench.world)
    task = asyncio.create_task(keeper.run())
    await asyncio.sleep(60)
    assert tries >= 3
    assert keeper.state().tried
    assert loop_age(keeper) <= 20
    task.cancel()


def loop_age(keeper: BusKeeper) -> float:
    return asyncio.get_running_loop().time() - keeper.state().stirred


@jumping
async def test_what_is_heard_is_emitted_before_the_pump_reads_on() -> None:
    """No queue and no task stands between a scanner and the stages."""
    bench = Bench(toys.reader())
    turns = list[str]()
    async with bench.running():
        await until(lambda: bench.keeper.state().up)
        await asyncio.sleep(1)
        bench.said.clear()
        original = bench.keeper._devices["reader"].talker.world.emit

        def emit(message: Message) -> None:
            turns.append("emit")
            original(message)

        object.__setattr__(bench.world, "emit", emit)
        bench.keeper._heard(b"qr:1234\n")
        turns.append("returned")
    assert turns == ["emit", "returned"]
    (scan,) = bench.events("code_scanned")
    assert scan.raw == b"1234"


@jumping
async def test_several_listeners_on_one_pair_hear_the_same() -> None:
    second = replace(toys.reader(), id="reader-2")
    bench = Bench(toys.reader(), second, toys.meter(1))
    bench.wire.values[1] = 1
    async with bench.running():
        await asyncio.sleep(0.5)
        bench.wire.cable.say(b"qr:77\n")
        await asyncio.sleep(0.5)
    assert [e.device for e in bench.events("code_scanned")] == ["reader", "reader-2"]


@jumping
async def test_one_that_always_talks_is_away_when_it_is_silent() -> None:
    bench = Bench(toys.reader("talker"))
    async with bench.running():
        await asyncio.sleep(1)
        assert bench.reasons("talker") == []
        bench.wire.cable.say(b"qr:1\n")
        await asyncio.sleep(4)
        assert bench.reasons("talker") == [("device_back", "first")]
        await asyncio.sleep(10)
        assert bench.reasons("talker")[1:] == [("device_away", "silent")]
        bench.wire.cable.say(b"qr:1\n")
        await asyncio.sleep(1)
        assert bench.reasons("talker")[2:] == [("device_back", "heard")]


@jumping
async def test_the_state_is_told_whole() -> None:
    bench = Bench(toys.meter(1), toys.meter(2))
    bench.wire.values[1] = 5
    assert not bench.keeper.state().tried
    async with bench.running():
        await asyncio.sleep(9.5)
        state = bench.keeper.state()
    assert (state.bus, state.up, state.opened, state.isolated) == ("bus", True, 1, False)
    one, two = state.devices
    assert (one.here, two.here) == (True, False)
    assert one.polls - one.readings in (0, 1)  # one may be on the wire just now
    assert one.readings >= 9
    assert one.last["count"].value == 5
    assert two.misses == two.polls == 3
    assert state.line["timeouts"] == 6
    assert bench.keeper.state().line == state.line  # kept when the line is gone


@jumping
async def test_a_clean_stop_closes_the_link_and_says_nothing() -> None:
    bench = Bench(toys.meter(1))
    bench.wire.values[1] = 5
    async with bench.running():
        await asyncio.sleep(3)
        before = len(bench.said)
    assert bench.wire.cable.closed
    assert len(bench.said) == before
    assert all(isinstance(m, Event | Reading) for m in bench.said)


@jumping
async def test_a_stop_while_the_wire_falls_is_a_stop() -> None:
    for turns in range(40):
        bench = Bench(toys.meter(1))
        bench.wire.values[1] = 5
        task = asyncio.create_task(bench.keeper.run())
        await asyncio.sleep(3)
        bench.wire.unplug()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=60)
        assert done


@jumping
async def test_a_wire_that_fails_in_sending_only_is_opened_again() -> None:
    """A question fails first, not the reader: asyncio before 3.13 then calls us cancelled."""
    bench = Bench(toys.meter(1))
    bench.wire.values[1] = 17

    async def send(_: bytes) -> None:
        raise LinkDown("toy: it takes no bytes")

    async with bench.running():
        await asyncio.sleep(5)
        bench.wire.cable.send = send  # type: ignore[method-assign,assignment]  # half a fault
        await asyncio.sleep(5)
        assert len(bench.wire.cables) == 2
        assert bench.reasons("meter-1")[-1] == ("device_back", "answered")
