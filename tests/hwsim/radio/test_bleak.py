"""The simulated radio as unmodified bleak meets it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from bleak import BleakClient, BleakScanner
from bleak.args.bluez import BlueZDiscoveryFilters, BlueZNotifyArgs, BlueZScannerArgs, OrPattern
from bleak.assigned_numbers import AdvertisementDataType
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import (
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from cli.world import World
from hwsim.devices.radio.battery_service import LEVEL
from hwsim.devices.radio.wit_ble import HEARS, SAYS
from hwsim.radio.gatt import sig
from tests.hwsim.radio.conftest import Play

BATTERY, WIT, BEACON = "A4:C1:38:8D:18:B2", "A4:C1:38:8D:18:B3", "A4:C1:38:8D:18:B4"
PATIENCE_S = 15.0


def _device(sim: str, address: str, options: str = "") -> str:
    name = f'id = "{sim}"\nsim = "{sim}"\nbus = "radio"\naddress = "{address}"\n'
    return f"[[device]]\n{name}options = {{ {options} }}\n"


PEOPLE = _device("battery_service", BATTERY, 'name = "B-1", every_s = 0.1') + _device(
    "wit_ble", WIT, "every_s = 0.1, rate = 7"
)


async def _find(address: str) -> BLEDevice:
    device = await BleakScanner.find_device_by_address(address, timeout=PATIENCE_S)
    assert device is not None
    return device


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110  # what is waited for is in another process
            await asyncio.sleep(0.02)


async def _refusal(client: BleakClient) -> str:
    """Of a farewell: the bus's name for what is wrong."""
    with pytest.raises(BleakDBusError) as told:
        await client.disconnect()
    return str(told.value.dbus_error)


def _truth(world: World, **wanted: object) -> list[dict[str, Any]]:
    return [line for line in world.lines() if wanted.items() <= line.items()]


# ── scanning ─────────────────────────────────────────────────────────────────────────────────


async def test_a_scan_hears_names_services_and_data(play: Play) -> None:
    play(PEOPLE + _device("bthome", BEACON, "every_s = 0.1, rssi = -71"))
    heard = dict[str, AdvertisementData]()
    async with BleakScanner(lambda device, said: heard.update({device.address: said})):
        await _until(lambda: {*heard} == {BATTERY, WIT, BEACON})
    assert heard[BATTERY].local_name == "B-1"
    assert heard[BATTERY].service_uuids == [sig(0x180F)]
    assert heard[BEACON].rssi == -71
    assert heard[BEACON].service_data[sig(0xFCD2)][:2] == b"\x40\x00"


async def test_a_beacon_that_never_changes_is_told_once_unless_duplicates_are_asked_for(
    play: Play,
) -> None:
    """BlueZ after 5.87."""
    world = play("rssi_always = false\n" + _device("ibeacon", BEACON))
    none, every = BlueZDiscoveryFilters(), BlueZDiscoveryFilters(DuplicateData=True)
    for filters, few in ((none, True), (every, False)):
        heard = list[int | None]()
        scanner = BleakScanner(partial(_note, heard), bluez={"filters": filters})
        async with scanner:
            await _until(partial(_has_said, world, len(_truth(world, truth="emitted")) + 10))
        assert (len(heard) <= 2) is few


def _note(heard: list[int | None], _: BLEDevice, said: AdvertisementData) -> None:
    heard.append(said.rssi)


def _has_said(world: World, count: int) -> bool:
    return len(_truth(world, truth="emitted")) > count


async def test_a_passive_scan_hears_too(play: Play) -> None:
    play(_device("bthome", BEACON, "every_s = 0.1"))
    heard = list[str]()
    kind = AdvertisementDataType.SERVICE_DATA_UUID16
    options = BlueZScannerArgs(or_patterns=[OrPattern(0, kind, b"\xd2\xfc")])
    async with BleakScanner(
        lambda device, _: heard.append(device.address),
        scanning_mode="passive",
        bluez=options,
    ):
        await _until(lambda: len(heard) > 3)
    assert {*heard} == {BEACON}


async def test_a_device_is_forgotten_when_nobody_has_heard_it_for_a_while(play: Play) -> None:
    play("temporary_s = 0.3\n" + PEOPLE)
    device = await _find(BATTERY)
    await asyncio.sleep(1.0)
    with pytest.raises(BleakError, match="not found"):
        await BleakClient(device, timeout=PATIENCE_S).connect()


# ── talking ──────────────────────────────────────────────────────────────────────────────────


