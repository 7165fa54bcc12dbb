"""What a driver sees of a link: answers, silence, notifications, and the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agent.line.asking import NoAnswer
from agent.line.notices import MOST, Channel
from agent.line.peer import ANSWER_S, PeerLink
from agent.line.radio import Advert
from agent.links.base import LinkDown
from tests.line.test_air import SENSOR, A, air_of
from tests.supervisor.ether import NOTIFY, VALUE, Body, Ether
from tests.supervisor.jumping import jumping


@asynccontextmanager
async def link_to(body: Body) -> AsyncIterator[PeerLink]:
    ether = Ether(body)
    async with air_of(ether) as air:
        ether.say(Advert(address=body.address))
        async with air.linked(body.address, SENSOR) as link:
            yield link


@jumping
async def test_read_write_and_room() -> None:
    body = Body(A)
    async with link_to(body) as gatt:
        await gatt.write(VALUE, b"\x07")
        assert await gatt.read(VALUE) == b"\x07"
        assert gatt.room == 20


@jumping
async def test_what_it_refuses_is_no_answer_and_the_link_stays() -> None:
    body = Body(A)
    async with link_to(body) as gatt:
        with pytest.raises(NoAnswer):
            await gatt.read("nothing")
        await gatt.write(VALUE, b"x")


@jumping
async def test_a_silent_peer_costs_the_link_so_that_its_answer_is_never_late() -> None:
    body = Body(A, values={VALUE: b"x"})
    async with link_to(body) as gatt:
        body.mute = True
        began = asyncio.get_running_loop().time()
        with pytest.raises(NoAnswer):
            await gatt.read(VALUE)
        assert asyncio.get_running_loop().time() - began == pytest.approx(ANSWER_S)
        body.mute = False
        await asyncio.sleep(0)
        assert body.link is None
        with pytest.raises(NoAnswer):
            await gatt.read(VALUE)


@jumping
async def test_a_link_that_is_lost_in_mid_question_ends_it_at_once() -> None:
    body = Body(A, values={VALUE: b"x"}, mute=True)
    async with link_to(body) as gatt:
        reading = asyncio.create_task(gatt.read(VALUE))
        await asyncio.sleep(1)
        body.drop()
        began = asyncio.get_running_loop().time()
        with pytest.raises(NoAnswer):
            await reading
        assert asyncio.get_running_loop().time() == began


@jumping
async def test_notices_come_in_order_and_end_with_the_link() -> None:
    body = Body(A)
    async with link_to(body) as gatt, gatt.notices(NOTIFY) as notices:
        for data in (b"1", b"", b"2"):
            body.notify(data)
        asyncio.get_running_loop().call_later(5, body.drop)
        assert [await anext(notices) for _ in range(3)] == [b"1", b"", b"2"]
        with pytest.raises(NoAnswer):
            await anext(notices)


@jumping
async def test_nobody_listens_after_the_notices_are_left() -> None:
    body = Body(A)
    async with link_to(body) as gatt:
        for _ in range(3):
            async with gatt.notices(NOTIFY) as notices, gatt.notices(NOTIFY) as others:
                body.notify(b"1")
                assert await anext(notices) == await anext(others) == b"1"
        assert body.link is not None
        assert not body.link.heard


@jumping
async def test_a_peer_gone_mad_is_no_answer() -> None:
    body = Body(A)
    async with link_to(body) as gatt, gatt.notices(NOTIFY) as notices:
        for _ in range(MOST + 1):
            body.notify(b"!")
        with pytest.raises(NoAnswer):
            await anext(notices)


@jumping
async def test_the_adapters_end_is_another_matter_than_the_peers() -> None:
    body = Body(A, mute=True)
    ether = Ether(body)
    async with air_of(ether) as air, air.linked(A, SENSOR) as gatt:
        reading = asyncio.create_task(gatt.read(VALUE))
        await asyncio.sleep(1)
        await air.aclose("hci0 was pulled")
        with pytest.raises(LinkDown):
            await reading
        with pytest.raises(LinkDown):
            await gatt.gone()


@pytest.mark.parametrize("early", [True, False])
async def test_the_value_of_a_read_is_no_notification(*, early: bool) -> None:
    """BlueZ tells it as one, before the answer or after it (docs/bluetooth.md)."""
    channel, heard = Channel(), list[bytes]()
    channel.listeners.append(heard.append)
    channel.reading()
    channel.heard(b"other")
    if early:
        channel.heard(b"value")
    channel.read(b"value")
    if not early:
        channel.heard(b"value")
    channel.heard(b"value")  # this one is real
    assert heard == [b"other", b"value"]


async def test_a_read_that_failed_swallows_nothing() -> None:
    channel, heard = Channel(), list[bytes]()
    channel.listeners.append(heard.append)
    channel.reading()
    channel.heard(b"1")
    channel.read(None)
    channel.heard(b"2")
    assert heard == [b"1", b"2"]
