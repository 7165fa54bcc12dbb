"""Rest states and pulses: no way out of a pulse leaves a relay on."""

import asyncio
from dataclasses import replace

import pytest

from agent.config.settings import Output
from agent.model.messages import Command
from tests.supervisor import toys
from tests.supervisor.bench import Bench, now
from tests.supervisor.jumping import jumping, until

ON, OFF = b"+1.1\n", b"-1.1\n"


def times(bench: Bench, order: bytes) -> list[float]:
    return [at for cable in bench.wire.cables for at in cable.heard(order)]


def pulse(bench: Bench, ms: int = 500, channel: int = 1) -> Command:
    return bench.command("relay-1", "pulse", channel=channel, ms=ms)


@jumping
async def test_outputs_go_to_rest_before_anything_else() -> None:
    kept_on = replace(toys.relay(2, Output(channel=1, rest="on")), priority=4)
    bench = Bench(toys.meter(7), kept_on, toys.relay(1, Output(channel=1), Output(channel=2)))
    bench.wire.values[7] = 1
    async with bench.running():
        await asyncio.sleep(3)
    orders = [data for _, data in bench.wire.cable.sent]
    assert orders[:4] == [b"-1.1\n", b"-1.2\n", b"+2.1\n", b"?7\n"]
    rests = [(e.device, dict(e.data)) for e in bench.events("output_rest")]
    assert rests == [
        ("relay-1", {"channel": 1, "state": "off", "confirmed": True}),
        ("relay-1", {"channel": 2, "state": "off", "confirmed": True}),
        ("relay-2", {"channel": 1, "state": "on", "confirmed": True}),
    ]
    assert not bench.events("output_set")


@jumping
async def test_they_do_so_after_every_opening() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        bench.wire.unplug()
        bench.wire.outputs[1, 1] = True  # somebody else did
        bench.wire.plugged = True
        await asyncio.sleep(5)
        assert bench.wire.outputs == {(1, 1): False}
    assert len(times(bench, OFF)) == 2


