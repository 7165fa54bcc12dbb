"""The adapter on BlueZ as hwsim plays it, with all that facts say goes wrong there."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest
from bleak import BleakClient, BleakScanner

from agent.links.base import LinkDown
from agent.links.ble.base import PeerGone, PeerRefuses
from agent.links.ble.daemon import ADDRESS, Environment, address_of
from agent.links.ble.open import open_adapter
from hwsim.devices.radio.battery_service import LEVEL
from hwsim.devices.radio.wit_ble import HEARS, SAYS
from tests.links.ble.conftest import BEACON, LAMP, PATIENCE_S, Build, Town, device, until

BATTERY = device("battery_service", LAMP, "every_s = 0.1")


def lost(count: list[int]) -> None:
    count.append(1)


# ── what is heard ────────────────────────────────────────────────────────────────────────────


async def test_only_what_is_wanted_is_passed_on_and_all_is_counted(build: Build) -> None:
    town = build(BATTERY + device("bthome", BEACON, "every_s = 0.1, rssi = -71"))
    adapter = await town.open(BEACON)
    await until(lambda: town.count(BEACON) > 5)
    (first, *_) = town.sighted
    assert town.count(LAMP) == 0
    assert adapter.heard > len(town.sighted)
    assert (first.rssi, first.address) == (-71, BEACON)
    assert list(first.service_data) == ["0000fcd2-0000-1000-8000-00805f9b34fb"]
    assert isinstance(first.service_data["0000fcd2-0000-1000-8000-00805f9b34fb"], bytes)


async def test_a_beacon_that_says_the_same_is_heard_each_time(build: Build) -> None:
    """BlueZ after 5.87 tells it once, unless it is asked for duplicates."""
    town = build("rssi_always = false\n" + device("ibeacon", BEACON, "every_s = 0.1"))
    await town.open(BEACON)
    await until(lambda: town.count(BEACON) > 10)


async def test_what_bluez_tells_of_a_link_is_no_advertisement(build: Build) -> None:
    """bleak shows what was last advertised once more whenever a property changes."""
    town = build(device("bthome", BEACON, "every_s = 1.0") + BATTERY)
    adapter = await town.open(BEACON, LAMP)
    await town.sees(BEACON)
    for _ in range(3):
        await town.sees(LAMP)
        peer = await town.connect(adapter, LAMP)
        await peer.read(LEVEL)
        await adapter.scan((BEACON, LAMP), town.sighted.append)  # BlueZ forgets distances
        await peer.leave()
    for name, address in (("battery_service", LAMP), ("bthome", BEACON)):
        town.world.tell(do="silent", device=name)
        await asyncio.sleep(0.3)
        assert town.count(address) == town.said(name) > 0


# ── links ────────────────────────────────────────────────────────────────────────────────────


async def test_read_write_subscribe_and_leave(build: Build) -> None:
    town, gone, heard = build(device("wit_ble", LAMP, "every_s = 0.1")), list[int](), list[bytes]()
    adapter = await town.open(LAMP)
    await town.sees(LAMP)
    peer = await town.connect(adapter, LAMP, lambda: lost(gone))
    assert peer.room == 244
    await peer.subscribe(SAYS, heard.append)
    await peer.write(HEARS, bytes.fromhex("ffaa270300"), confirmed=True)
    await until(lambda: any(data[:3] == bytes.fromhex("557103") for data in heard))
    await peer.unsubscribe(SAYS)
    await peer.leave()
    await peer.leave()
    assert gone == [1]
    with pytest.raises(PeerGone):
        await peer.read(SAYS)
    await town.sees(LAMP)


async def test_what_it_refuses_leaves_the_link_well(build: Build) -> None:
    town = build(device("battery_service", LAMP, "every_s = 0.1, mtu = 23"))
    adapter = await town.open(LAMP)
    await town.sees(LAMP)
    peer = await town.connect(adapter, LAMP)
    assert peer.room == 20
    with pytest.raises(PeerRefuses):
        await peer.write(LEVEL, b"\x01", confirmed=True)
    with pytest.raises(PeerRefuses):
        await peer.read("00000000-0000-1000-8000-00805f9b34fb")
    assert await peer.read(LEVEL) == b"\x5a"


async def test_more_than_fits_is_refused(build: Build) -> None:
    town = build(device("wit_ble", LAMP, "every_s = 0.1, mtu = 23"))
    adapter = await town.open(LAMP)
    await town.sees(LAMP)
    peer = await town.connect(adapter, LAMP)
    with pytest.raises(PeerRefuses):
        await peer.write(HEARS, bytes(peer.room + 1), confirmed=False)


async def test_a_link_that_the_peer_ends_is_told_once(build: Build) -> None:
    town, gone = build(BATTERY), list[int]()
    adapter = await town.open(LAMP)
    await town.sees(LAMP)
    peer = await town.connect(adapter, LAMP, lambda: lost(gone))
    town.world.tell(do="sever", device="battery_service")
    await until(lambda: bool(gone))
    with pytest.raises(PeerGone):
        await peer.read(LEVEL)
    await peer.leave()
    assert gone == [1]
    await town.sees(LAMP)
    again = await town.connect(adapter, LAMP)
    assert await again.read(LEVEL) == b"\x5a"


async def test_one_that_was_never_heard_is_not_waited_for(build: Build) -> None:
    town = build(BATTERY)
    adapter = await town.open(LAMP, BEACON)
    with pytest.raises(PeerGone):
        await town.connect(adapter, BEACON)


async def test_a_connecting_that_is_given_up_leaves_nothing_behind(build: Build) -> None:
    """BlueZ goes on with it until it is told to stop, and would refuse the next."""
    town = build(BATTERY)
    adapter = await town.open(LAMP)
    await town.sees(LAMP)
    town.world.tell(do="away", device="battery_service")
    await asyncio.sleep(0.3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await town.connect(adapter, LAMP)
    town.world.tell(do="near", device="battery_service")
    await town.sees(LAMP)
    peer = await town.connect(adapter, LAMP)
    assert await peer.read(LEVEL) == b"\x5a"


async def test_connects_that_fail_now_and_then_are_tried_again(build: Build) -> None:
    town = build(BATTERY)
    adapter = await town.open(LAMP)
    await town.sees(LAMP)
    town.world.tell(do="harm", bus="radio", harm="refuse", seconds=0.3)
    peer = await town.connect(adapter, LAMP)
    assert await peer.read(LEVEL) == b"\x5a"


async def test_a_link_of_an_agent_that_was_killed_is_closed_first(build: Build) -> None:
    """Who is linked does not advertise, so it would never be heard again."""
    town = build(BATTERY)
    client = await _another_program(town)
    await town.open(LAMP)
    await town.sees(LAMP)
    await client.disconnect()


async def _another_program(town: Town) -> BleakClient:
    """It links, and does not end it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ADDRESS, address_of(town.world.buses["radio"]))
        found = await BleakScanner.find_device_by_address(LAMP, timeout=PATIENCE_S)
        assert found is not None
        client = BleakClient(found)
        await client.connect()
        return client


