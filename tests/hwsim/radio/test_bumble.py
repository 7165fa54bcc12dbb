"""MTU exchange, truncation, ATT errors and Just Works bonds with a host stack that is not ours."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytest.importorskip("bumble")

from bleak import BleakClient, BleakScanner
from bleak.exc import BleakDBusError, BleakGATTProtocolError, BleakGATTProtocolErrorCode
from bumble.link import LocalLink

from hwsim.agenda import Agenda
from hwsim.devices.base import Device, Sim
from hwsim.devices.radio import battery_service, wit_ble
from hwsim.radio.bluez.bluez import AdapterSpec, BlueZ
from hwsim.radio.dbus.connection import Connection
from hwsim.radio.dbus.daemon import Daemon
from hwsim.radio.gatt import INVALID_LENGTH, AttError, Characteristic, Service
from hwsim.radio.stand import Advert, RadioOptions, RadioStand
from hwsim.stand import Ground
from hwsim.truth import Truth
from tests.hwsim.radio.bumbles import BumbleAir, BumbleController
from tests.hwsim.radio.conftest import forget_bus

PERIPHERAL, CENTRAL = "C4:C1:38:8D:18:B2", "C0:1A:7D:DA:71:13"
TABLE, VALUE = (f"{part}-0000-4000-8000-00805f9b0000" for part in ("00000001", "00000002"))
PATIENCE_S = 20.0


@asynccontextmanager
async def staged(directory: Path, sim: Sim, *, encrypted: bool = False) -> AsyncIterator[None]:
    """A peripheral of ``sim`` and a gateway's BlueZ, with Bumble between them."""
    agenda, link = Agenda(), LocalLink()  # type: ignore[no-untyped-call]  # Bumble's
    daemon = Daemon(directory / "radio")
    connection = Connection(directory / "radio")
    central = BumbleController(link, CENTRAL)
    await central.open()
    bluez = BlueZ(AdapterSpec(address=CENTRAL), connection, central, agenda, lambda _: None)
    central.ears = bluez
    air = BumbleAir(link, PERIPHERAL, encrypted=encrypted)
    stand = RadioStand("it", PERIPHERAL, air, Ground(1, agenda, Truth(lambda _: None, _now)))
    device = sim.build(stand, sim.options())
    await air.open(stand)
    device.start()
    turning = asyncio.create_task(_turn(agenda, connection, bluez))
    try:
        yield
    finally:
        await forget_bus()
        turning.cancel()
        await asyncio.gather(turning, return_exceptions=True)
        await central.close()
        await air.close()
        connection.close()
        daemon.close()


def _now() -> int:
    return time.monotonic_ns()


async def _turn(agenda: Agenda, connection: Connection, bluez: BlueZ) -> None:
    began = _now()
    while True:
        agenda.run(_now() - began)
        connection.flush()
        for message in connection.read():
            bluez.handle(message)
        bluez.hung_up()
        await asyncio.sleep(0.002)


@pytest.fixture(autouse=True)
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'radio'}")


async def _connected() -> BleakClient:
    device = await BleakScanner.find_device_by_address(PERIPHERAL, timeout=PATIENCE_S)
    assert device is not None
    client = BleakClient(device, timeout=PATIENCE_S)
    await client.connect()
    return client


async def test_a_battery_is_read_through_a_real_stack(tmp_path: Path) -> None:
    async with staged(tmp_path, battery_service.SIM):
        client = await _connected()
        assert await client.read_gatt_char(battery_service.LEVEL) == b"\x5a"
        await client.disconnect()


async def test_the_mtu_is_exchanged_and_frames_come(tmp_path: Path) -> None:
    heard = asyncio.Queue[bytes](maxsize=64)
    async with staged(tmp_path, wit_ble.SIM):
        client = await _connected()
        hears = client.services.get_characteristic(wit_ble.HEARS)
        assert hears is not None
        assert hears.max_write_without_response_size > 64
        await client.start_notify(wit_ble.SAYS, lambda _, data: heard.put_nowait(bytes(data)))
        async with asyncio.timeout(PATIENCE_S):
            frames = [await heard.get() for _ in range(3)]
        assert {(len(frame), frame[:2]) for frame in frames} == {(20, b"\x55\x61")}
        await client.stop_notify(wit_ble.SAYS)
        await client.disconnect()


class Picky(Device):
    """It wants to be written two bytes."""

    def __init__(self, stand: RadioStand, options: RadioOptions) -> None:
        stand.tune(options)
        self._stand = stand
        value = Characteristic(VALUE, ("write",), on_write=self._written)
        stand.serve(Service(TABLE, (value,)))

    def start(self) -> None:
        self._stand.beacon(Advert, 0.2)

    def _written(self, data: bytes, _: int) -> None:
        if len(data) != 2:
            raise AttError(INVALID_LENGTH)


async def test_a_refusal_of_the_peer_has_its_code(tmp_path: Path) -> None:
    picky = Sim(name="picky", build=Picky, options=RadioOptions, radio=True)
    async with staged(tmp_path, picky):
        client = await _connected()
        with pytest.raises(BleakGATTProtocolError) as refused:
            await client.write_gatt_char(VALUE, b"\x01", response=True)
        assert refused.value.code == BleakGATTProtocolErrorCode.INVALID_ATTRIBUTE_VALUE_LENGTH
        await client.write_gatt_char(VALUE, b"\x01\x02", response=True)
        await client.disconnect()


async def test_a_value_that_wants_a_bond_is_read_after_pairing(tmp_path: Path) -> None:
    async with staged(tmp_path, battery_service.SIM, encrypted=True):
        client = await _connected()
        with pytest.raises(BleakDBusError, match="Not paired"):
            await client.read_gatt_char(battery_service.LEVEL)
        await client.pair()
        assert await client.read_gatt_char(battery_service.LEVEL) == b"\x5a"
        await client.disconnect()