@jumping
async def test_a_silent_board_is_tried_on_while_the_others_work(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(toys.relay(1), toys.meter(7))
    bench.wire.values[7] = 1
    bench.wire.deaf = True
    async with bench.running():
        await asyncio.sleep(100)
        assert bench.reasons("relay-1") == [("device_away", "no_answer")]
        assert len(bench.readings("meter-7")) >= 90
        bench.wire.deaf = False
        await asyncio.sleep(60)
        assert bench.wire.outputs == {(1, 1): False}
        assert bench.reasons("relay-1")[1:] == [("device_back", "first")]
    assert len(bench.events("output_rest")) == 1
    said = [r.levelname for r in caplog.records if r.name == "agent.supervisor.hands"]
    assert said.count("ERROR") == 1


@jumping
async def test_a_pulse_is_on_for_its_time() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        await bench.keeper.act(pulse(bench))
        assert bench.wire.outputs == {(1, 1): False}
    (on,), (_, off) = times(bench, ON), times(bench, OFF)
    assert 0.5 <= off - on <= 0.6
    kinds = [k for k in bench.kinds() if k.startswith(("command", "output"))]
    assert kinds == [
        "output_rest",
        "command_accepted",
        "output_set",
        "output_set",
        "command_done",
    ]
    assert [e.data["state"] for e in bench.events("output_set")] == ["on", "off"]
    assert dict(bench.events("command_done")[0].data) == {"id": "c1", "action": "pulse"}


@jumping
async def test_a_pulse_leaves_rest_whatever_rest_is() -> None:
    bench = Bench(toys.relay(1, Output(channel=1, rest="on")))
    async with bench.running():
        await asyncio.sleep(1)
        await bench.keeper.act(pulse(bench))
    orders = [data for _, data in bench.wire.cable.sent]
    assert orders == [ON, OFF, ON]


@jumping
async def test_no_pulse_is_longer_than_its_output_allows() -> None:
    bench = Bench(toys.relay(1, Output(channel=1, most_ms=2000)))
    async with bench.running():
        await asyncio.sleep(1)
        await bench.keeper.act(pulse(bench, ms=3_600_000))
    (on,), (_, off) = times(bench, ON), times(bench, OFF)
    assert 2 <= off - on <= 2.1


@pytest.mark.parametrize(
    ("channel", "ms"), [(2, 500), (1, 0), (1, -5), (1, "500"), (1, True), (1, None)]
)
def test_what_is_no_pulse_is_refused_and_nothing_moves(channel: int, ms: object) -> None:
    @jumping
    async def run() -> None:
        bench = Bench(toys.relay(1))
        async with bench.running():
            await asyncio.sleep(1)
            await bench.keeper.act(bench.command("relay-1", "pulse", channel=channel, ms=ms))  # type: ignore[arg-type]  # what a platform might send
        (failed,) = bench.events("command_failed")
        assert failed.data["reason"] == "refused"
        assert not times(bench, ON)

    run()


@jumping
async def test_an_undeclared_output_is_not_switched() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        await bench.keeper.act(bench.command("relay-1", "on", channel=9))
    assert bench.events("command_failed")[0].data["detail"] == "no output 9 is declared"
    assert not times(bench, b"+1.9\n")


@jumping
async def test_overlapping_pulses_extend_and_never_cut_short() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        long = asyncio.create_task(bench.keeper.act(pulse(bench, 3000)))
        await asyncio.sleep(0.5)
        short = asyncio.create_task(bench.keeper.act(pulse(bench, 500)))
        await asyncio.sleep(2)
        later = asyncio.create_task(bench.keeper.act(pulse(bench, 3000)))
        await asyncio.gather(long, short, later)
    ons, offs = times(bench, ON), times(bench, OFF)
    assert len(offs) == 2
    assert offs[1] - ons[0] == pytest.approx(2.5 + 3, abs=0.2)
    assert len(bench.events("command_done")) == 3


@jumping
async def test_channels_pulse_side_by_side() -> None:
    bench = Bench(toys.relay(1, Output(channel=1), Output(channel=2)))
    async with bench.running():
        await asyncio.sleep(1)
        await asyncio.gather(
            bench.keeper.act(pulse(bench, 2000)), bench.keeper.act(pulse(bench, 300, channel=2))
        )
    (_, first_off), (_, second_off) = times(bench, OFF), times(bench, b"-1.2\n")
    assert second_off < first_off - 1


@jumping
async def test_a_pulse_whose_on_is_not_answered_is_driven_back() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        bench.wire.deaf = True
        await bench.keeper.act(pulse(bench))
        assert bench.events("command_failed")[0].data["reason"] == "no_answer"
        bench.wire.outputs[1, 1] = True  # it had heard: only its answer was lost
        bench.wire.deaf = False
        await until(lambda: bench.wire.outputs == {(1, 1): False}, within=10)


@jumping
async def test_a_pulse_that_cannot_end_fails_and_is_ended_later() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        task = asyncio.create_task(bench.keeper.act(pulse(bench)))
        await until(lambda: bench.wire.outputs == {(1, 1): True})
        bench.wire.deaf = True
        await task
        assert bench.events("command_failed")[0].data["reason"] == "not_at_rest"
        bench.wire.deaf = False
        await until(lambda: bench.wire.outputs == {(1, 1): False}, within=35)
        await asyncio.sleep(1)
    assert bench.kinds()[-1] == "output_rest"


@jumping
async def test_a_pulse_ends_when_the_wire_is_back() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        task = asyncio.create_task(bench.keeper.act(pulse(bench, 2000)))
        await until(lambda: bench.wire.outputs == {(1, 1): True})
        bench.wire.unplug()
        await task
        assert bench.events("command_failed")[0].data["reason"] == "not_at_rest"
        await asyncio.sleep(10)
        bench.wire.plugged = True
        await until(lambda: bench.wire.outputs == {(1, 1): False}, within=10)


@jumping
async def test_a_cancelled_pulse_ends() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        task = asyncio.create_task(bench.keeper.act(pulse(bench, 2000)))
        await until(lambda: bench.wire.outputs == {(1, 1): True})
        task.cancel()
        await until(lambda: bench.wire.outputs == {(1, 1): False}, within=2.1)
    assert len(bench.events("command_unknown")) == 1


@jumping
async def test_a_clean_stop_ends_pulses_and_what_was_left_on() -> None:
    bench = Bench(toys.relay(1, Output(channel=1), Output(channel=2)))
    async with bench.running():
        await asyncio.sleep(1)
        task = asyncio.create_task(bench.keeper.act(pulse(bench, 5000)))
        await bench.keeper.act(bench.command("relay-1", "on", channel=2))
        await asyncio.sleep(1)
        assert bench.wire.outputs == {(1, 1): True, (1, 2): True}
    assert bench.wire.outputs == {(1, 1): False, (1, 2): False}
    assert [e.data["channel"] for e in bench.events("output_rest")] == [1, 2, 1, 2]
    await task


@jumping
async def test_a_clean_stop_does_not_wait_for_a_dead_board() -> None:
    bench = Bench(toys.relay(1), toys.relay(2))
    async with bench.running():
        await asyncio.sleep(1)
        await bench.keeper.act(bench.command("relay-1", "on", channel=1))
        bench.wire.deaf = True
        began = now().mono_ns
    assert now().mono_ns - began <= 3e9
    assert bench.wire.cable.closed


@jumping
async def test_a_plain_on_stays_until_a_plain_off_and_outlives_a_pulse() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        await bench.keeper.act(bench.command("relay-1", "on", channel=1))
        await bench.keeper.act(pulse(bench))
        await asyncio.sleep(100)
        assert bench.wire.outputs == {(1, 1): True}
        await bench.keeper.act(bench.command("relay-1", "off", channel=1))
        await asyncio.sleep(100)
    assert len(times(bench, OFF)) == 2


@jumping
async def test_a_flapping_wire_does_not_flood_the_urgent_stream() -> None:
    bench = Bench(toys.relay(1), toys.meter(2))
    bench.wire.values[2] = 1
    async with bench.running():
        for _ in range(40):
            await until(lambda: bench.keeper.state().up)
            await asyncio.sleep(0.5)
            bench.wire.unplug()
            bench.wire.plugged = True
            await asyncio.sleep(0.1)
        assert bench.wire.outputs == {(1, 1): False}
    assert len(bench.events()) <= 3 * 20
