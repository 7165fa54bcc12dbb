"""Commands: what becomes of them, and how fast they are on the wire."""

import asyncio
from dataclasses import replace

import pytest

from agent.model.messages import Event
from agent.supervisor.dispatch import MOST, Dispatch
from tests.supervisor import toys
from tests.supervisor.bench import Bench, now
from tests.supervisor.jumping import jumping, until


def results(bench: Bench) -> list[tuple[str, object]]:
    return [
        (e.kind.removeprefix("command_"), e.data.get("reason"))
        for e in bench.events()
        if e.kind.startswith("command_")
    ]


@jumping
async def test_a_command_is_accepted_then_done() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        await bench.keeper.act(bench.command("relay-1", "on", channel=1))
    assert results(bench) == [("accepted", None), ("done", None)]


@jumping
async def test_what_is_on_record_already_is_not_accepted_twice() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        command = replace(bench.command("relay-1", "on", channel=1), accepted=True)
        await bench.keeper.act(command)
    assert results(bench) == [("done", None)]


@pytest.mark.parametrize("late_by", [0.0, 100.0])
def test_a_command_past_its_time_is_expired_and_nothing_is_sent(late_by: float) -> None:
    @jumping
    async def run() -> None:
        bench = Bench(toys.relay(1))
        async with bench.running():
            await asyncio.sleep(1)
            command = bench.command("relay-1", "on", ttl=5, channel=1)
            await asyncio.sleep(5 + late_by)
            await bench.keeper.act(command)
        assert results(bench) == [("expired", None)]
        assert not bench.wire.cable.heard(b"+1.1\n")

    run()


@jumping
async def test_a_command_of_another_boot_is_expired() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        command = bench.command("relay-1", "on", channel=1)
        await bench.keeper.act(replace(command, at=replace(command.at, boot="before")))
    assert results(bench) == [("expired", None)]


@jumping
async def test_a_command_whose_time_runs_out_before_its_turn_never_moves_anything() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        bench.wire.deaf = True
        first = asyncio.create_task(bench.keeper.act(bench.command("relay-1", "off", channel=1)))
        await asyncio.sleep(0.05)
        await bench.keeper.act(bench.command("relay-1", "on", ttl=0.1, channel=1))
        await first
    assert ("expired", None) in results(bench)
    assert not bench.wire.cable.heard(b"+1.1\n")


@jumping
async def test_a_command_whose_answer_comes_too_late_has_failed() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        bench.wire.deaf = True
        await bench.keeper.act(bench.command("relay-1", "on", ttl=0.1, channel=1))
    assert results(bench) == [("accepted", None), ("failed", "late")]


@jumping
async def test_on_a_wire_that_is_down_a_command_fails_at_once() -> None:
    bench = Bench(toys.relay(1))
    bench.wire.plugged = False
    async with bench.running():
        await asyncio.sleep(1)
        began = now()
        await bench.keeper.act(bench.command("relay-1", "on", channel=1))
        assert now() == began
    assert results(bench) == [("accepted", None), ("failed", "wire_down")]


@jumping
async def test_a_wire_that_falls_meanwhile_fails_the_command() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        bench.wire.deaf = True
        task = asyncio.create_task(bench.keeper.act(bench.command("relay-1", "on", channel=1)))
        await asyncio.sleep(0.01)
        bench.wire.unplug()
        await task
    assert results(bench) == [("accepted", None), ("failed", "wire_down")]


@jumping
async def test_a_device_that_cannot_act_refuses() -> None:
    bench = Bench(toys.meter(1))
    bench.wire.values[1] = 1
    async with bench.running():
        await asyncio.sleep(1)
        await bench.keeper.act(bench.command("meter-1", "open", channel=1))
    assert results(bench) == [("accepted", None), ("failed", "refused")]


@jumping
async def test_commands_wait_until_the_outputs_are_at_rest() -> None:
    bench = Bench(toys.relay(1), replace(toys.relay(2), priority=4))
    answer = bench.wire.answer
    answers = list[bytes | None]()

    def slow(request: bytes) -> bytes | None:
        answers.append(answer(request))
        asyncio.get_running_loop().call_later(0.1, lambda: bench.wire.cable.say(b"ok\n"))
        return None

    bench.wire.answer = slow  # type: ignore[method-assign]  # a slower world
    async with bench.running():
        await until(lambda: bool(bench.wire.cables))
        await bench.keeper.act(bench.command("relay-2", "on", channel=1))
    orders = [data for _, data in bench.wire.cable.sent]
    assert orders[:3] == [b"-1.1\n", b"-2.1\n", b"+2.1\n"]


@jumping
async def test_a_command_is_on_a_free_wire_a_few_turns_of_the_loop_later() -> None:
    """One for the task, four in which the line hears what the kernel had; no timer."""
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        dispatch = Dispatch([bench.keeper], bench.said.append, now)
        began = now()
        dispatch(bench.command("relay-1", "on", channel=1))
        for _ in range(6):
            await asyncio.sleep(0)
        assert bench.wire.cable.heard(b"+1.1\n")
        assert now() == began
        await asyncio.sleep(1)
    assert results(bench)[-1] == ("done", None)


@jumping
async def test_a_door_comes_before_polls_that_wait() -> None:
    meters = [replace(toys.meter(n, every=0.02), priority=0) for n in range(2, 9)]
    bench = Bench(toys.relay(1), *meters)
    bench.wire.values = dict.fromkeys(range(2, 9), 1)
    async with bench.running():
        await asyncio.sleep(5.001)
        sent = len(bench.wire.cable.sent)
        await bench.keeper.act(bench.command("relay-1", "on", channel=1))
        later = [data for _, data in bench.wire.cable.sent[sent:]]
    assert b"+1.1\n" in later[:2]


@jumping
async def test_unknown_targets_and_crowds_are_told() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        dispatch = Dispatch([bench.keeper], bench.said.append, now)
        dispatch(bench.command("nobody", "on"))
        assert results(bench) == [("failed", "unknown_target")]
        assert bench.said[-1] == Event(
            device="nobody",
            at=now(),
            kind="command_failed",
            data={"id": "c1", "action": "on", "reason": "unknown_target"},
        )
        for _ in range(MOST + 2):
            dispatch(bench.command("relay-1", "pulse", channel=1, ms=100))
        assert [r for r in results(bench) if r[1] == "busy"] == [("failed", "busy")] * 2
        await asyncio.sleep(5)
        assert results(bench).count(("done", None)) == MOST
        dispatch(bench.command("relay-1", "pulse", channel=1, ms=100))
        await asyncio.sleep(5)
        assert results(bench).count(("done", None)) == MOST + 1


@jumping
async def test_what_is_under_way_at_the_end_is_told_as_unknown() -> None:
    bench = Bench(toys.relay(1))
    async with bench.running():
        await asyncio.sleep(1)
        dispatch = Dispatch([bench.keeper], bench.said.append, now)
        dispatch(bench.command("relay-1", "pulse", channel=1, ms=3000))
        await asyncio.sleep(1)
        await dispatch.aclose()
    assert results(bench) == [("accepted", None), ("unknown", None)]
    assert bench.wire.outputs == {(1, 1): False}
