"""A driver's bug is the driver's own: told, rebuilt, and nobody beside it notices."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from agent.config.settings import Device
from agent.drivers.base import Refused, Seat
from agent.line.asking import Asks, NoAnswer
from agent.model.messages import Command, Message
from agent.model.time import Now, Stamp
from tests.supervisor import toys
from tests.supervisor.bench import Bench
from tests.supervisor.jumping import jumping, until

BUILT: list["Bad"] = []


@dataclass
class Bad:
    """What it does wrong stands in ``TROUBLE``."""

    seat: Seat
    every: float = 1.0

    def __post_init__(self) -> None:
        BUILT.append(self)
        if "build" in TROUBLE:
            raise TROUBLE["build"]

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:  # noqa: ARG002  # the verb's own
        raise TROUBLE.get("heard") or KeyError("heard")

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:  # noqa: ARG002
        if "poll" in TROUBLE:
            raise TROUBLE["poll"]
        if "hang" in TROUBLE:
            await asyncio.Event().wait()
        return ()

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:  # noqa: ARG002
        if "hang" in TROUBLE:
            await asyncio.Event().wait()
        raise TROUBLE.get("act") or KeyError("act")


TROUBLE: dict[str, BaseException] = {}
MODELS = {**toys.TOYS, "bad": toys.model("bad", Bad)}


@pytest.fixture(autouse=True)
def _well() -> None:
    TROUBLE.clear()
    BUILT.clear()


def bench() -> Bench:
    bad = Device(id="bad", driver="bad", bus="bus")
    bench = Bench(bad, toys.meter(2), models=MODELS)
    bench.wire.values[2] = 2
    return bench


@jumping
async def test_a_poll_that_breaks_is_told_and_its_neighbour_lives_on() -> None:
    scene = bench()
    TROUBLE["poll"] = ZeroDivisionError()
    async with scene.running():
        await asyncio.sleep(300)
        assert len(scene.readings("meter-2")) >= 295
        broke = scene.events("device_broke")
        assert broke[0].data == {"error": "ZeroDivisionError", "times": 1}
        assert 8 <= len(broke) <= 14  # 0.1, 0.2, 0.4 … s: backed off
        assert len(BUILT) == len({id(driver) for driver in BUILT}) >= len(broke)
        assert scene.reasons("bad") == [("device_away", "driver_broke")]
        TROUBLE.clear()
        await asyncio.sleep(400)
        assert scene.reasons("bad")[1:] == [("device_back", "first")]


@jumping
async def test_an_hour_of_breaking_costs_few_records_and_one_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = bench()
    TROUBLE["poll"] = ZeroDivisionError()
    async with scene.running():
        await asyncio.sleep(3600)
    assert len(scene.events("device_broke")) <= 32
    assert sum(record.exc_info is not None for record in caplog.records) == 1


@jumping
async def test_a_listener_that_breaks_is_rebuilt() -> None:
    scene = bench()
    async with scene.running():
        await asyncio.sleep(0.5)
        scene.wire.cable.say(b"noise")
        await until(lambda: bool(scene.events("device_broke")))
        assert scene.keeper.state().up
        await asyncio.sleep(1)
        scene.wire.cable.say(b"noise")
        await until(lambda: len(scene.events("device_broke")) == 2)
    assert scene.events("device_broke")[0].data["error"] == "KeyError"


@jumping
async def test_a_listener_may_raise_nothing_not_even_what_askers_may() -> None:
    scene = bench()
    TROUBLE["heard"] = NoAnswer()
    async with scene.running():
        await asyncio.sleep(0.5)
        scene.wire.cable.say(b"noise")
        await until(lambda: bool(scene.events("device_broke")))


@jumping
async def test_a_command_that_breaks_the_driver_has_failed_and_the_next_finds_a_new_one() -> None:
    scene = bench()
    async with scene.running():
        await asyncio.sleep(0.5)
        for _ in range(2):
            await scene.keeper.act(scene.command("bad", "open"))
    reasons = [event.data["reason"] for event in scene.events("command_failed")]
    assert reasons == ["driver_broke"] * 2
    assert len(scene.events("device_broke")) == 2


@jumping
async def test_a_verb_that_never_returns_is_a_broken_one() -> None:
    scene = bench()
    TROUBLE["hang"] = Exception()
    async with scene.running():
        await asyncio.sleep(20)
        broke = scene.events("device_broke")
        assert [event.data["error"] for event in broke] == ["TimeoutError"]
        assert len(scene.readings("meter-2")) >= 18
        await scene.keeper.act(scene.command("bad", "open", ttl=60))
    assert scene.events("command_failed")[0].data["reason"] == "driver_broke"


@jumping
async def test_a_cancelled_future_out_of_a_driver_does_not_end_its_polling() -> None:
    scene = bench()
    TROUBLE["poll"] = asyncio.CancelledError()
    async with scene.running():
        await asyncio.sleep(5)
        assert scene.events("device_broke")[0].data["error"] == "RuntimeError"
        TROUBLE.clear()
        await until(lambda: scene.reasons("bad")[-1][0] == "device_back", within=30)


@jumping
async def test_a_driver_that_cannot_be_built_does_not_keep_the_wire_from_working() -> None:
    scene = bench()
    TROUBLE["build"] = ValueError()
    async with scene.running():
        await asyncio.sleep(60)
        assert len(scene.readings("meter-2")) >= 55
        assert scene.reasons("bad") == [("device_away", "driver_broke")]
        TROUBLE.clear()
        await until(lambda: scene.reasons("bad")[-1][0] == "device_back", within=100)


@jumping
async def test_a_refusal_is_no_absence() -> None:
    scene = bench()
    TROUBLE["poll"] = Refused("illegal data address")
    async with scene.running():
        await asyncio.sleep(30)
        assert scene.reasons("bad") == [("device_back", "first")]
        state = next(d for d in scene.keeper.state().devices if d.device == "bad")
        assert state.refusals >= 28
    assert not scene.events("device_broke")