# ── the daemon and the adapter ───────────────────────────────────────────────────────────────


async def test_a_daemon_that_is_killed_is_noticed_and_its_successor_used(build: Build) -> None:
    """bleak itself notices nothing: links seem up, and it would take them for links of now."""
    town, gone = build(BATTERY), list[int]()
    adapter = await town.open(LAMP)
    await town.sees(LAMP)
    peer = await town.connect(adapter, LAMP, lambda: lost(gone))
    town.world.tell(do="harm", bus="radio", harm="dead")
    with pytest.raises(LinkDown):
        async with asyncio.timeout(5):
            await adapter.watch()
    with pytest.raises(LinkDown):
        await peer.read(LEVEL)
    await peer.leave()
    await adapter.aclose()
    with pytest.raises(LinkDown):
        await open_adapter(town.bus)
    town.world.tell(do="heal", bus="radio", harm="dead")
    await _until_open(town)
    await town.sees(LAMP)


async def _until_open(town: Town) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                adapter = await town.open(LAMP)
            except LinkDown:
                await asyncio.sleep(0.1)
                continue
            await town.sees(LAMP)
            peer = await town.connect(adapter, LAMP)
            assert await peer.read(LEVEL) == b"\x5a"
            await peer.leave()
            return


@pytest.mark.parametrize(
    ("harm", "remedy"),
    [
        ({"do": "harm", "harm": "off"}, {"do": "heal", "harm": "off"}),
        ({"do": "harm", "harm": "off"}, {}),  # it is switched on again by opening it
        ({"do": "unplug"}, {"do": "plug"}),
    ],
)
async def test_an_adapter_that_goes_is_noticed_and_taken_back(
    build: Build, harm: dict[str, str], remedy: dict[str, str]
) -> None:
    town = build(BATTERY)
    adapter = await town.open(LAMP)
    await town.sees(LAMP)
    town.world.tell(bus="radio", **harm)
    with pytest.raises(LinkDown):
        async with asyncio.timeout(5):
            await adapter.watch()
    await adapter.aclose()
    if remedy:
        town.world.tell(bus="radio", **remedy)
    await _until_open(town)


async def test_without_dbus_the_words_say_so(tmp_path: Path, build: Build) -> None:
    town = build(BATTERY)
    with pytest.raises(LinkDown, match=r"hci0: .*bluetoothd"):
        await open_adapter(replace(town.bus, dbus=str(tmp_path / "nothing")))


async def test_an_adapter_that_is_not_there(build: Build) -> None:
    town = build(BATTERY)
    with pytest.raises(LinkDown, match="hci7"):
        await open_adapter(replace(town.bus, port="hci7"))


async def test_dbus_itself_may_end(build: Build) -> None:
    town = build(BATTERY)
    adapter = await town.open(LAMP)
    town.world.close()
    with pytest.raises(LinkDown):
        async with asyncio.timeout(5):
            await adapter.watch()
    await adapter.aclose()


def test_a_path_becomes_an_address() -> None:
    assert address_of("/run/a b/radio-1") == "unix:path=/run/a%20b/radio-1"


def test_the_environment_says_where_dbus_is_as_long_as_anybody_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ADDRESS, "unix:path=/of/before")
    environment = Environment()
    first, second = environment.dbus_at("/run/radio"), environment.dbus_at("/run/radio")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert os.environ[ADDRESS] == "unix:path=/run/radio"
    second.__exit__(None, None, None)
    assert os.environ[ADDRESS] == "unix:path=/of/before"
    with environment.dbus_at(None):
        assert os.environ[ADDRESS] == "unix:path=/of/before"