async def test_reads_and_refusals(play: Play) -> None:
    play(PEOPLE)
    async with BleakClient(await _find(BATTERY), timeout=PATIENCE_S) as client:
        assert [service.uuid for service in client.services] == [sig(0x180F)]
        assert await client.read_gatt_char(LEVEL) == b"\x5a"
        with pytest.raises(BleakGATTProtocolError) as refused:
            await client.write_gatt_char(LEVEL, b"\x01", response=True)
        assert refused.value.code == BleakGATTProtocolErrorCode.WRITE_NOT_PERMITTED


async def test_connecting_by_address_alone(play: Play) -> None:
    play(PEOPLE)
    async with BleakClient(BATTERY, timeout=PATIENCE_S) as client:
        assert await client.read_gatt_char(LEVEL) == b"\x5a"


@pytest.mark.parametrize("start_notify", [True, False])
async def test_notifications_both_ways(play: Play, start_notify: bool) -> None:
    world, heard = play(PEOPLE), list[bytes]()
    options = BlueZNotifyArgs(use_start_notify=start_notify)
    async with BleakClient(await _find(BATTERY), timeout=PATIENCE_S) as client:
        await client.start_notify(LEVEL, lambda _, data: heard.append(bytes(data)), bluez=options)
        for value in (42, 43):
            world.tell(do="set", device="battery_service", value=value)
        await _until(lambda: len(heard) == 2)
        await client.stop_notify(LEVEL)
    assert heard == [b"\x2a", b"\x2b"]


async def test_writes_reach_the_device_and_it_answers(play: Play) -> None:
    world, heard = play(PEOPLE), list[bytes]()
    async with BleakClient(await _find(WIT), timeout=PATIENCE_S) as client:
        await client.start_notify(SAYS, lambda _, data: heard.append(bytes(data)))
        await client.write_gatt_char(HEARS, bytes.fromhex("ffaa6988b5"), response=False)
        await client.write_gatt_char(HEARS, bytes.fromhex("ffaa030600"), response=True)
        await client.write_gatt_char(HEARS, bytes.fromhex("ffaa270300"), response=True)
        await _until(lambda: any(data[:3] == bytes.fromhex("557103") for data in heard))
    told = [line["what"] for line in _truth(world, truth="told")]
    assert told == ["unlock", "write"]
    assert [line["question"] for line in _truth(world, truth="asked")] == [{"register": 3}]


async def test_a_small_mtu_cuts_notifications_and_refuses_long_commands(play: Play) -> None:
    world, heard = play(_device("wit_ble", WIT, "every_s = 0.1, mtu = 23, glued = 2")), list[int]()
    async with BleakClient(await _find(WIT), timeout=PATIENCE_S) as client:
        hears = client.services.get_characteristic(HEARS)
        assert hears is not None
        assert hears.max_write_without_response_size == 20
        await client.start_notify(SAYS, lambda _, data: heard.append(len(data)))
        await _until(lambda: len(heard) > 2)
        with pytest.raises(BleakGATTProtocolError) as refused:
            await client.write_gatt_char(HEARS, bytes(21), response=False)
        assert refused.value.code == BleakGATTProtocolErrorCode.INVALID_ATTRIBUTE_VALUE_LENGTH
    assert {*heard} == {20}
    assert _truth(world, kind="notification")[0]["harm"] == ["cut"]


async def test_pairing_is_just_works_or_fails(play: Play) -> None:
    play(
        _device("battery_service", BATTERY, "every_s = 0.1, pairs = true")
        + _device("wit_ble", WIT, "every_s = 0.1")
    )
    async with BleakClient(await _find(BATTERY), timeout=PATIENCE_S) as client:
        await client.pair()
        assert await client.read_gatt_char(LEVEL) == b"\x5a"
    async with BleakClient(await _find(WIT), timeout=PATIENCE_S) as client:
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await client.pair()


# ── trouble ──────────────────────────────────────────────────────────────────────────────────


async def test_a_lost_link_is_told_and_can_be_made_again(play: Play) -> None:
    world, gone = play(PEOPLE), asyncio.Event()
    client = BleakClient(await _find(BATTERY), lambda _: gone.set(), timeout=PATIENCE_S)
    await client.connect()
    world.tell(do="sever", device="battery_service")
    async with asyncio.timeout(PATIENCE_S):
        await gone.wait()
    assert not client.is_connected
    await client.connect()
    assert await client.read_gatt_char(LEVEL) == b"\x5a"
    await client.disconnect()


async def test_a_link_goes_with_the_range(play: Play) -> None:
    world, gone = play(PEOPLE), asyncio.Event()
    client = BleakClient(await _find(BATTERY), lambda _: gone.set(), timeout=PATIENCE_S)
    await client.connect()
    world.tell(do="away", device="battery_service")
    async with asyncio.timeout(PATIENCE_S):
        await gone.wait()
    assert not client.is_connected


