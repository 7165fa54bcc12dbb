"""Links of one adapter: who connects, when, and what becomes of those who wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agent.line.air import CONNECT_S, IDLE_S, SIGHT_S, Air
from agent.line.asking import NoAnswer
from agent.line.radio import Advert
from agent.links.base import LinkDown
from tests.supervisor.ether import VALUE, Body, Ether
from tests.supervisor.jumping import jumping, until

A, B, C = "AA:00:00:00:00:01", "AA:00:00:00:00:02", "AA:00:00:00:00:03"
DOOR, SENSOR = 1, 5


@asynccontextmanager
async def air_of(ether: Ether, links: int = 5) -> AsyncIterator[Air]:
    """All bodies advertise once a second."""
    sighted: list[Advert] = []
    air = Air(await ether.open(), links, sighted.append)
    await air.listen(set(ether.bodies))
    beacons = [
        asyncio.create_task(ether.beacon(lambda one=one: Advert(address=one)))  # type: ignore[misc]  # a default binds it
        for one in ether.bodies
    ]
    try:
        yield air
    finally:
        for beacon in beacons:
            beacon.cancel()
        await asyncio.gather(*beacons, return_exceptions=True)
        await air.aclose("the test is over")


async def hold(air: Air, address: str, seconds: float, priority: int = SENSOR) -> float:
    """Use a link for so long; when it was up."""
    async with air.linked(address, priority) as link:
        at = asyncio.get_running_loop().time()
        await link.write(VALUE, b"x")
        await asyncio.sleep(seconds)
        return at


@jumping
async def test_a_link_is_left_once_nobody_needs_it() -> None:
    body = Body(A)
    ether = Ether(body)
    async with air_of(ether) as air:
        await hold(air, A, 0)
        assert ether.linked == [A]
        await asyncio.sleep(IDLE_S - 1)
        await hold(air, A, 0)
        assert len(body.connects) == 1
        await asyncio.sleep(IDLE_S + 0.1)
        assert not ether.linked
        assert air.links == 0


@jumping
async def test_one_connects_at_a_time_and_drivers_of_one_address_share() -> None:
    ether = Ether(Body(A), Body(B), Body(C))
    async with air_of(ether) as air:
        await asyncio.gather(*(hold(air, one, 1) for one in (A, B, C, A, B, C)))
    assert [len(body.connects) for body in ether.bodies.values()] == [1, 1, 1]


@jumping
async def test_there_are_never_more_links_than_allowed_and_idle_ones_make_room() -> None:
    ether = Ether(Body(A), Body(B), Body(C))
    async with air_of(ether, links=2) as air:
        await hold(air, A, 0)
        await hold(air, B, 0)
        began = asyncio.get_running_loop().time()
        at = await hold(air, C, 0)
        assert at - began < 1  # it did not wait for the others' idle time
        await asyncio.gather(*(hold(air, one, 2) for one in (A, B, C)))
    assert ether.most == 2


@jumping
async def test_who_finds_no_place_is_told_so() -> None:
    ether = Ether(Body(A), Body(B))
    async with air_of(ether, links=1) as air:
        holder = asyncio.create_task(hold(air, A, 60))
        await until(lambda: ether.linked == [A])
        with pytest.raises(NoAnswer):
            await hold(air, B, 0)
        await holder


@jumping
async def test_what_is_not_heard_keeps_nobody_waiting() -> None:
    """A connecting to a device that is gone would hold the turn for seconds."""
    far = Body(A, near=False)
    ether = Ether(far, Body(B))
    async with air_of(ether) as air:
        gone = asyncio.create_task(hold(air, A, 0))
        await asyncio.sleep(0.5)
        began = asyncio.get_running_loop().time()
        assert await hold(air, B, 0) - began < 1
        with pytest.raises(NoAnswer):
            await gone
    assert asyncio.get_running_loop().time() - began < SIGHT_S + 2
    assert not far.connects


@jumping
async def test_a_door_takes_the_place_of_a_sensor_that_connects() -> None:
    slow, door = Body(A, connect_s=8.0), Body(B)
    ether = Ether(slow, door)
    async with air_of(ether) as air:
        await asyncio.sleep(1)
        sensor = asyncio.create_task(hold(air, A, 0))
        await until(lambda: bool(slow.connects))
        began = asyncio.get_running_loop().time()
        assert await hold(air, B, 0, DOOR) - began < 0.5
        await sensor  # it tried again by itself
    assert len(slow.connects) == 2


@jumping
async def test_who_walks_away_while_it_is_connected_is_given_up() -> None:
    body = Body(A)
    ether = Ether(body)
    async with air_of(ether) as air:
        await asyncio.sleep(1)
        body.near = False
        began = asyncio.get_running_loop().time()
        with pytest.raises(NoAnswer):
            await hold(air, A, 0)
        assert asyncio.get_running_loop().time() - began == pytest.approx(CONNECT_S)
        body.near = True
        await hold(air, A, 0)


@jumping
async def test_a_cancelled_asker_leaves_no_link_and_no_turn_behind() -> None:
    body = Body(A, connect_s=5.0)
    ether = Ether(body, Body(B))
    async with air_of(ether) as air:
        await asyncio.sleep(1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await hold(air, A, 0)
        assert ether.at_once == 0
        assert not ether.linked
        await hold(air, B, 0)


@jumping
async def test_when_the_adapter_goes_all_who_ask_or_wait_hear_of_it() -> None:
    ether = Ether(Body(A), Body(B, near=False), Body(C, connect_s=5.0))
    async with air_of(ether) as air:
        asking = [
            asyncio.create_task(hold(air, one, 60))
            for one in (A, B, C)  # up, unheard, connecting
        ]
        await until(lambda: ether.linked == [A])
        await asyncio.sleep(2)
        await air.aclose("hci0 was pulled")
        results = await asyncio.gather(*asking[1:], return_exceptions=True)
        assert [type(result) for result in results] == [LinkDown, LinkDown]
        asking[0].cancel()
        with pytest.raises(LinkDown):
            await hold(air, A, 0)
        assert not ether.linked


@jumping
async def test_counts() -> None:
    body = Body(A)
    ether = Ether(body)
    async with air_of(ether) as air:
        await hold(air, A, 0)
        body.refuses = True
        await asyncio.sleep(IDLE_S + 2)
        with pytest.raises(NoAnswer):
            await hold(air, A, 0)
        counts = air.counts()
    assert counts["adverts"] == counts["sighted"] > 0
    assert counts["exchanges"] == 3  # two connectings and a write
    assert counts["timeouts"] == 1