async def test_connecting_to_what_is_out_of_range_times_out_and_leaves_nothing(play: Play) -> None:
    world = play(PEOPLE)
    device = await _find(BATTERY)
    world.tell(do="away", device="battery_service")
    await _until(lambda: bool(_truth(world, what="away")))
    with pytest.raises(TimeoutError):
        await BleakClient(device, timeout=0.5).connect()
    world.tell(do="near", device="battery_service")
    await _until(lambda: bool(_truth(world, what="near")))
    async with BleakClient(device, timeout=PATIENCE_S) as client:
        assert client.is_connected
    assert len(_truth(world, what="link_up")) == 1


async def test_the_adapter_has_so_many_links(play: Play) -> None:
    play("max_links = 1\n" + PEOPLE)
    battery, wit = await _find(BATTERY), await _find(WIT)
    async with BleakClient(battery, timeout=PATIENCE_S):
        with pytest.raises(BleakDBusError, match="Too many links"):
            await BleakClient(wit, timeout=PATIENCE_S).connect()
    async with BleakClient(wit, timeout=PATIENCE_S) as client:
        assert client.is_connected


async def test_a_connection_that_fails_says_so(play: Play) -> None:
    text = "Software caused connection abort"
    play(_device("battery_service", BATTERY, f'every_s = 0.1, refuses = "{text}"'))
    with pytest.raises(BleakDBusError, match=text):
        await BleakClient(await _find(BATTERY), timeout=PATIENCE_S).connect()


async def test_bluetoothd_dies_silently(play: Play) -> None:
    world, gone = play(PEOPLE), asyncio.Event()
    client = BleakClient(await _find(BATTERY), lambda _: gone.set(), timeout=PATIENCE_S)
    await client.connect()
    world.tell(do="harm", bus="radio", harm="dead")
    await _until(lambda: bool(_truth(world, what="link_lost")))
    with pytest.raises(BleakDBusError, match="ServiceUnknown"):
        await client.read_gatt_char(LEVEL)
    assert client.is_connected
    assert not gone.is_set()
    world.tell(do="heal", bus="radio")
    await _until(lambda: bool(_truth(world, harm="dead", on=False)))
    async with asyncio.timeout(PATIENCE_S):
        while (why := await _refusal(client)).endswith("ServiceUnknown"):  # noqa: ASYNC110  # same
            await asyncio.sleep(0.02)
    assert why.endswith("UnknownObject")
    async with BleakClient(await _find(BATTERY), timeout=PATIENCE_S) as again:
        assert await again.read_gatt_char(LEVEL) == b"\x5a"


@pytest.mark.parametrize("harm", ["off", "unplug"])
async def test_an_adapter_goes_in_the_middle_of_everything(play: Play, harm: str) -> None:
    world, gone = play(PEOPLE), asyncio.Event()
    client = BleakClient(await _find(BATTERY), lambda _: gone.set(), timeout=PATIENCE_S)
    await client.connect()
    scanner = BleakScanner()
    await scanner.start()
    world.tell(do="harm", bus="radio", harm=harm, seconds=1.0)
    async with asyncio.timeout(PATIENCE_S):
        await gone.wait()
    with pytest.raises(BleakError):
        await BleakScanner.discover(timeout=0.1)
    await _until(partial(_healed, world, harm))
    async with BleakClient(await _find(BATTERY), timeout=PATIENCE_S) as again:
        assert again.is_connected
    with pytest.raises(BleakError):
        await scanner.stop()


def _healed(world: World, harm: str) -> bool:
    return bool(_truth(world, harm=harm, on=False))


async def test_a_read_under_way_fails_with_its_link(play: Play) -> None:
    world = play(_device("battery_service", BATTERY, "every_s = 0.1, answer_s = 30.0"))
    client = BleakClient(await _find(BATTERY), timeout=PATIENCE_S)
    await client.connect()
    reading = asyncio.create_task(client.read_gatt_char(LEVEL))
    await _until(lambda: bool(_truth(world, what="read")))
    world.tell(do="sever", device="battery_service")
    with pytest.raises(BleakError):
        await reading


async def test_notifications_come_twice(play: Play) -> None:
    world, heard = play(PEOPLE), list[bytes]()
    async with BleakClient(await _find(BATTERY), timeout=PATIENCE_S) as client:
        await client.start_notify(LEVEL, lambda _, data: heard.append(bytes(data)))
        world.tell(do="harm", bus="radio", harm="dup")
        world.tell(do="set", device="battery_service", value=42)
        await _until(lambda: len(heard) == 2)
    assert heard == [b"\x2a", b"\x2a"]
